"""The answers of one run, as the window writes and reads them: beside the window, one thing after the other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from arena.errors import ArenaError
from arena.preferences.clip import Clip
from arena.preferences.clip_file import clip_path, read_clip
from arena.preferences.exchange import Imported, import_labels
from arena.preferences.label import Answer, Label, Pair, label_id_of
from arena.preferences.label_export import Exported, export_labels
from arena.preferences.label_store import LabelStore
from arena.preferences.poll import ClassLabel
from gui.state.label_desk import LabelDesk


class Stored(NamedTuple):
    """What the label store holds of a run."""

    labels: tuple[Label, ...]
    pairs: tuple[Pair, ...]


class _Read(NamedTuple):
    """The clips of a pair."""

    pair_id: str
    clips: tuple[Clip | None, ...]


class RunLabels(QObject):
    """Answers of one run.

    Args:
        folder: Run folder.
        parent: Qt parent.

    Attributes:
        stored: What there is now, a :class:`Stored`.
        written: Name of what was brought to disk: ``answer``, ``take_back``, ``restore``, ``change``, ``import``.
        failed: Name of what was not, and the :class:`ArenaError`.
        clips_read: A pair's id and its two clips, each ``None`` where it cannot be read.
        taken_in: What an import brought, an :class:`Imported`.
        saved: What went into a label set, an :class:`Exported`.
    """

    stored = Signal(object)
    written = Signal(str)
    failed = Signal(str, object)
    clips_read = Signal(str, object)
    taken_in = Signal(object)
    saved = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self._desk = self._new_desk()
        self._beside: LabelDesk | None = None
        self._leaving = threading.Event()

    def _new_desk(self) -> LabelDesk:
        desk = LabelDesk(str(self.folder.parent / "arena.db"), self)
        desk.done.connect(self._done)
        desk.failed.connect(self.failed)
        return desk

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, pair_id: str, answer: Answer, rater: str, seconds: float) -> None:
        """Write an answer."""
        self._desk.ask("answer", lambda store: store.answer(pair_id, answer, rater, seconds=seconds))

    def answer_of_class(self, pair_id: str, given: Sequence[tuple[ClassLabel, str]]) -> None:
        """Write what a class said, each label with whose it is."""

        def write(store: LabelStore) -> None:
            for label, rater in given:
                store.answer(pair_id, label.answer, rater, source="class", votes=label.votes)

        self._desk.ask("answer", write)

    def take_back(self, label_id: str) -> None:
        """Make an answer count no longer."""
        self._desk.ask("take_back", lambda store: store.take_back(label_id))

    def take_back_of(self, pair_id: str, rater: str) -> None:
        """Make what a rater said of a pair count no longer, also where that still waits for the disk."""
        self.take_back(label_id_of(pair_id, rater))

    def restore(self, label_id: str) -> None:
        """Make an answer count again."""
        self._desk.ask("restore", lambda store: store.restore(label_id))

    def change(self, label_id: str, answer: Answer) -> None:
        """Give an answer another content."""
        self._desk.ask("change", lambda store: store.change(label_id, answer))

    def take_in(self, path: str) -> None:
        """Take in a label set; who answers meanwhile does not wait for it."""
        run_id, leaving = self.folder.name, self._leaving
        self._slow_desk().ask("import", lambda store: import_labels(path, store, run_id, cancelled=leaving.is_set))

    def save(self, path: str) -> None:
        """Write all that counts as a label set, as :meth:`take_in` takes it; :attr:`saved` tells of it."""
        run_id, leaving = self.folder.name, self._leaving
        self._slow_desk().ask("export", lambda store: export_labels(store, [run_id], path, cancelled=leaving.is_set))

    def _slow_desk(self) -> LabelDesk:
        if self._beside is None:
            self._beside = self._new_desk()
        return self._beside

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    def read(self) -> None:
        """Read all answers; :attr:`stored` brings them."""
        run_id = self.folder.name
        self._desk.ask("load", lambda store: Stored(store.labels(run_id), store.pairs(run_id)))

    def read_clips(self, pair: Pair) -> None:
        """Read the clips of a pair; :attr:`clips_read` brings them."""
        folder = self.folder

        def read(_: LabelStore) -> _Read:
            return _Read(pair.pair_id, tuple(_clip_or_none(folder, clip_id) for clip_id in (pair.left, pair.right)))

        self._desk.ask("read", read)

    def _done(self, name: str, result: object) -> None:
        if isinstance(result, Stored):
            self.stored.emit(result)
        elif isinstance(result, _Read):
            self.clips_read.emit(result.pair_id, result.clips)
        elif isinstance(result, Exported):
            self.saved.emit(result)
        else:
            self.written.emit(name)
            if isinstance(result, Imported):
                self.taken_in.emit(result)
            self.read()

    # ── ending ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self) -> None:
        """Tell nobody any more; what was asked to be written still is."""
        self._leaving.set()
        self.blockSignals(True)
        for desk in self._desks:
            desk.leave()

    def close(self) -> None:
        """Leave, and wait until everything is written."""
        self.leave()
        for desk in self._desks:
            desk.close()

    @property
    def _desks(self) -> tuple[LabelDesk, ...]:
        return tuple(desk for desk in (self._desk, self._beside) if desk is not None)


def _clip_or_none(folder: Path, clip_id: str) -> Clip | None:
    try:
        return read_clip(clip_path(folder, clip_id))
    except (ArenaError, ValueError):
        return None
