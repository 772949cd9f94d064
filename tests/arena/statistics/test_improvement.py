"""The probability of improvement is Mann and Whitney's U."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from arena.statistics.improvement import improvement_interval, probability_of_improvement


def test_that_it_is_the_share_of_pairs_the_first_one_wins_ties_counting_half() -> None:
    luck = np.random.default_rng(0)
    first, second = luck.integers(0, 6, 30).astype(float), luck.integers(1, 7, 20).astype(float)
    u = stats.mannwhitneyu(first, second).statistic
    assert probability_of_improvement(first, second) == pytest.approx(u / (30 * 20))
    assert probability_of_improvement(first, second) + probability_of_improvement(second, first) == pytest.approx(1.0)


def test_that_it_is_certain_where_one_is_always_above_and_even_where_they_are_equal() -> None:
    assert probability_of_improvement(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.0
    assert probability_of_improvement(np.array([1.0, 1.0]), np.array([1.0])) == 0.5


def test_that_its_interval_holds_it_narrows_with_runs_and_is_everything_for_one() -> None:
    luck = np.random.default_rng(1)
    widths = []
    for runs in (8, 200):
        found, low, high = improvement_interval(luck.normal(1, 1, runs), luck.normal(0, 1, runs))
        assert 0.0 <= low <= found <= high <= 1.0
        widths.append(high - low)
    assert widths[1] < widths[0] / 2
    assert improvement_interval(np.array([1.0]), np.zeros(9)) == (1.0, 0.0, 1.0)


def test_that_no_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="need scores"):
        probability_of_improvement(np.empty(0), np.zeros(3))
