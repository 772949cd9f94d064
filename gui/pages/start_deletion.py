"""Deleting a run that can be taken back: nothing is touched on disk until the time to think is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.state.run_index import RunIndex

if TYPE_CHECKING:
    from arena.runs.database import IndexedRun

TIME_TO_THINK_MS = 8000
"""Longer than the remark with its Undo is shown."""


class Deletion(QObject):
    """One run on its way out.

    Args:
        index: What deletes it in the end.
        parent: Qt parent.
    """

    def __init__(self, index: RunIndex, parent: QObject) -> None:
        super().__init__(parent)
        self._index = index
        self._run: IndexedRun | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.finish)

    def begin(self, run: IndexedRun) -> None:
        """Start the time to think; a run that was waiting is deleted now."""
        self.finish()
        self._run = run
        self._clock.start(TIME_TO_THINK_MS)

    def undo(self) -> IndexedRun | None:
        """Take it back; returns the run, or none if it was too late."""
        self._clock.stop()
        run, self._run = self._run, None
        return run

    def finish(self) -> None:
        """Delete what waits."""
        run = self.undo()
        if run is not None:
            self._index.delete(run)
