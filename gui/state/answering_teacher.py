"""A synthetic teacher that answers in somebody's stead, at a pace that can be watched."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState, Question


class Pace(NamedTuple):
    """How fast a teacher answers.

    Attributes:
        look_ms: It looks at a pair for so long; −1 for as long as the clips take.
        told_ms: Its answer is shown for so long.
    """

    look_ms: int
    told_ms: int


PACES = {"calm": Pace(-1, 900), "brisk": Pace(700, 300), "quick": Pace(0, 0)}
"""Paces by name, slowest first."""


class AnsweringTeacher(QObject):
    """Asks the worker's teacher about each pair that comes on the screen.

    It stands still while the run does: who pauses wants to look.

    Args:
        model: The run.

    Attributes:
        told: What it has said of the pair on the screen.
        kind: Which teacher; empty for a person.
        criterion: What it goes by.
        pace: One of :data:`PACES`.
    """

    told = Signal(str)

    def __init__(self, model: PreferenceModel) -> None:
        super().__init__(model)
        self.kind, self.criterion, self.pace = "", "reward", "calm"
        self._model = model
        self._looked_at: Question | None = None
        self._seen: Question | None = None
        self._told: Question | None = None
        self._look, self._tell = QTimer(self), QTimer(self)
        for timer, act in ((self._look, self._ask), (self._tell, model.go_past)):
            timer.setSingleShot(True)
            timer.timeout.connect(act)

    def choose(self, kind: str, criterion: str = "reward") -> None:
        """Have another teacher answer from now on, nobody for an empty name."""
        self.kind, self.criterion = kind, criterion
        self._look.stop()
        self._looked_at = None
        self.follow(self._model.known)

    def choose_pace(self, pace: str) -> None:
        """Answer at another pace."""
        self.pace = pace
        self.choose(self.kind, self.criterion)

    def follow(self, known: PreferenceState) -> None:
        """Act on what is on the screen now."""
        question = known.question
        if known.settled:
            if question is not self._told:
                self._told = question
                self.told.emit(known.settled)
                self._tell.start(PACES[self.pace].told_ms)
            return
        self._told = None
        if not self.kind or self._model.state.phase != "running":
            self._look.stop()
            self._looked_at = None
        elif question is not self._looked_at:
            self._looked_at = question
            wait = PACES[self.pace].look_ms
            if question is not None and (wait >= 0 or question is self._seen):
                self._look.start(max(0, wait))

    def have_seen(self) -> None:
        """Answer now, if it takes its time for the clips: both have been shown to their end."""
        self._seen = self._model.known.question
        if PACES[self.pace].look_ms < 0:
            self._ask()

    def _ask(self) -> None:
        if self.kind and self._model.state.phase == "running":
            self._model.ask_teacher(self.kind, self.criterion)
