"""Tabular learners against exact solutions, hand-made arithmetic, and themselves."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular import kernel
from agents.tabular.arrays import new_records
from agents.tabular.exact import greedy_policy, policy_values, solve, start_value
from agents.tabular.learner import new_stop
from arena.errors import ConfigError
from tests.agents.tabular.learners import advance, learner
from tests.agents.tabular.worlds import corridor, random_world


@pytest.mark.parametrize(
    ("name", "seed"),
    [("q_learning", seed) for seed in range(8)]
    + [(name, seed) for name in ("double_q_learning", "q_lambda") for seed in (0, 1)],
)
def test_that_off_policy_learners_find_the_best_policy_of_a_random_world(name: str, seed: int) -> None:
    model = random_world(seed)
    exact = solve(model, 0.9)
    who = learner(name, model, seed, gamma=0.9, alpha=0.5, epsilon=0.5)
    advance(who, 100_000)
    who.set("alpha", 0.005)
    advance(who, 900_000)
    worth = start_value(model, policy_values(model, greedy_policy(who.q), 0.9, horizon=1000))
    best = start_value(model, exact.v)
    assert best - worth <= 0.01 * max(1.0, abs(best))


@pytest.mark.parametrize(
    ("name", "seed"),
    [(name, seed) for name in ("sarsa", "expected_sarsa", "monte_carlo") for seed in range(4)]
    + [(name, seed) for name in ("n_step_sarsa", "sarsa_lambda") for seed in (0, 1)],
)
def test_that_on_policy_learners_find_the_best_epsilon_soft_policy(name: str, seed: int) -> None:
    epsilon = 0.2
    model = random_world(seed, step_limit=400)
    exact = solve(model, 0.9, epsilon)
    who = learner(name, model, seed, gamma=0.9, epsilon=epsilon, alpha=0.1)
    # Ever smaller steps: early returns of worse policies fade first, the noise of single returns last.
    for alpha, ticks in ((0.1, 100_000), (0.01, 500_000), (0.001, 2_000_000), (0.0002, 4_000_000)):
        who.set("alpha", alpha)
        advance(who, ticks)
    worth = start_value(model, policy_values(model, greedy_policy(who.q, epsilon), 0.9, horizon=1000))
    best = start_value(model, exact.v)
    assert best - worth <= 0.02 * max(1.0, abs(best))


def test_that_value_iteration_equals_the_exact_solution_and_then_stops() -> None:
    model = random_world(3)
    who = learner("value_iteration", model, gamma=0.9, tolerance=1e-10)
    advance(who, 100_000)
    assert who.finished and who.tick < 1000
    np.testing.assert_allclose(who.q, solve(model, 0.9).q, atol=1e-8)


def test_that_q_learning_changes_a_value_by_the_arithmetic_of_its_formula() -> None:
    who = learner("q_learning", corridor(), gamma=0.9, alpha=0.25, epsilon=1.0)
    who.tables.q[:] = np.arange(12.0).reshape(6, 2)
    before = who.q.copy()
    records = who.records_for_one_tick()
    who.advance(1, new_stop(forced_action=1), records)
    row = records.updates[0]
    assert (row["state"], row["action"], row["next_state"]) == (0, 1, 1)
    assert row["target"] == -1.0 + 0.9 * before[1].max()
    assert who.q[0, 1] == row["new"] == before[0, 1] + 0.25 * (row["target"] - before[0, 1])
    assert np.array_equal(np.delete(who.q.ravel(), 1), np.delete(before.ravel(), 1))


def test_that_nothing_is_bootstrapped_where_the_episode_ends() -> None:
    model = corridor(2)
    for name in ("q_learning", "sarsa", "expected_sarsa"):
        who = learner(name, model, gamma=0.9, alpha=1.0)
        who.tables.q[1] = 100.0
        who.advance(1, new_stop(forced_action=1), new_records())
        assert who.q[0, 1] == -1.0


def test_that_td_bootstraps_at_truncation_and_monte_carlo_takes_the_truncated_return() -> None:
    model = corridor(6, step_limit=1)
    who = learner("q_learning", model, gamma=0.5, alpha=1.0)
    who.tables.q[1] = 10.0
    who.advance(1, new_stop(forced_action=1), new_records())
    assert who.q[0, 1] == -1.0 + 0.5 * 10.0
    assert who.counters["episode"] == 1
    other = learner("monte_carlo", model, gamma=0.5)
    other.tables.q[1] = 10.0
    other.advance(1, new_stop(forced_action=1), new_records())
    assert other.q[0, 1] == -1.0


def test_that_sarsa_takes_the_action_it_bootstrapped_on() -> None:
    who = learner("sarsa", corridor(step_limit=20), epsilon=0.5, alpha=0.1)
    records = new_records(ticks=400, updates=401)
    who.advance(400, new_stop(), records)
    ticks, updates = records.ticks[:400], records.updates[:400]
    promised = 0
    for now, then in zip(updates[:-1], ticks[1:], strict=True):
        if now["next_action"] >= 0 and then["episode_step"] > 0:
            assert now["next_action"] == then["action"]
            promised += 1
    assert promised > 300


def test_that_monte_carlo_changes_nothing_until_the_episode_ends_and_then_the_whole_path() -> None:
    who = learner("monte_carlo", corridor(4), gamma=1.0)
    records = who.records_for_one_tick()
    for _ in range(2):
        records.used[:] = 0
        who.advance(who.tick + 1, new_stop(forced_action=1), records)
        assert records.used[1] == 0 and not who.q.any()
    records.used[:] = 0
    who.advance(3, new_stop(forced_action=1), records)
    assert list(records.updates["state"][:3]) == [2, 1, 0]
    assert list(records.updates["target"][:3]) == [-1.0, -2.0, -3.0]
    assert who.q[0, 1] == -3.0 and who.q[2, 1] == -1.0


def test_that_monte_carlo_with_step_size_zero_keeps_the_mean_of_all_returns() -> None:
    model = random_world(5, step_limit=20)
    who = learner("monte_carlo", model, gamma=1.0, epsilon=1.0)
    records = new_records(ticks=3000, updates=9000)
    who.advance(3000, new_stop(), records)
    seen: dict[tuple[int, int], list[float]] = {}
    for row in records.updates[: records.used[1]]:
        seen.setdefault((row["state"], row["action"]), []).append(row["target"])
    for (s, a), returns in seen.items():
        assert who.q[s, a] == pytest.approx(np.mean(returns), abs=1e-9)


def test_that_the_same_seed_repeats_and_another_one_differs() -> None:
    model = random_world(1)
    runs = []
    for seed in (5, 5, 6):
        who = learner("q_learning", model, seed, epsilon=0.3)
        advance(who, 2000)
        runs.append(who.q.tobytes())
    assert runs[0] == runs[1] != runs[2]


def test_that_run_to_conditions_stop_where_they_say() -> None:
    who = learner("q_learning", corridor(5), epsilon=0.0, alpha=0.5)
    assert who.advance(10**6, new_stop(on_change=1), new_records()) == kernel.CHANGED
    assert who.tick == 1
    assert who.advance(10**6, new_stop(on_episode=3), new_records()) == kernel.EPISODE_ENDED
    assert who.counters["episode"] == 3 and who.counters["state"] == -1
    assert who.advance(10**6, new_stop(stable_ticks=500), new_records()) == kernel.STABLE
    assert who.tick - who.counters["last_moved_tick"] == 501


def test_that_the_return_curve_gets_coarser_but_loses_no_episode() -> None:
    who = learner("q_learning", corridor(3), epsilon=0.1)
    rows = []
    records = new_records()
    while who.tick < 60_000:
        records.used[:] = 0
        who.advance(60_000, new_stop(), records)
        rows.extend(records.blocks[: records.used[2]].copy())
    counted = sum(row["episodes"] for row in rows) + who.counters["block_count"]
    assert counted == who.counters["episode"] > 10_000
    assert [row["episodes"] for row in rows[:1000]] == [1] * 1000
    assert rows[1000]["episodes"] == 10 and rows[-1]["episodes"] == 100
    assert all(a["first_episode"] + a["episodes"] == b["first_episode"] for a, b in zip(rows, rows[1:], strict=False))


def test_that_settings_are_checked_before_they_count() -> None:
    who = learner("q_learning", corridor())
    for name, value in [("alpha", 0), ("alpha", 1.5), ("alpha", "much"), ("beta", 1), ("exploration", "luck")]:
        with pytest.raises(ConfigError) as caught:
            who.set(name, value)
        assert caught.value.field == name
    with pytest.raises(ConfigError):
        who.set("initial_value", 1.0)
    with pytest.raises(ConfigError):
        learner("q_learning", corridor(), epsilon=0.1, epsilon_end=0.5, epsilon_schedule="linear")
    assert who.config.alpha == 0.5
