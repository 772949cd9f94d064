"""Intervals that say how sure a mean is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float, float, float]:
    """Return the mean of a sample and the interval that holds the true mean with a given confidence.

    Student's t (Student 1908, "The probable error of a mean"): exact for normal values, close for the mean of many
    episodes. With one value nothing is known of the spread, and the interval is all numbers.

    Args:
        values: The sample, at least one finite number.
        confidence: Between 0 and 1, both excluded.

    Returns:
        Mean, standard deviation of the sample (n − 1 below; NaN for one value), lower and upper end.

    Raises:
        ValueError: If there is no value, one is not finite, or the confidence is none.
    """
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or sample.size == 0 or not np.isfinite(sample).all():
        raise ValueError("values must be a non-empty sequence of finite numbers")
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence must lie between 0 and 1")
    mean = float(sample.mean())
    if sample.size == 1:
        return mean, math.nan, -math.inf, math.inf
    # Imported late: scipy takes longer to load than this takes to compute, and most commands never ask.
    from scipy import stats

    deviation = float(sample.std(ddof=1))
    reach = float(stats.t.ppf(0.5 + confidence / 2.0, sample.size - 1)) * deviation / math.sqrt(sample.size)
    return mean, deviation, mean - reach, mean + reach
