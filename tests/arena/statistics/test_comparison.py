"""No conclusion claims more than the seeds carry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from arena.statistics.comparison import compare, difference, fewest_seeds, needed_seeds, perhaps_best
from arena.statistics.conclusion import KINDS, Conclusion

NAN = math.nan


def normal(mean: float, spread: float, seeds: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, spread, seeds)


def test_that_the_difference_of_pairs_is_scipys_paired_interval() -> None:
    first, second = normal(1.0, 2.0, 25), normal(0.0, 2.0, 25, 1)
    found = difference(first, second, 0.99)
    expected = stats.ttest_rel(first, second).confidence_interval(0.99)
    assert found.mean == pytest.approx(float((first - second).mean()))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_that_luck_shared_by_a_seed_is_taken_out() -> None:
    luck = normal(0.0, 100.0, 30)
    assert compare([luck, luck + 1.0 + normal(0.0, 0.1, 30, 1)]).kind == "better"


def test_that_a_clear_difference_is_told_with_its_interval() -> None:
    found = compare([normal(0.0, 1.0, 100), normal(5.0, 1.0, 100, 1)])
    assert (found.kind, found.best, found.rival, found.beaten, found.seeds) == ("better", 1, 0, (0,), 100)
    assert found.low < found.difference < found.high
    assert found.low > 4.0
    assert found.improvement > 0.99


def test_that_no_difference_is_claimed_more_often_than_one_time_in_twenty() -> None:
    luck = np.random.default_rng(4)
    claims = [compare([luck.normal(size=12), luck.normal(size=12)]).kind == "better" for _ in range(600)]
    assert np.mean(claims) < 0.08


def test_that_six_equal_settings_are_not_called_different_more_often_either() -> None:
    luck = np.random.default_rng(6)
    claims = [compare(list(luck.normal(size=(6, 20)))).kind in ("better", "partly") for _ in range(300)]
    assert np.mean(claims) < 0.08


def test_that_the_seeds_asked_for_would_do() -> None:
    first, second = normal(0.5, 1.0, 16), normal(0.0, 1.0, 16, 3)
    found = compare([first, second])
    assert found.kind == "undecided"
    assert found.needed > 16
    # As many seeds of a world in which the difference seen is the true one.
    luck, told = np.random.default_rng(8), difference(first, second)
    shown = [
        difference(luck.normal(told.mean, told.spread, found.needed), np.zeros(found.needed)).wins for _ in range(300)
    ]
    assert np.mean(shown) == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize(
    ("scores", "kind"),
    [
        ([], "nothing"),
        ([np.array([NAN, NAN]), np.array([NAN, NAN])], "nothing"),
        ([np.array([1.0])], "one_seed"),
        ([np.array([1.0]), np.array([2.0])], "one_seed"),
        ([np.array([1.0, NAN]), np.array([NAN, 2.0])], "one_seed"),
        ([np.array([1.0, 2.0])], "single"),
        ([np.array([1.0, 2.0]), np.array([NAN, NAN])], "single"),
        ([np.full(9, -13.0), np.full(9, -13.0)], "same"),
        ([normal(0, 1, 9), normal(0, 1, 9)], "same"),
        ([np.zeros(3), np.ones(3)], "too_few"),
        ([np.zeros(30), np.ones(30)], "better"),
        ([np.array([0.0, 1.0] * 10), np.array([1.0, 0.0] * 10)], "negligible"),
    ],
)
def test_that_borderline_cases_are_told_as_what_they_are(scores: list[np.ndarray], kind: str) -> None:
    found = compare(scores)
    assert found.kind == kind
    assert kind in KINDS


def test_that_two_seeds_never_prove_anything_however_far_apart() -> None:
    found = compare([np.array([0.0, 0.0]), np.array([1e6, 1e6 + 1])])
    assert found.kind == "too_few"
    assert found.needed == fewest_seeds(0.05) == 6


def test_that_a_finite_number_of_seeds_is_asked_for_only_where_it_can_be_run() -> None:
    nearly = difference(np.array([0.0, 1e-9, 0.0, 0.0]) + normal(0, 1, 4), normal(0, 1, 4))
    assert nearly.mean != 0.0
    assert needed_seeds(difference(normal(1e-6, 1.0, 1_000), np.zeros(1_000))) in range(1_001, 100_001)
    far = difference(np.array([1.0, -1.0 + 1e-7] * 10), np.zeros(20))
    assert needed_seeds(far) == 0


def test_that_of_three_the_nearest_one_is_named_and_the_beaten_one_too() -> None:
    found = compare([normal(0.0, 1.0, 50), normal(10.0, 1.0, 50, 1), normal(10.1, 1.0, 50, 2)])
    assert found.kind == "partly"
    assert found.beaten == (0,)
    assert {found.best, found.rival} == {1, 2}
    assert found.level == (found.rival,)
    assert found.confidence == pytest.approx(1.0 - 0.05 / 3)


def test_that_settings_of_different_worlds_are_not_ranked() -> None:
    assert compare([np.zeros(30), np.ones(30)], comparable=False).kind == "apart"


def test_that_seeds_finished_by_one_alone_do_not_count() -> None:
    first, second = normal(0.0, 1.0, 40), normal(3.0, 1.0, 40, 1)
    second[20:] = NAN
    assert compare([first, second]).seeds == 20


def test_that_the_truly_best_is_among_those_luck_does_not_rule_out() -> None:
    luck = np.random.default_rng(12)
    held = []
    for _ in range(300):
        scores = luck.normal(size=(10, 20)) + np.linspace(0.0, 0.5, 10)[:, None]
        held.append(9 in perhaps_best(list(scores)))
    assert np.mean(held) >= 0.93


def test_that_a_clear_best_stands_alone_and_comes_first() -> None:
    scores = [normal(0.0, 1.0, 60), normal(9.0, 1.0, 60, 1), normal(8.9, 1.0, 60, 2), np.full(60, NAN)]
    found = perhaps_best(scores)
    assert set(found) == {1, 2}
    assert np.mean(scores[found[0]]) >= np.mean(scores[found[1]])
    assert perhaps_best([normal(0, 1, 60), normal(9, 1, 60, 1)]) == (1,)
    assert perhaps_best([]) == ()


def test_that_a_conclusion_survives_the_way_as_plain_values() -> None:
    found = compare([normal(0.0, 1.0, 50), normal(10.0, 1.0, 50, 1), normal(10.1, 1.0, 50, 2)])
    assert Conclusion.of({**found.plain(), "beaten": list(found.beaten), "level": list(found.level)}) == found
