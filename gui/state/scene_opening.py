"""The way from a scene's beginning to its moment: the run is led there, changes and moves at their ticks."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from arena.scenes.scene_file import Change, Scene
from gui.state.run_model import RunModel
from gui.state.run_state import RunState

_Input = tuple[int, Change | int]

_STUCK = ("phase.reason.not_finite", "phase.reason.your_move")
"""Reasons for which a run does not go on by itself."""


class SceneOpening(QObject):
    """Leads a run that has just been opened to the moment of a scene.

    Every learner here is a function of its seed and its inputs: what is reached by running there is what was saved, to
    the bit. Whoever pauses on the way stays where that is.

    Args:
        model: The run.
        parent: Qt parent.

    Attributes:
        reached: Emitted when the run stands at the moment, paused.
        given_up: Emitted with the tick where it stands instead.
    """

    reached = Signal()
    given_up = Signal(int)

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._inputs: deque[_Input] = deque()
        self._moment = 0
        self._target = 0
        self._underway = False
        self._ran = False
        model.changed.connect(self._look)

    @property
    def underway(self) -> bool:
        """Whether the moment is still to come."""
        return self._underway

    @property
    def moment(self) -> int:
        """The tick it leads to."""
        return self._moment

    def begin(self, scene: Scene) -> None:
        """Lead the run that was opened last to a scene's moment."""
        changes: list[_Input] = [(change.tick, change) for change in scene.changes]
        moves: list[_Input] = [(tick, action) for tick, action in scene.moves]
        # A change counts before its tick, so before a move made at it; sorting keeps the order among equals.
        self._inputs = deque(sorted(changes + moves, key=lambda item: item[0]))
        self._moment, self._target = scene.tick, 0
        self._underway, self._ran = True, False

    def drop(self) -> None:
        """Forget the moment: something else is opened."""
        self._underway = False

    def _look(self, state: RunState) -> None:
        if not self._underway:
            return
        if state.phase in ("failed", "stopped"):
            self._underway = False
        elif state.phase == "running":
            self._ran = True
        elif state.phase in ("paused", "finished"):
            if state.env_steps >= self._target:
                self._go_on(state.env_steps)
            elif self._ran or state.phase == "finished" or state.reason in _STUCK:
                self._underway = False
                self.given_up.emit(state.env_steps)

    def _go_on(self, tick: int) -> None:
        """Do what comes next; the worker obeys in order, and leaves off only while it runs."""
        self._ran = False
        while self._inputs and self._inputs[0][0] == tick:
            given = self._inputs.popleft()[1]
            if isinstance(given, Change):
                self._change(given)
            else:
                self._model.act(given)
                tick += 1
        if tick > self._target:
            # Moves were made: they are answered one by one.
            self._target = tick
        elif tick >= self._moment and not self._inputs:
            self._underway = False
            self.reached.emit()
        else:
            self._target = self._inputs[0][0] if self._inputs else self._moment
            self._model.run_to("tick", self._target)

    def _change(self, change: Change) -> None:
        if change.name == "mover":
            self._model.set_mover(str(change.value))
        else:
            self._model.set_hyperparameter(change.name, change.value)
