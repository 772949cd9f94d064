"""Work in a process of its own, mostly on a model: it may load PyTorch and play for minutes; cancelled at once.

What asks for it loads nothing of that. The process ends with who asked, however that one ended.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Mapping
from typing import Any

from agents.runtime.client import enter
from arena.errors import ModelError

WORK = "agents.models.errand_work:work"
KINDS = ("compare", "dpo", "environments", "evaluate", "export", "import", "imitate", "save", "show", "train")
"""What can be asked for: see :mod:`agents.models.errand_work`."""

_MOST_BYTES = 2**22


class Errand:
    """One piece of work.

    Args:
        kind: One of :data:`KINDS`.
        wanted: Its arguments, plain values.

    Attributes:
        told: What it told on its way, oldest first.
        answer: What came of it, ``None`` before its end.
        problem: Why nothing came of it, ``None`` if something did.
    """

    def __init__(self, kind: str, wanted: Mapping[str, Any]) -> None:
        if kind not in KINDS:
            raise ValueError(kind)
        self.told: list[dict[str, Any]] = []
        self.answer: dict[str, Any] | None = None
        self.problem: ModelError | None = None
        self._closed = False
        context = multiprocessing.get_context("spawn")
        self._control, theirs = context.Pipe(duplex=True)
        # No daemon: games of objects are processes that it starts itself.
        self._process = context.Process(target=enter, args=(WORK, theirs, kind, dict(wanted)), name=f"arena-{kind}")
        self._process.start()
        theirs.close()

    @property
    def over(self) -> bool:
        """Whether there is an answer, a problem, or it was cancelled."""
        return self._closed or self.answer is not None or self.problem is not None

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid or 0

    def poll(self) -> None:
        """Take in what it has said meanwhile; waits for nothing."""
        try:
            while not self.over and self._control.poll():
                self._take(json.loads(self._control.recv_bytes(_MOST_BYTES)))
        except (EOFError, OSError, ValueError):
            # Killed, or out of memory: it did not get to say so.
            self.problem = ModelError("error.model.errand_died")
        if self.over:
            self.close()

    def _take(self, said: Mapping[str, Any]) -> None:
        if "told" in said:
            self.told.append(said["told"])
        elif "answer" in said:
            self.answer = said["answer"]
        else:
            self.problem = ModelError(said["key"], **said["params"])

    def close(self) -> None:
        """End it; what it has not finished is not there."""
        if self._closed:
            return
        self._closed = True
        self._control.close()
        # Asked first, so that games in processes of their own are closed; it looks ten times a second.
        self._process.join(0.7 if self.answer is None else 3.0)
        if self._process.is_alive():
            self._process.kill()
        self._process.join(5.0)
