"""Writes answers to disk beside the window: a slow disk must not keep anybody from the next pair."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal

from arena.errors import ArenaError
from arena.preferences.label_store import LabelStore

Job = Callable[[LabelStore], Any]

LEAVE_SECONDS = 10.0
"""What was asked to be written gets so long when the window closes."""


class LabelDesk(QObject):
    """A thread that owns a label store and does one thing after the other.

    Args:
        path: ``arena.db``.
        parent: Qt parent.

    Attributes:
        done: A job's name and what it returned.
        failed: A job's name and why it could not be done, an :class:`ArenaError`.
    """

    done = Signal(str, object)
    failed = Signal(str, object)

    def __init__(self, path: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: SimpleQueue[tuple[str, Job] | None] = SimpleQueue()
        self._left = False
        self._thread = threading.Thread(target=self._work, args=(path,), name="arena-labels", daemon=True)
        self._thread.start()

    def ask(self, name: str, job: Job) -> None:
        """Have something done; :attr:`done` or :attr:`failed` tells of it, in order.

        Args:
            name: What it is, for whoever listens.
            job: Does it with the store, on the desk's thread.
        """
        self._jobs.put((name, job))

    def leave(self) -> None:
        """Do what was asked, then end; nobody waits for it."""
        if not self._left:
            self._left = True
            self._jobs.put(None)

    def close(self) -> None:
        """Do what was asked, then end, and wait for that."""
        self.leave()
        self._thread.join(LEAVE_SECONDS)

    def _work(self, path: str) -> None:
        store: LabelStore | None = None
        while (asked := self._jobs.get()) is not None:
            name, job = asked
            try:
                store = store or LabelStore(path)
                self.done.emit(name, job(store))
            except ArenaError as problem:
                self.failed.emit(name, problem)
        if store is not None:
            store.close()
