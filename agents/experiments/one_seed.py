"""One run of a setting on the compiled loop, kept as the rows of its return curve and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.experiments.ready import Ready
from agents.experiments.rows import Rows
from agents.tabular.arrays import Records, new_records
from agents.tabular.kernel import FINISHED, NOT_FINITE
from agents.tabular.learner import TabularLearner, new_stop
from arena.errors import ArenaError

CHUNK = 1_000_000
"""Steps of one kernel call: some 50 ms, after which a wish to stop is heard."""

BLOCKS = 4_096
"""Rows of the return curve one kernel call can write."""


def returns_of(ready: Ready, seed: int, rows: Rows, stopped: Callable[[], bool]) -> NDArray[np.float64] | None:
    """Learn with one seed and return its curve.

    It is the run ``arena train --seed`` would make: the same learner, the same random numbers.

    Args:
        ready: The setting.
        seed: Seed of all random numbers of the run.
        rows: The rows wanted.
        stopped: Whether somebody wants to stop; asked between kernel calls.

    Returns:
        ``float64 [R]`` mean return of each row, or ``None`` if it was stopped before its end. Over steps a stretch in
        which no episode ended has the return of the last one before, or NaN if there was none.

    Raises:
        ArenaError: If a value would not be finite.
    """
    learner = ready.learner(seed)
    gathered = _Gathered(rows)
    by_episodes = rows.unit == "episodes"
    end = int(rows.last[-1])
    stop = new_stop(on_episode=end) if by_episodes else new_stop()
    records = new_records(blocks=min(BLOCKS, len(rows) + 1) if by_episodes else BLOCKS)
    while not stopped():
        records.used[:] = 0
        until = learner.tick + CHUNK
        reason = learner.advance(until if by_episodes else min(until, end), stop, records)
        gathered.take(records)
        if reason == NOT_FINITE:
            raise ArenaError("error.experiments.not_finite", agent=ready.candidate.agent, seed=seed)
        if by_episodes and int(learner.counters["episode"]) >= end:
            return gathered.by_episode(learner)
        if not by_episodes and learner.tick >= end:
            return gathered.by_step(learner)
        if reason == FINISHED:
            raise ArenaError("error.experiments.no_episodes", agent=ready.candidate.agent)
    return None


class _Gathered:
    """Rows of the return curve as the kernel wrote them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._means: list[NDArray[np.float64]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._ends: list[NDArray[np.int64]] = []

    def take(self, records: Records) -> None:
        """Copy what a kernel call wrote."""
        used = records.blocks[: records.used[2]]
        self._means.append(used["return_mean"].copy())
        self._counts.append(used["episodes"].copy())
        self._ends.append(used["tick"].copy())

    def _all(self, learner: TabularLearner) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        # The last row is still open where the episodes do not fill it.
        c = learner.counters
        if c["block_count"] > 0:
            self._means.append(np.array([c["block_sum"] / c["block_count"]]))
            self._counts.append(np.array([c["block_count"]], np.int64))
            self._ends.append(np.array([c["tick"]], np.int64))
        return np.concatenate(self._means), np.concatenate(self._counts), np.concatenate(self._ends)

    def by_episode(self, learner: TabularLearner) -> NDArray[np.float64]:
        means, counts, _ = self._all(learner)
        if not np.array_equal(counts, self._rows.count):
            raise RuntimeError("the kernel's rows are not those of the experiment")
        return means

    def by_step(self, learner: TabularLearner) -> NDArray[np.float64]:
        means, counts, ends = self._all(learner)
        # An episode belongs to the stretch its last step lies in.
        place = np.searchsorted(self._rows.last, ends)
        total = np.bincount(place, means * counts, len(self._rows))
        held = np.bincount(place, counts, len(self._rows))
        made = np.full(len(self._rows), np.nan)
        np.divide(total, held, out=made, where=held > 0)
        newest = np.maximum.accumulate(np.where(held > 0, np.arange(len(self._rows)), -1))
        return np.where(newest >= 0, made[newest], np.nan)
