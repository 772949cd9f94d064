"""A band is the interval of each of its points, and says nothing where nothing is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from arena.statistics.bands import mean_band, student_quantile
from arena.statistics.intervals import mean_interval


def test_that_each_point_has_the_interval_of_its_own_sample() -> None:
    samples = np.random.default_rng(1).normal(2.0, 3.0, (7, 4))
    mean, low, high = mean_band(samples, 0.9)
    for point in range(4):
        expected = mean_interval(samples[:, point].tolist(), 0.9)
        assert (mean[point], low[point], high[point]) == pytest.approx((expected[0], expected[2], expected[3]))


@pytest.mark.parametrize("freedom", [1, 2, 5, 99, 9_999])
def test_that_the_quantile_is_students(freedom: int) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom))


def test_that_one_curve_has_no_band_and_none_has_no_mean() -> None:
    mean, low, high = mean_band(np.array([[1.0, 2.0]]))
    assert mean.tolist() == [1.0, 2.0]
    assert low.tolist() == [-math.inf] * 2 and high.tolist() == [math.inf] * 2
    assert all(np.isnan(part).all() for part in mean_band(np.empty((0, 3))))


def test_that_without_spread_the_band_is_its_line() -> None:
    mean, low, high = mean_band(np.full((5, 2), -13.0))
    assert mean.tolist() == low.tolist() == high.tolist() == [-13.0, -13.0]


def test_that_a_point_some_curve_lacks_has_no_mean() -> None:
    mean, _, _ = mean_band(np.array([[np.nan, 1.0], [2.0, 3.0]]))
    assert math.isnan(mean[0]) and mean[1] == 2.0


@pytest.mark.parametrize(("samples", "confidence"), [(np.zeros(3), 0.95), (np.zeros((3, 1)), 1.0)])
def test_that_what_is_no_sample_is_refused(samples: np.ndarray, confidence: float) -> None:
    with pytest.raises(ValueError, match="must"):
        mean_band(samples, confidence)
