"""Tabular learners against exact solutions, hand-made arithmetic, and themselves."""

from __future__ import annotations

import numpy as np
import pytest

from agents.catalog import CATALOG, agent
from agents.tabular import kernel
from agents.tabular.arrays import new_records
from agents.tabular.exact import greedy_policy, policy_values, solve, start_value
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.world import TransitionModel
from arena.errors import ConfigError, RunError
from tests.agents.tabular.worlds import corridor, random_world

ALL = [entry.id for entry in CATALOG]
SAMPLING = [name for name in ALL if name != "value_iteration"]


def learner(name: str, model: TransitionModel, seed: int = 0, **hyper: object) -> TabularLearner:
    entry = agent(name)
    made: TabularLearner = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=model, hyperparameters=hyper, seed=seed
    )
    return made


def advance(who: TabularLearner, ticks: int) -> None:
    records, until = new_records(), who.tick + ticks
    while who.tick < until and not who.finished:
        records.used[:] = 0
        who.advance(until, new_stop(), records)


@pytest.mark.parametrize("seed", range(8))
def test_that_q_learning_finds_the_best_policy_of_a_random_world(seed: int) -> None:
    model = random_world(seed)
    exact = solve(model, 0.9)
    who = learner("q_learning", model, seed, gamma=0.9, alpha=0.5, epsilon=0.5)
    advance(who, 100_000)
    who.set("alpha", 0.005)
    advance(who, 900_000)
    worth = start_value(model, policy_values(model, greedy_policy(who.q), 0.9, horizon=1000))
    best = start_value(model, exact.v)
    assert best - worth <= 0.01 * max(1.0, abs(best))


@pytest.mark.parametrize("name", ["sarsa", "expected_sarsa", "monte_carlo"])
@pytest.mark.parametrize("seed", range(4))
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


@pytest.mark.parametrize("name", ALL)
def test_that_recording_and_slicing_never_change_what_is_learned(name: str) -> None:
    model = random_world(2)
    whole, sliced = learner(name, model, 7), learner(name, model, 7)
    advance(whole, 500)
    while sliced.tick < whole.tick:
        records = sliced.records_for_one_tick()
        sliced.advance(sliced.tick + 1, new_stop(), records)
        assert records.used[0] == 1
    for own, other in zip(whole.tables, sliced.tables, strict=True):
        assert own.tobytes() == other.tobytes()


@pytest.mark.parametrize("name", ALL)
def test_that_a_learner_loaded_from_arrays_goes_on_exactly(name: str) -> None:
    model = random_world(4)
    first = learner(name, model, 3)
    advance(first, 333)
    second = learner(name, model, 3)
    second.load(first.arrays())
    advance(first, 5000)
    advance(second, 5000)
    for own, other in zip(first.tables, second.tables, strict=True):
        assert own.tobytes() == other.tobytes()


def test_that_the_same_seed_repeats_and_another_one_differs() -> None:
    model = random_world(1)
    runs = []
    for seed in (5, 5, 6):
        who = learner("q_learning", model, seed, epsilon=0.3)
        advance(who, 2000)
        runs.append(who.q.tobytes())
    assert runs[0] == runs[1] != runs[2]


def test_that_the_draw_explores_as_often_as_epsilon_says() -> None:
    who = learner("q_learning", random_world(0), epsilon=0.3)
    records = new_records(ticks=20_000, updates=20_001)
    who.advance(20_000, new_stop(), records)
    assert records.ticks["explored"].mean() == pytest.approx(0.3, abs=0.015)
    assert ((records.ticks["draw"] < 0.3) == (records.ticks["explored"] == 1)).all()


def test_that_epsilon_falls_linearly_and_exponentially_on_the_clock_chosen() -> None:
    model = corridor()
    who = learner("q_learning", model, epsilon=1.0, epsilon_end=0.2, epsilon_schedule="linear", epsilon_horizon=1000)
    assert who.epsilon == 1.0
    advance(who, 500)
    assert who.epsilon == pytest.approx(0.6)
    advance(who, 5000)
    assert who.epsilon == 0.2
    other = learner(
        "q_learning", model, epsilon=1.0, epsilon_end=0.0, epsilon_schedule="exponential", epsilon_horizon=100,
        epsilon_clock="episodes",
    )  # fmt: skip
    advance(other, 3000)
    assert other.epsilon == pytest.approx(np.exp(-int(other.counters["episode"]) / 100))


def test_that_softmax_prefers_better_actions_by_the_boltzmann_ratio() -> None:
    model = corridor(3, step_limit=1)
    who = learner("q_learning", model, exploration="softmax", temperature=0.5, alpha=1e-12)
    who.tables.q[0] = (0.0, 1.0)
    advance(who, 20_000)
    share = who.tables.visits[0, 1] / who.tables.visits[0].sum()
    assert share == pytest.approx(1 / (1 + np.exp(-2.0)), abs=0.01)


def test_that_ties_are_broken_evenly() -> None:
    who = learner("q_learning", corridor(3, step_limit=1), epsilon=0.0, alpha=1e-300)
    advance(who, 10_000)
    assert who.tables.visits[0, 1] / 10_000 == pytest.approx(0.5, abs=0.02)


def test_that_a_value_that_would_not_be_finite_is_refused_and_nothing_of_the_tick_is_kept() -> None:
    for name in SAMPLING:
        model = corridor(3, step_limit=3)
        who = learner(name, model, gamma=1.0, alpha=1.0, epsilon=0.0)
        model.reward[:] = np.finfo(float).max
        who = learner(name, model, gamma=1.0, alpha=1.0, epsilon=0.0)
        who.tables.q[:2] = np.finfo(float).max
        reason = who.advance(50, new_stop(), new_records())
        assert reason == kernel.NOT_FINITE
        before = [array.tobytes() for array in who.tables]
        assert who.advance(50, new_stop(), new_records()) == kernel.NOT_FINITE
        assert before == [array.tobytes() for array in who.tables]
        assert np.isfinite(who.q).all()


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


def test_that_arrays_that_would_lead_compiled_code_astray_are_refused() -> None:
    model = corridor()
    good = learner("monte_carlo", model)
    advance(good, 7)
    for field, value in [("state", 99), ("next_action", 2), ("buffered", 10**6), ("buffered", -1), ("block_size", 0)]:
        arrays = good.arrays()
        arrays["counters"][field] = value
        with pytest.raises(RunError):
            learner("monte_carlo", model).load(arrays)
    arrays = good.arrays()
    arrays["q"][0, 0] = np.nan
    with pytest.raises(RunError):
        learner("monte_carlo", model).load(arrays)
    arrays = good.arrays()
    del arrays["visits"]
    with pytest.raises(RunError):
        learner("monte_carlo", model).load(arrays)
    with pytest.raises(RunError):
        learner("q_learning", random_world(0)).load(learner("q_learning", model).arrays())
