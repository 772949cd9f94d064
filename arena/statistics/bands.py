"""The mean of many curves with the interval that holds the true mean, point by point."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def student_quantile(share: float, freedom: int) -> float:
    """Return the value Student's t with that many degrees of freedom stays below with probability ``share``."""
    # Imported late, and not scipy.stats: that takes a second to load.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def mean_band(samples: Floats, confidence: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Return the mean over the first axis and Student's interval for the true mean, point by point.

    The interval holds for each point alone (Student 1908), not for the whole curve at once.

    Args:
        samples: ``float64 [N, P]``, one row a seed.
        confidence: Between 0 and 1, both excluded.

    Returns:
        Mean, lower and upper end, ``float64 [P]`` each. With one row the ends are −∞ and ∞: nothing is known of the
        spread. Without rows all are NaN.

    Raises:
        ValueError: If the samples are no table, or the confidence is none.
    """
    if samples.ndim != 2:
        raise ValueError("samples must be a table, one row a seed")
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence must lie between 0 and 1")
    count, points = samples.shape
    if count == 0:
        return np.full(points, np.nan), np.full(points, np.nan), np.full(points, np.nan)
    mean = samples.mean(axis=0)
    if count == 1:
        return mean, np.full(points, -np.inf), np.full(points, np.inf)
    reach = student_quantile(0.5 + confidence / 2.0, count - 1) * samples.std(axis=0, ddof=1) / math.sqrt(count)
    return mean, mean - reach, mean + reach
