"""Rows of a curve: those of the run's own return curve, pooled for drawing without cutting one."""

from __future__ import annotations

import pytest

from agents.experiments.plan import Candidate, Plan
from agents.experiments.rows import judged_rows, pooled_edges, rows_of

CLIFF = (Candidate(env_id="CliffWalking-v1"),)


def plan(**wanted: int) -> Plan:
    return Plan(candidates=CLIFF, **wanted)


@pytest.mark.parametrize("episodes", [1, 7, 999, 1_000, 1_001, 1_005, 9_999, 10_000, 12_345, 250_001])
def test_that_rows_hold_every_episode_once(episodes: int) -> None:
    rows = rows_of(plan(episodes=episodes))
    assert rows.count.sum() == episodes
    assert rows.first[0] == 0 and rows.last[-1] == episodes
    assert (rows.first[1:] == rows.last[:-1]).all()


def test_that_rows_grow_ten_times_coarser_each_time_the_count_grows_tenfold() -> None:
    rows = rows_of(plan(episodes=20_000))
    assert [int(rows.count[i]) for i in (0, 999, 1_000, 1_899, 1_900, -1)] == [1, 1, 10, 10, 100, 100]


@pytest.mark.parametrize("episodes", [1, 5, 100, 101, 500, 1_234, 12_345, 1_000_000])
def test_that_a_curve_has_at_most_a_hundred_points_of_equal_length(episodes: int) -> None:
    rows = rows_of(plan(episodes=episodes))
    edges = pooled_edges(rows, 100)
    assert edges[0] == 0 and edges[-1] == len(rows) and len(edges) <= 101
    lengths = [int(rows.count[a:b].sum()) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    assert len(set(lengths[:-1])) <= 1
    assert 0 < lengths[-1] <= lengths[0]


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        ({"episodes": 500}, 100),
        ({"episodes": 50}, 25),
        ({"episodes": 1}, 1),
        ({"episodes": 500, "judged": 7}, 7),
        ({"episodes": 500, "judged": 500}, 500),
        ({"episodes": 5_000, "judged": 15}, 20),
        ({"episodes": 0, "steps": 10_000}, 1_000),
    ],
)
def test_that_what_a_setting_is_judged_by_is_held_by_the_last_rows(wanted: dict[str, int], held: int) -> None:
    rows = rows_of(plan(**wanted))
    assert rows.count[-judged_rows(plan(**wanted), rows) :].sum() == held


@pytest.mark.parametrize("steps", [1, 99, 12_345])
def test_that_steps_are_cut_into_equal_stretches(steps: int) -> None:
    rows = rows_of(plan(episodes=0, steps=steps))
    assert rows.unit == "steps"
    assert rows.last[-1] == steps
    assert rows.count.max() - rows.count.min() <= 1
