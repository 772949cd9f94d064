"""One errand of the window at a time: asked for, shown with a button to cancel it, its answer handed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from agents.models.errand import Errand
from arena.errors import ArenaError

_LOOK_MS = 60


class ModelErrand(QObject):
    """Looks after an errand.

    Attributes:
        told: Emitted with each thing it told (a mapping).
        done: Emitted with the answer (a mapping).
        failed: Emitted with an :class:`ArenaError`.
    """

    told = Signal(object)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errand: Errand | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self.look)

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._errand is not None

    def start(self, kind: str, wanted: Mapping[str, Any]) -> None:
        """Begin one in place of the one before."""
        self.cancel()
        self._errand = Errand(kind, wanted)
        self._clock.start()

    def cancel(self) -> None:
        """End what is under way; nothing is emitted for it."""
        self._clock.stop()
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.close()

    def look(self) -> None:
        """Take in what it has said meanwhile."""
        errand = self._errand
        if errand is None:
            return
        errand.poll()
        told, errand.told = errand.told, []
        for one in told:
            self.told.emit(one)
        if errand.over and self._errand is errand:
            self._clock.stop()
            self._errand = None
            self._hand_on(errand.answer, errand.problem)

    def _hand_on(self, answer: Mapping[str, Any] | None, problem: ArenaError | None) -> None:
        if problem is not None:
            self.failed.emit(problem)
        elif answer is not None:
            self.done.emit(answer)
