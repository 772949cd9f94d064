"""Labels are due at the paper's rate, and never beyond the budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.preferences.schedule import HALF_ATARI, LabelSchedule

SCHEDULES = st.builds(
    lambda first, more, horizon, half: LabelSchedule(first=first, budget=first + more, horizon=horizon, half=half),
    st.integers(0, 500),
    st.integers(0, 6_000),
    st.integers(1, 10**8),
    st.integers(1, 10**8),
)


def test_that_the_rate_falls_as_in_the_paper() -> None:
    schedule = LabelSchedule(first=500, budget=5_500, horizon=50_000_000)
    rates = [schedule.rate(step) for step in (0, HALF_ATARI, 3 * HALF_ATARI)]
    assert rates[1] == pytest.approx(rates[0] / 2)
    assert rates[2] == pytest.approx(rates[0] / 4)
    assert (schedule.wanted(0), schedule.wanted(50_000_000)) == (500, pytest.approx(5_500))
    assert schedule.rate(50_000_000) == 0.0


def test_that_the_rate_is_what_the_wanted_labels_grow_by() -> None:
    schedule = LabelSchedule(first=10, budget=100, horizon=1_000_000, half=100_000)
    for step in (0, 1_000, 250_000, 900_000):
        grown = schedule.wanted(step + 1) - schedule.wanted(step)
        assert grown == pytest.approx(schedule.rate(step), rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(SCHEDULES, st.lists(st.integers(0, 2 * 10**8), min_size=1, max_size=20))
def test_that_what_is_asked_never_passes_the_budget_nor_falls(schedule: LabelSchedule, steps: list[int]) -> None:
    asked = 0
    for step in sorted(steps):
        asked += schedule.due(step, asked)
        assert schedule.due(step, asked) == 0
        assert schedule.first <= asked <= schedule.budget
        assert schedule.left(asked) == schedule.budget - asked
    assert asked + schedule.due(2 * 10**8 + schedule.horizon, asked) == schedule.budget


@settings(max_examples=60, deadline=None)
@given(SCHEDULES, st.integers(1, 6_000))
def test_that_a_label_is_due_at_its_step_and_not_before(schedule: LabelSchedule, number: int) -> None:
    step = schedule.step_of(number)
    if step is None:
        assert number > schedule.budget
        return
    # A step more or less: the logarithm of large numbers is not exact.
    assert schedule.due(step + 1, number - 1) >= 1
    assert step <= 2 or schedule.wanted(step - 2) < number
    assert step <= schedule.horizon


@pytest.mark.parametrize(
    "fields",
    [{"first": 11}, {"first": -1}, {"horizon": 0}, {"half": 0}, {"budget": -1}],
)
def test_that_an_impossible_schedule_is_none(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="schedule"):
        LabelSchedule(**{"first": 5, "budget": 10, "horizon": 100, **fields})
