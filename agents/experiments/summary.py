"""What is told of an experiment: curves with intervals, a score for each seed, and what may be concluded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.experiments.many_seeds import Outcome
from agents.experiments.plan import MOST_COMPARED
from agents.experiments.rows import judged_rows, pooled_edges
from arena.statistics.bands import mean_band
from arena.statistics.comparison import compare, perhaps_best
from arena.statistics.conclusion import Conclusion
from arena.statistics.interquartile import RESAMPLES, iqm_interval

POINTS = 100
"""Points of a curve at most; each is the mean of equally many episodes."""

ROUGH_RESAMPLES, FEWEST_RESAMPLES = 200, 400

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """An experiment as it stands.

    Attributes:
        last: ``int64 [P]`` episodes ended (steps done) at the end of each point.
        mean: ``float64 [K, P]`` mean over the seeds finished; NaN where there are none.
        low: ``float64 [K, P]`` lower end of the 95 % interval of that mean.
        high: ``float64 [K, P]`` upper end.
        scores: ``float64 [K, N]`` mean return of what each seed is judged by; NaN where it is not finished.
        score: ``float64 [K, 3]`` mean of the scores and the ends of its 95 % interval.
        iqm: ``float64 [K, 3]`` their interquartile mean and the ends of its 95 % bootstrap interval.
        seeds: ``int64 [K]`` seeds finished.
        conclusion: What may be concluded.
        perhaps_best: Places that luck does not rule out as the best, the best mean first.
    """

    last: NDArray[np.int64]
    mean: Floats
    low: Floats
    high: Floats
    scores: Floats
    score: Floats
    iqm: Floats
    seeds: NDArray[np.int64]
    conclusion: Conclusion
    perhaps_best: tuple[int, ...]


def judged_scores(outcome: Outcome) -> Floats:
    """Return the score of every setting and seed, ``float64 [K, N]``: its mean return at the end of its run."""
    finished = outcome.finished.copy()
    last = judged_rows(outcome.plan, outcome.rows)
    weights = outcome.rows.count[-last:].astype(np.float64)
    scores = outcome.returns[:, :, -last:] @ (weights / weights.sum())
    return np.where(finished, scores, np.nan)


def summarize(outcome: Outcome, *, rough: bool = False) -> Summary:
    """Say what an experiment shows so far.

    Args:
        outcome: The experiment, which may be running.
        rough: Draw fewer bootstrap samples: the picture is soon replaced by a better one.
    """
    scores = judged_scores(outcome)
    edges = pooled_edges(outcome.rows, POINTS)
    bands = [_band(outcome.returns[place], np.isfinite(row), outcome, edges) for place, row in enumerate(scores)]
    score = np.full((len(scores), 3), np.nan)
    iqm = np.full((len(scores), 3), np.nan)
    for place, row in enumerate(scores):
        sample = row[np.isfinite(row)]
        if sample.size:
            score[place] = [float(each[0]) for each in mean_band(sample[:, None])]
            iqm[place] = iqm_interval(sample, resamples=_resamples(sample.size, rough))
    rows: Sequence[Floats] = list(scores)
    few = len(rows) <= MOST_COMPARED
    return Summary(
        last=outcome.rows.last[edges[1:] - 1],
        mean=np.array([band[0] for band in bands]),
        low=np.array([band[1] for band in bands]),
        high=np.array([band[2] for band in bands]),
        scores=scores,
        score=score,
        iqm=iqm,
        seeds=np.isfinite(scores).sum(axis=1).astype(np.int64),
        conclusion=compare(rows, comparable=comparable(outcome)) if few else Conclusion(kind="nothing"),
        perhaps_best=perhaps_best(rows) if comparable(outcome) else (),
    )


def _resamples(seeds: int, rough: bool) -> int:
    # Thousands of seeds make the interval narrow, and each sample slow.
    return ROUGH_RESAMPLES if rough else max(FEWEST_RESAMPLES, min(RESAMPLES, 1_000_000 // seeds))


def comparable(outcome: Outcome) -> bool:
    """Say whether the settings earn their returns in the same world, rewarded in the same way."""
    first = outcome.ready[0].config
    return all(
        (each.config.env_id, each.config.env_kwargs) == (first.env_id, first.env_kwargs) for each in outcome.ready
    )


def _band(
    returns: Floats, finished: NDArray[np.bool_], outcome: Outcome, edges: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    weights = outcome.rows.count.astype(np.float64)
    kept = returns[finished]
    total = np.add.reduceat(kept * weights, edges[:-1], axis=1)
    mean, low, high = mean_band(total / np.add.reduceat(weights, edges[:-1]))
    return mean, low, high
