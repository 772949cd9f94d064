"""The interval of a mean holds the true mean as often as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from arena.statistics.intervals import mean_interval


def test_that_the_interval_is_the_textbooks() -> None:
    # t(0.975, 3) = 3.18245; deviation of 1..4 = 1.290994
    mean, deviation, low, high = mean_interval([1.0, 2.0, 3.0, 4.0])
    assert mean == 2.5
    assert deviation == pytest.approx(1.2909944487)
    assert (low, high) == pytest.approx((2.5 - 3.182446305 * 1.2909944487 / 2, 2.5 + 3.182446305 * 1.2909944487 / 2))


def test_that_it_covers_the_true_mean_as_often_as_it_says() -> None:
    samples = np.random.default_rng(0).normal(3.0, 2.0, (4000, 6))
    intervals = [mean_interval(sample, 0.8) for sample in samples]
    covered = np.mean([low <= 3.0 <= high for _, _, low, high in intervals])
    assert covered == pytest.approx(0.8, abs=0.02)


def test_that_more_confidence_is_a_wider_interval() -> None:
    widths = [np.diff(mean_interval([1, 2, 4], confidence)[2:])[0] for confidence in (0.5, 0.9, 0.99)]
    assert widths == sorted(widths)


def test_that_equal_values_leave_no_doubt() -> None:
    assert mean_interval([-13.0] * 10) == (-13.0, 0.0, -13.0, -13.0)


def test_that_one_value_says_nothing_of_the_spread() -> None:
    mean, deviation, low, high = mean_interval([5.0])
    assert (mean, low, high) == (5.0, -math.inf, math.inf)
    assert math.isnan(deviation)


@pytest.mark.parametrize(
    ("values", "confidence"),
    [([], 0.95), ([math.nan, 1.0], 0.95), ([math.inf], 0.95), ([[1.0]], 0.95), ([1.0], 0.0), ([1.0], 1.0)],
)
def test_that_nonsense_is_refused(values: list[float], confidence: float) -> None:
    with pytest.raises(ValueError, match="must"):
        mean_interval(values, confidence)
