"""The interquartile mean and its bootstrap are those of scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from arena.statistics.interquartile import interquartile_mean, iqm_interval, stratified_bootstrap


@pytest.mark.parametrize("runs", [1, 2, 3, 4, 5, 8, 11, 100])
def test_that_it_is_scipys_trimmed_mean(runs: int) -> None:
    scores = np.random.default_rng(runs).normal(size=(runs, 1))
    assert interquartile_mean(scores) == pytest.approx(stats.trim_mean(scores.ravel(), 0.25))


def test_that_runs_of_several_tasks_are_taken_together() -> None:
    scores = np.random.default_rng(0).normal(size=(6, 3))
    assert interquartile_mean(scores) == pytest.approx(stats.trim_mean(scores, 0.25, axis=None))


def test_that_neither_the_luckiest_nor_the_unluckiest_counts() -> None:
    assert interquartile_mean(np.array([[-1e9], [1.0], [2.0], [1e9]])) == 1.5


def test_that_the_interval_is_scipys_percentile_bootstrap() -> None:
    scores = np.random.default_rng(3).gamma(2.0, 3.0, 60)
    _, low, high = iqm_interval(scores)
    expected = stats.bootstrap(
        (scores,), lambda x, axis: stats.trim_mean(x, 0.25, axis=axis), method="percentile", n_resamples=20_000,
        rng=np.random.default_rng(9),
    ).confidence_interval  # fmt: skip
    # Two drawings differ; by a tenth of the width they never do.
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.1 * (expected.high - expected.low))


def test_that_each_task_is_drawn_from_its_own_runs() -> None:
    # Tasks without spread of their own: whatever runs are drawn, the mean is the same.
    scores = np.tile([0.0, 10.0, 50.0], (9, 1))
    assert stratified_bootstrap(lambda x: x.mean(axis=(1, 2)), scores) == (20.0, 20.0)


def test_that_it_covers_about_as_often_as_it_says() -> None:
    luck = np.random.default_rng(5)
    truth = 0.0
    intervals = [iqm_interval(luck.normal(truth, 1.0, 40)) for _ in range(200)]
    assert np.mean([low <= truth <= high for _, low, high in intervals]) >= 0.9


def test_that_the_same_scores_have_the_same_interval_however_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(2).normal(size=30)
    whole = iqm_interval(scores)
    assert iqm_interval(scores) == whole
    monkeypatch.setattr("arena.statistics.interquartile.MOST_AT_ONCE", 30 * 17)
    low, high = iqm_interval(scores)[1:]
    assert (low, high) == pytest.approx(whole[1:], abs=0.2)


def test_that_one_run_says_nothing_and_equal_runs_leave_no_doubt() -> None:
    assert iqm_interval(np.array([4.0])) == (4.0, -math.inf, math.inf)
    assert iqm_interval(np.full(10, 4.0)) == (4.0, 4.0, 4.0)


@pytest.mark.parametrize("scores", [np.empty((0, 1)), np.array([[np.nan]]), np.zeros(3)])
def test_that_what_is_no_table_of_scores_is_refused(scores: np.ndarray) -> None:
    with pytest.raises(ValueError, match="must"):
        stratified_bootstrap(interquartile_mean, scores)
