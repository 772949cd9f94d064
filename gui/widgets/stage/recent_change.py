"""By how much each value has changed within the last moment: what the layer of changes shows."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

CHANGE_SECONDS = 1.0
"""What moved within so many seconds counts, or in the newest step where that is longer ago."""


class RecentChange:
    """Remembers the tables of the last second.

    Attributes:
        change: ``float64 [S, A]`` how much each value has moved.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything: another world."""
        self._history: deque[tuple[float, NDArray[np.float64]]] = deque()
        self.change: NDArray[np.float64] = np.zeros((0, 0))

    def note(self, q: NDArray[np.float64], now: float) -> None:
        """Take in the table shown next, ``float64 [S, A]``."""
        if self._history and self._history[-1][1].shape != q.shape:
            self._history.clear()
        if not self._history or not np.array_equal(self._history[-1][1], q):
            self._history.append((now, q.copy()))
        while len(self._history) > 2 and self._history[1][0] < now - CHANGE_SECONDS:
            self._history.popleft()
        self.change = q - self._history[0][1]
