"""The index of stored runs as the window uses it: read and changed on a thread, for it may be busy for seconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arena.errors import ArenaError
from arena.runs.locations import runs_root

if TYPE_CHECKING:
    from arena.runs.database import IndexedRun

_NEWEST = 30
_INDEX = "arena.db"


class RunIndex(QObject):
    """The newest runs, and how one is deleted.

    Attributes:
        changed: Emitted when :attr:`runs` was read again.
        failed: Emitted with an :class:`ArenaError` when it could not be read.
        deleted: Emitted with the run after it was deleted.
        not_deleted: Emitted with the run and the system's reason.
    """

    changed = Signal()
    failed = Signal(object)
    deleted = Signal(object)
    not_deleted = Signal(object, str)
    _read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[IndexedRun, ...] = ()
        self._threads: list[Thread] = []
        self._finished = False
        self._read.connect(self._take)
        self.deleted.connect(self.load)

    def load(self) -> None:
        """Read the index; :attr:`changed` or :attr:`failed` follows."""
        self._start(self._load)

    def delete(self, run: IndexedRun) -> None:
        """Delete a run's folder and its entry; :attr:`deleted` or :attr:`not_deleted` follows."""
        self._start(lambda: self._delete(run))

    def finish(self) -> None:
        """Wait for what is being done; from now on nothing is begun: nobody is left to be told."""
        self._finished = True
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _start(self, work: Callable[[], None]) -> None:
        if self._finished:
            return
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = Thread(target=work, name="run-index")
        self._threads.append(thread)
        thread.start()

    def _take(self, runs: tuple[IndexedRun, ...]) -> None:
        self.runs = runs
        self.changed.emit()

    # -- on the thread ----------------------------------------------------------------------------------------------

    def _load(self) -> None:
        from arena.runs.database import Database

        root = runs_root()
        if not root.is_dir():
            self._read.emit(())
            return
        try:
            with Database(root / _INDEX) as database:
                self._read.emit(tuple(database.recent_runs(_NEWEST)))
        except ArenaError as problem:
            self.failed.emit(problem)

    def _delete(self, run: IndexedRun) -> None:
        from arena.runs.database import Database

        folder = Path(run.folder)
        # Renamed first: a folder half deleted must not look like a run.
        leaving = folder.with_name(f".{folder.name}.deleted")
        try:
            folder.rename(leaving)
            with Database(folder.parent / _INDEX) as database:
                database.delete_run(run.run_id)
            shutil.rmtree(leaving)
        except (OSError, ArenaError) as problem:
            self.not_deleted.emit(run, str(getattr(problem, "strerror", None) or problem))
            return
        self.deleted.emit(run)
