"""What buttons and the menu of the Lab act on: the run and its past, or two runs while they are compared."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.pages.lab_past import LabPast
from gui.state.run_model import RunModel
from gui.state.twins import Twins


class LabDriver(QObject):
    """Passes wishes on.

    Args:
        model: The run.
        past: Its past.
    """

    def __init__(self, model: RunModel, past: LabPast) -> None:
        super().__init__(model)
        self._model = model
        self._past = past
        self.twins: Twins | None = None
        """Both runs while two are compared."""

    @property
    def run(self) -> RunModel | Twins:
        """What learns."""
        return self.twins or self._model

    def toggle(self) -> None:
        """Run or pause; in the past, replay or stop there."""
        (self.twins or self._past).toggle()

    def step(self) -> None:
        """Do one step; in the past, look one further."""
        (self.twins or self._past).step()

    def step_beat(self) -> None:
        """Show the next beat."""
        (self.twins or self._past).step_beat()

    def run_to(self, goal: str, count: int = 1) -> None:
        """Learn flat out until something happens; in the past, look at where it happened next."""
        (self.twins or self._past).run_to(goal, count)

    def set_speed(self, per_second: float) -> None:
        """Set the pace."""
        self.run.set_speed(per_second)

    def cover(self) -> None:
        """Cover what comes next, or uncover it."""
        self.run.cover()
