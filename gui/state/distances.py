"""The distance to the exact solution as it came in, thinned so that it never outgrows a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena.protocol.messages import Metrics

MOST_POINTS = 2_000


class Distances:
    """Collects ``(tick, distance)`` pairs; above :data:`MOST_POINTS` every second of the older half is dropped."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, float]] = []
        self._array: NDArray[np.float64] = np.zeros((0, 2))

    def with_these(self, message: Metrics) -> NDArray[np.float64]:
        """Take in an aggregate and return all pairs, ``float64 [N, 2]``."""
        before = len(self._rows)
        self._rows += [(float(tick), float(distance)) for tick, distance in message.distances]
        if message.distance >= 0.0:
            self._rows.append((float(message.env_steps), message.distance))
        if len(self._rows) > MOST_POINTS:
            half = MOST_POINTS // 2
            self._rows = self._rows[:half:2] + self._rows[half:]
        if len(self._rows) != before:
            self._array = np.array(self._rows).reshape(-1, 2)
        return self._array
