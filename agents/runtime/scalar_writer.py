"""TensorBoard scalars of a run, written by a thread of their own: importing the writer outlasts many kernel calls."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path

EPISODES_AVERAGED = 100
"""Episodes behind ``rollout/ep_rew_mean``, as in Stable-Baselines3."""

MOST_POINTS = 50
"""Points of the curve written per aggregate; a burst of a thousand episodes keeps its shape with these."""

Rows = tuple[tuple[float, ...], ...]


class ScalarWriter:
    """Takes aggregates and writes them with the tags Stable-Baselines3 uses.

    Args:
        folder: Where the event file goes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._queue: queue.SimpleQueue[tuple[int, Rows, dict[str, float]] | None] = queue.SimpleQueue()
        self._recent: deque[tuple[float, float, float]] = deque(maxlen=EPISODES_AVERAGED)
        self._thread: threading.Thread | None = None

    def add(
        self, tick: int, blocks: Rows, epsilon: float, steps_per_second: float, largest_change: float, distance: float
    ) -> None:
        """Queue one aggregate.

        Args:
            tick: ``env_steps`` now.
            blocks: Rows of ``BLOCK`` that ended since the last one.
            epsilon: Exploration rate, −1 for none.
            steps_per_second: Speed.
            largest_change: Largest change of a value.
            distance: Distance to the exact solution, −1 if unknown.
        """
        scalars = {"time/fps": steps_per_second, "train/largest_change": largest_change}
        if epsilon >= 0.0:
            scalars["rollout/exploration_rate"] = epsilon
        if distance >= 0.0:
            scalars["train/distance_to_optimum"] = distance
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="tensorboard", daemon=True)
            self._thread.start()
        # The means are taken there too: here they would be taken out of the time for learning.
        self._queue.put((tick, blocks, scalars))

    def _points(self, blocks: Rows) -> Iterator[tuple[int, dict[str, float]]]:
        every = max(1, -(-len(blocks) // MOST_POINTS))
        for index, (_, episodes, ended, mean, _, _, length) in enumerate(blocks):
            self._recent.append((episodes, mean, length))
            if index % every == every - 1 or index == len(blocks) - 1:
                weight = sum(n for n, _, _ in self._recent)
                yield (
                    int(ended),
                    {
                        "rollout/ep_rew_mean": sum(n * value for n, value, _ in self._recent) / weight,
                        "rollout/ep_len_mean": sum(n * steps for n, _, steps in self._recent) / weight,
                    },
                )

    def _write(self) -> None:
        from arena.runs.tensorboard_log import TensorBoardLog

        log = TensorBoardLog(self._folder)
        while (item := self._queue.get()) is not None:
            tick, blocks, scalars = item
            for ended, means in self._points(blocks):
                log.scalars(means, ended)
            log.scalars(scalars, tick)
        log.close()

    def close(self) -> None:
        """Write what is queued and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=10.0)
