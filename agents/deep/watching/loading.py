"""Loads a network while its game is already shown: the library behind it takes longer than everything else."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from agents.deep.watching.source import Source
from arena.errors import UsageError

FIRST_WEIGHTS_SECONDS = 60.0
"""So long a run that has just begun may take for its first weights."""


class Loading(threading.Thread):
    """Loads the network beside the game, whose first picture need not wait for it."""

    def __init__(self, source: Source) -> None:
        super().__init__(name="loading", daemon=True)
        self._source = source
        self.policy: Any = None
        self.env_steps = -1
        self.version: tuple[str, int] = ("", 0)
        self.problem: Exception | None = None
        self.start()

    def run(self) -> None:
        """Load; what goes wrong is kept for whoever waits."""
        try:
            import torch

            from agents.deep.weights import load_weights

            # One picture at a time: threads would wait for each other longer than they compute.
            torch.set_num_threads(1)
            policy = self._source.policy()
            file = self._first_file()
            self.version = version_of(file)
            weights, self.env_steps = self._source.weights(file)
            load_weights(policy, weights, file.name)
            self.policy = policy
        except Exception as problem:
            self.problem = problem

    def _first_file(self) -> Path:
        """Return the newest weights; a run that has only just begun is waited for."""
        until = time.monotonic() + FIRST_WEIGHTS_SECONDS
        while not (file := self._source.newest()).exists() and self._source.config is not None:
            if time.monotonic() > until:
                raise UsageError("error.watch.no_weights", name=self._source.name)
            time.sleep(0.1)
        return file


def version_of(file: Path) -> tuple[str, int]:
    """Return what tells a file from what it was before: its name and when it was written."""
    try:
        return str(file), file.stat().st_mtime_ns
    except OSError:
        return "", 0
