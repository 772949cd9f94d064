"""The library of models as the window uses it: read on a thread, changed at once, deleted so that it can be undone."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Signal

from agents.models.library import ModelEntry, damaged_models, models, models_folder, rename_model
from agents.models.trash import DeletedModel, delete_model, undelete_model
from arena.errors import ArenaError

_ORIGINS = ("shipped", "own", "imported", "elsewhere")


def in_order(entries: tuple[ModelEntry, ...]) -> tuple[ModelEntry, ...]:
    """Return models as they are shown: those that ship first, games before tables, one's own newest first."""
    by_time = sorted(entries, key=lambda entry: entry.manifest.created, reverse=True)
    by_name = sorted(by_time, key=lambda entry: entry.name if entry.origin == "shipped" else "")
    return tuple(sorted(by_name, key=lambda e: (_ORIGINS.index(e.origin), e.manifest.family != "deep")))


class Library(QObject):
    """The models there are.

    Attributes:
        changed: Emitted when :attr:`entries` and :attr:`damaged` were read again.
        deleted: Emitted with a :class:`agents.models.trash.DeletedModel` after one was deleted.
        failed: Emitted with an :class:`ArenaError` where something could not be done.
    """

    changed = Signal()
    deleted = Signal(object)
    failed = Signal(object)
    _read = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[ModelEntry, ...] = ()
        self.damaged: tuple[tuple[Path, ArenaError], ...] = ()
        self._threads: list[Thread] = []
        self._finished = False
        self._read.connect(self._take)

    def load(self) -> None:
        """Look at the folders again; :attr:`changed` follows."""
        if self._finished:
            return
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(Thread(target=self._load, name="library"))
        self._threads[-1].start()

    def _load(self) -> None:
        self._read.emit(in_order(models()), damaged_models())

    def _take(self, entries: tuple[ModelEntry, ...], damaged: tuple[tuple[Path, ArenaError], ...]) -> None:
        self.entries, self.damaged = entries, damaged
        self.changed.emit()

    def is_own_folder(self, folder: Path) -> bool:
        """Say whether what is in a folder may be deleted: it is one's own or imported."""
        return folder.parent == models_folder()

    def entry(self, folder: str) -> ModelEntry | None:
        """Return the model in a folder, if it is one of those read last."""
        return next((entry for entry in self.entries if str(entry.folder) == folder), None)

    def delete(self, name: str) -> None:
        """Move a model of one's own aside; :attr:`deleted` follows."""
        try:
            gone = delete_model(name)
        except ArenaError as problem:
            self.failed.emit(problem)
            return
        self.load()
        self.deleted.emit(gone)

    def undo(self, gone: DeletedModel) -> None:
        """Bring a deleted model back."""
        try:
            undelete_model(gone)
        except ArenaError as problem:
            # A damaged one is back too, and is damaged as before.
            if gone.folder.exists() or problem.key in ("error.model.taken", "error.model.purged"):
                self.failed.emit(problem)
        self.load()

    def rename(self, name: str, new: str) -> None:
        """Give a model of one's own another name.

        Raises:
            ArenaError: If it cannot be called that; nothing was changed.
        """
        rename_model(name, new)
        self.load()

    def finish(self) -> None:
        """Wait for what is being read; from now on nothing is begun."""
        self._finished = True
        for thread in self._threads:
            thread.join()
        self._threads.clear()
