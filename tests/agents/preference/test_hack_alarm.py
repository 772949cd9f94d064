"""The alarm is raised when prediction and truth part, and at no other time."""

from __future__ import annotations

import numpy as np

from agents.preference.hack_alarm import GAMES, HackAlarm


def alarms(predicted: np.ndarray, true: np.ndarray) -> list[int]:
    alarm = HackAlarm()
    return [index for index, game in enumerate(zip(predicted, true, strict=True)) if alarm.take(*game)]


def course(slope: float, seed: int, games: int = 4 * GAMES) -> np.ndarray:
    return slope * np.arange(games) + np.random.default_rng(seed).normal(0.0, 1.0, games)


def test_that_it_is_raised_where_predictions_rise_and_the_truth_falls() -> None:
    found = alarms(course(0.05, 1), course(-0.05, 2))
    assert found
    assert all(later - earlier >= 2 * GAMES for earlier, later in zip(found, found[1:], strict=False))


def test_that_it_is_silent_where_both_rise_both_fall_or_nothing_moves() -> None:
    for predicted, true in ((0.05, 0.05), (-0.05, -0.05), (0.0, 0.0), (0.05, 0.0), (-0.05, 0.05)):
        assert not alarms(course(predicted, 3), course(true, 4))


def test_that_scores_that_never_change_raise_nothing() -> None:
    assert not alarms(np.ones(200), np.zeros(200))


def test_that_games_before_a_fit_are_not_compared_with_those_after_it() -> None:
    alarm = HackAlarm()
    for _ in range(2 * GAMES):
        alarm.take(0.0, 10.0)
    alarm.forget()
    assert not any(alarm.take(5.0, 0.0) for _ in range(GAMES))
