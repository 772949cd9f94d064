"""Deleting a run that can be taken back: nothing is touched on disk until the time to think is over."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from arena.errors import ArenaError
from gui.state.stored_runs import StoredRun

TIME_TO_THINK_MS = 8000
"""Longer than the remark with its Undo is shown."""


class Deletion(QObject):
    """One run on its way out.

    Args:
        parent: Qt parent.

    Attributes:
        done: Emitted with the run after it was deleted.
        failed: Emitted with the run and the system's reason if it could not be deleted whole.
    """

    done = Signal(object)
    failed = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._run: StoredRun | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.finish)

    def begin(self, run: StoredRun) -> None:
        """Start the time to think; a run that was waiting is deleted now."""
        self.finish()
        self._run = run
        self._clock.start(TIME_TO_THINK_MS)

    def undo(self) -> StoredRun | None:
        """Take it back; returns the run, or none if it was too late."""
        self._clock.stop()
        run, self._run = self._run, None
        return run

    def finish(self) -> None:
        """Delete what waits."""
        self._clock.stop()
        run, self._run = self._run, None
        if run is None:
            return
        folder = Path(run.folder)
        # Renamed first: a folder half deleted must not look like a run.
        leaving = folder.with_name("." + folder.name + ".deleted")
        try:
            folder.rename(leaving)
            _forget(run)
            shutil.rmtree(leaving)
        except (OSError, ArenaError) as problem:
            self.failed.emit(run, str(getattr(problem, "strerror", None) or problem))
            return
        self.done.emit(run)


def _forget(run: StoredRun) -> None:
    from arena.runs.database import Database

    with Database(Path(run.folder).parent / "arena.db") as database:
        database.delete_run(run.run_id)
