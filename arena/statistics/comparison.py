"""Comparing settings that were run with the same seeds, without claiming more than the seeds carry.

Differences are taken seed by seed: settings that share a seed share its random numbers, so their scores need not be
independent, and pairing holds either way (Student 1908). A difference counts as one only if Student's interval, widened
for the number of pairs looked at (Bonferroni), leaves out 0, *and* there are so many seeds that equal settings could
hardly agree on a sign (sign-flip test): scores of a few seeds may be far from normal, or have no spread at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from arena.statistics.bands import mean_band, student_quantile
from arena.statistics.conclusion import Conclusion
from arena.statistics.improvement import probability_of_improvement

Floats = NDArray[np.float64]

CONFIDENCE = 0.95

POWER = 0.8
"""Probability with which the number of seeds asked for would show a difference as large as the one seen."""

MOST_NEEDED = 100_000
"""More seeds than this are not asked for: the difference is called negligible."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How two settings differ, seed by seed.

    Attributes:
        mean: Mean difference.
        spread: Standard deviation of the differences (n − 1 below).
        low: Lower end of the interval of the mean difference.
        high: Upper end.
        seeds: Seeds both finished.
        enough: Whether there are enough of them to call anything a difference.
    """

    mean: float
    spread: float
    low: float
    high: float
    seeds: int
    enough: bool

    @property
    def wins(self) -> bool:
        """Whether the first is better, and luck hardly explains it."""
        return self.enough and self.low > 0.0


def fewest_seeds(doubt: float) -> int:
    """Return how many seeds it takes until equal settings agree on a sign in every seed with probability ≤ ``doubt``.

    Of the 2ⁿ equally likely ways to share out the signs two are one-sided: 2 · 2⁻ⁿ ≤ doubt.
    """
    return math.ceil(1.0 + math.log2(1.0 / doubt))


def difference(first: Floats, second: Floats, confidence: float = CONFIDENCE) -> Difference:
    """Return how the scores of two settings differ.

    Args:
        first: ``float64 [N]`` scores of the one, by seed; NaN where a seed is not finished.
        second: ``float64 [N]`` scores of the other.
        confidence: Of the interval.
    """
    gap = first - second
    gap = gap[np.isfinite(gap)]
    seeds = int(gap.size)
    enough = seeds >= fewest_seeds(1.0 - confidence)
    mean = float(gap.mean()) if seeds else math.nan
    if seeds < 2:
        return Difference(mean=mean, spread=math.nan, low=-math.inf, high=math.inf, seeds=seeds, enough=False)
    spread = float(gap.std(ddof=1))
    # What differs by the last bits of a sum only does not differ.
    nothing = 1e-12 * float(np.nanmax(np.abs(first)))
    spread, mean = (0.0 if abs(value) <= nothing else value for value in (spread, mean))
    reach = student_quantile(0.5 + confidence / 2.0, seeds - 1) * spread / math.sqrt(seeds)
    return Difference(mean=mean, spread=spread, low=mean - reach, high=mean + reach, seeds=seeds, enough=enough)


def needed_seeds(found: Difference, confidence: float = CONFIDENCE) -> int:
    """Return about how many seeds would show a true difference as large as the one seen; 0 for too many to ask for.

    The usual normal approximation, n = ((z₁₋α/₂ + z_power) · s / d)² (Cohen 1988, ch. 2). The difference seen is itself
    uncertain, so this is an order of magnitude.
    """
    fewest = max(found.seeds + 1, fewest_seeds(1.0 - confidence))
    if found.mean == 0.0:
        return 0
    normal = NormalDist()
    reach = normal.inv_cdf(0.5 + confidence / 2.0) + normal.inv_cdf(POWER)
    wanted = (reach * found.spread / found.mean) ** 2
    return 0 if wanted > MOST_NEEDED else max(fewest, math.ceil(wanted))


def compare(scores: Sequence[Floats], *, comparable: bool = True) -> Conclusion:
    """Say what may be concluded about which of several settings is best.

    Args:
        scores: For each setting ``float64 [N]``, its score by seed (more is better); NaN where a seed is not finished.
        comparable: Whether their scores mean the same thing (one world, one way of giving rewards).
    """
    held = [place for place, each in enumerate(scores) if np.isfinite(each).any()]
    if not held:
        return Conclusion(kind="nothing")
    means = {place: float(np.nanmean(scores[place])) for place in held}
    best = max(held, key=lambda place: means[place])
    seeds = int(np.isfinite(scores[best]).sum())
    if len(held) == 1:
        return _single(scores[best], best)
    if not comparable:
        return Conclusion(kind="apart", seeds=seeds)
    pairs = len(held) * (len(held) - 1) // 2
    confidence = 1.0 - (1.0 - CONFIDENCE) / pairs
    others = {place: difference(scores[best], scores[place], confidence) for place in held if place != best}
    return _conclusion(scores, best, others, confidence, means[best])


def _single(scores: Floats, place: int) -> Conclusion:
    sample = scores[np.isfinite(scores)]
    mean, low, high = (float(each[0]) for each in mean_band(sample[:, None], CONFIDENCE))
    kind = "single" if sample.size > 1 else "one_seed"
    needed = 0 if sample.size > 1 else fewest_seeds(1.0 - CONFIDENCE)
    return Conclusion(kind=kind, best=place, mean=mean, low=low, high=high, seeds=int(sample.size), needed=needed)


def _conclusion(
    scores: Sequence[Floats], best: int, others: dict[int, Difference], confidence: float, mean: float
) -> Conclusion:
    beaten = tuple(place for place, each in others.items() if each.wins)
    level = tuple(place for place, each in others.items() if not each.wins)
    # The one that matters: the nearest of those that might be as good, else the nearest of all.
    rival = min(level or beaten, key=lambda place: others[place].mean)
    found = others[rival]
    needed = needed_seeds(found, confidence) if found.seeds > 1 else 0
    if found.seeds < 2:
        kind, needed = "one_seed", fewest_seeds(1.0 - confidence)
    elif all(each.mean == 0.0 and each.spread == 0.0 for each in others.values()):
        kind = "same"
    elif not level:
        kind = "better"
    elif beaten:
        kind = "partly"
    elif not found.enough and found.low > 0.0:
        kind, needed = "too_few", fewest_seeds(1.0 - confidence)
    else:
        kind = "undecided" if needed else "negligible"
    ours, theirs = scores[best], scores[rival]
    return Conclusion(
        kind=kind,
        best=best,
        rival=rival,
        beaten=beaten,
        level=level,
        mean=mean,
        low=found.low,
        high=found.high,
        difference=found.mean,
        seeds=found.seeds,
        needed=needed if kind in ("one_seed", "too_few", "partly", "undecided") else 0,
        confidence=confidence,
        improvement=probability_of_improvement(ours[np.isfinite(ours)], theirs[np.isfinite(theirs)]),
    )


def perhaps_best(scores: Sequence[Floats]) -> tuple[int, ...]:
    """Return the places of all settings that luck does not rule out as the best one, the best mean first.

    A setting is ruled out if some other one is clearly better. With a share of 0.05 / (K − 1) for each one-sided
    comparison the truly best one stays in with probability 0.95, however many there are (Hsu 1981, "Simultaneous
    confidence intervals for all distances from the 'best'").

    Args:
        scores: As in :func:`compare`.
    """
    held = [place for place, each in enumerate(scores) if np.isfinite(each).any()]
    order = sorted(held, key=lambda place: -float(np.nanmean(scores[place])))
    if len(order) < 2:
        return tuple(order)
    # An interval that leaves out 0 on one side only: twice the share.
    confidence = 1.0 - 2.0 * (1.0 - CONFIDENCE) / max(2, len(order) - 1)
    best = order[0]
    return tuple(
        place for place in order if place == best or not difference(scores[best], scores[place], confidence).wins
    )
