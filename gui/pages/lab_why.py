"""Why this number, in the Lab: the drawer, and what is clicked to open it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agents.runtime.deep_runs import is_deep_agent
from arena.protocol.past_messages import ValueExplained
from gui.panels.why import WhyPanel
from gui.state.past_model import PastModel
from gui.state.run_state import RunState
from gui.theme import theme
from gui.widgets.drawer import Drawer

WIDTH = 440


class LabWhy(QObject):
    """The drawer at the right; the world moves aside for it, so that both can be seen.

    Args:
        past: Answers the questions.
        host: What the drawer lies over.

    Attributes:
        room_changed: How many pixels at the right the drawer takes now.
        pinned: The state that is explained.
    """

    room_changed = Signal(int)
    pinned = Signal(int)

    def __init__(self, past: PastModel, host: QWidget) -> None:
        super().__init__(host)
        self._past = past
        self._state = RunState()
        self.drawer = Drawer(host, "why.title", extent=WIDTH)
        self.panel = WhyPanel()
        self.drawer.body.addWidget(self.panel)
        self.drawer.opened.connect(lambda: self.room_changed.emit(self.room))
        self.drawer.closed.connect(lambda: self.room_changed.emit(0))
        self.panel.asked.connect(self._ask)
        self.panel.moment_wanted.connect(past.go)
        past.explained.connect(self._explained)

    @property
    def room(self) -> int:
        """Pixels the drawer takes now."""
        return theme().px(WIDTH) if self.drawer.is_open else 0

    def explain(self, state: int, action: int) -> None:
        """Open the drawer with the value of a pair at the moment shown; −1 for the best action of a state."""
        if theme().projector or self._state.world is None or state < 0:
            return
        if is_deep_agent(self._state.agent):
            self._past.said.emit("train.lab.no_why", {})
            return
        self.drawer.open_drawer()
        self.pinned.emit(state)
        self.panel.explain(state, action, self._state.env_steps)

    def clicked(self, state: int, action: int) -> None:
        """Explain a value that was clicked, unless everything is moving."""
        if self._state.phase != "running":
            self.explain(state, action)

    def explain_newest(self) -> None:
        """Explain the value the newest update wrote."""
        tick = self._state.tick
        if tick is not None and tick.changes and tick.tick["state"] >= 0:
            self.explain(int(tick.changes[-1]["state"]), int(tick.changes[-1]["action"]))

    def show_state(self, state: RunState) -> None:
        """Know which moment is shown."""
        self._state = state
        self.panel.show_state(state)

    def _ask(self, state: int, action: int, at: int) -> None:
        self._past.explain(state, action, at)

    def _explained(self, answer: ValueExplained) -> None:
        if self.drawer.is_open:
            self.panel.take(answer)
