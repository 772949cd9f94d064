"""How often one setting beats another: the probability that a run of the first earns more than a run of the second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena.statistics.interquartile import RESAMPLES

Floats = NDArray[np.float64]


def probability_of_improvement(first: Floats, second: Floats) -> float:
    """Return P(X > Y) + ½ P(X = Y) over all pairs of runs (Mann & Whitney 1947; Agarwal et al. 2021, sect. 4.3).

    Args:
        first: ``float64 [N]`` scores of the one.
        second: ``float64 [M]`` scores of the other.

    Raises:
        ValueError: If one has no scores.
    """
    if first.size == 0 or second.size == 0:
        raise ValueError("both settings need scores")
    ordered = np.sort(second)
    below = np.searchsorted(ordered, first, side="left")
    not_above = np.searchsorted(ordered, first, side="right")
    return float((below + not_above).mean() / (2.0 * second.size))


def improvement_interval(
    first: Floats, second: Floats, confidence: float = 0.95, *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float, float]:
    """Return that probability and the ends of its percentile bootstrap interval; runs are drawn within each setting.

    With one run of either the interval is 0 to 1: nothing is known.

    Raises:
        ValueError: As :func:`probability_of_improvement`.
    """
    found = probability_of_improvement(first, second)
    if first.size == 1 or second.size == 1:
        return found, 0.0, 1.0
    luck = np.random.default_rng(seed)
    drawn = [
        probability_of_improvement(luck.choice(first, first.size), luck.choice(second, second.size))
        for _ in range(resamples)
    ]
    low, high = np.quantile(drawn, [0.5 - confidence / 2.0, 0.5 + confidence / 2.0])
    return found, float(low), float(high)
