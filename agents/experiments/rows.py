"""The rows of a learning curve that all seeds share, so that their curves can be averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.experiments.plan import JUDGED_STEP_ROWS, STEP_ROWS, Plan


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Where the rows of a curve begin and how much they hold.

    Attributes:
        unit: ``episodes`` or ``steps``.
        first: ``int64 [R]``, first episode (from 0) or first step of each row.
        count: ``int64 [R]``, episodes or steps in each row.
    """

    unit: str
    first: NDArray[np.int64]
    count: NDArray[np.int64]

    @property
    def last(self) -> NDArray[np.int64]:
        """Episodes ended, or steps done, at the end of each row, ``int64 [R]``."""
        return np.asarray(self.first + self.count)

    def __len__(self) -> int:
        return int(self.first.shape[0])


def rows_of(plan: Plan) -> Rows:
    """Return the rows of a plan's curves.

    Over episodes they are those of the run's own return curve: one episode each up to 1,000, ten each up to 10,000, and
    so on; the last one may be shorter. Over steps they are a hundred equal stretches.
    """
    if plan.steps:
        edges = np.unique(np.linspace(0, plan.steps, min(STEP_ROWS, plan.steps) + 1).round().astype(np.int64))
        return Rows(unit="steps", first=edges[:-1], count=np.diff(edges))
    pieces, size, start = [], 1, 0
    while start < plan.episodes:
        stop = min(plan.episodes, 1_000 * size)
        pieces.append(np.arange(start, stop, size, dtype=np.int64))
        start, size = stop, 10 * size
    first = np.concatenate(pieces)
    return Rows(unit="episodes", first=first, count=np.diff(first, append=plan.episodes))


def judged_rows(plan: Plan, rows: Rows) -> int:
    """Return how many rows at the end hold (at least) what a setting is judged by."""
    if plan.steps:
        return min(JUDGED_STEP_ROWS, len(rows))
    held = np.cumsum(rows.count[::-1])
    return int(np.searchsorted(held, plan.judged_episodes)) + 1


def pooled_edges(rows: Rows, most: int) -> NDArray[np.int64]:
    """Return where to cut the rows into at most ``most`` groups of equal length, for drawing.

    Args:
        rows: The rows.
        most: Groups at most.

    Returns:
        ``int64 [G + 1]``: group g holds rows ``edges[g]`` to ``edges[g + 1] − 1``.
    """
    total = int(rows.last[-1])
    coarsest = int(rows.count.max())
    # Whole numbers of the coarsest row: no group is cut through one.
    width = coarsest * -(-total // (coarsest * most))
    starts = np.searchsorted(rows.first, np.arange(0, total, width))
    return np.unique(np.append(starts, len(rows))).astype(np.int64)
