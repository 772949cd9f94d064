"""How actions are chosen: ε-greedy with schedules, softmax, upper confidence bounds, ties, optimistic start."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.arrays import BY_SOFTMAX, BY_UCB, new_records
from agents.tabular.learner import new_stop
from tests.agents.tabular.learners import advance, learner, recorded, same_arrays
from tests.agents.tabular.worlds import corridor, random_world


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
    steps, _ = recorded(who, 5)
    assert (steps["epsilon"] == BY_SOFTMAX).all()


def test_that_ties_are_broken_evenly() -> None:
    who = learner("q_learning", corridor(3, step_limit=1), epsilon=0.0, alpha=1e-300)
    advance(who, 10_000)
    assert who.tables.visits[0, 1] / 10_000 == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("name", ["q_learning", "sarsa", "expected_sarsa", "double_q_learning", "monte_carlo"])
def test_that_ucb_takes_the_action_with_the_highest_upper_bound(name: str) -> None:
    c = 0.7
    who = learner(name, random_world(3), 2, exploration="ucb", confidence=c)
    for _ in range(600):
        q, visits = who.q.copy(), who.tables.visits.copy()
        planned = int(who.counters["next_action"])
        steps, _ = recorded(who, 1)
        s, a = int(steps["state"][0]), int(steps["action"][0])
        assert steps["epsilon"][0] == BY_UCB
        if planned >= 0:
            # SARSA chose a tick ago, before that tick's update; it keeps to it.
            assert a == planned
            continue
        if not visits[s].all():
            assert visits[s, a] == 0
            continue
        bound = q[s] + c * np.sqrt(np.log(visits[s].sum() + 1) / visits[s])
        assert bound[a] == pytest.approx(bound.max(), rel=1e-12)
        assert bool(steps["explored"][0]) == (q[s, a] < q[s].max())


def test_that_sarsa_counts_the_visit_it_is_making_when_it_chooses_the_next_move() -> None:
    # In the left corner of a corridor going left leads back to the same state: what was just tried is tried already.
    who = learner("sarsa", corridor(6), exploration="ucb", confidence=1.0, alpha=1e-12)
    records = who.records_for_one_tick()
    who.advance(1, new_stop(forced_action=0), records)
    assert who.counters["next_action"] == 1


def test_that_ucb_tries_what_is_not_greedy_ever_more_seldom() -> None:
    model = corridor(3, step_limit=1)
    who = learner("q_learning", model, exploration="ucb", confidence=1.0, alpha=1e-12)
    who.tables.q[0] = (0.0, 1.0)
    shares = []
    for _ in range(3):
        before = who.tables.visits[0].copy()
        advance(who, 3_000)
        now = who.tables.visits[0] - before
        shares.append(now[0] / now.sum())
    assert shares[0] > shares[1] > 0 and shares[1] >= shares[2]
    # Both bounds are level in the end: 1 + √(ln t/N₁) = √(ln t/N₀).
    n, t = who.tables.visits[0], who.tables.visits[0].sum()
    assert np.sqrt(np.log(t) / n[0]) == pytest.approx(1 + np.sqrt(np.log(t) / n[1]), abs=0.05)


def test_that_expected_sarsa_expects_what_ucb_would_do() -> None:
    who = learner("expected_sarsa", corridor(5), exploration="ucb", confidence=1.0, gamma=0.5, alpha=1.0)
    who.tables.q[1] = (5.0, 3.0)
    who.tables.visits[1] = (1000, 1)
    _, updates = recorded_with(who, 1)
    assert updates["bootstrap"][0] == 3.0
    other = learner("expected_sarsa", corridor(5), exploration="ucb", confidence=1.0, gamma=0.5, alpha=1.0)
    other.tables.q[1] = (5.0, 3.0)
    _, updates = recorded_with(other, 1)
    assert updates["bootstrap"][0] == 4.0


def recorded_with(who: object, action: int) -> tuple[np.ndarray, np.ndarray]:
    records = who.records_for_one_tick()  # type: ignore[attr-defined]
    who.advance(1, new_stop(forced_action=action), records)  # type: ignore[attr-defined]
    return records.ticks[:1], records.updates[: records.used[1]]


def test_that_exploration_can_change_while_it_learns_and_back_without_a_trace_of_the_loop_it_ran_in() -> None:
    model = random_world(6)
    one, other = learner("sarsa", model, 4), learner("sarsa", model, 4)
    advance(one, 700)
    other.set("exploration", "ucb")
    other.set("exploration", "epsilon_greedy")
    for _ in range(7):
        advance(other, 100)
    assert same_arrays(one, other)
    one.set("exploration", "ucb")
    advance(one, 100)
    assert not same_arrays(one, other)


def test_that_both_compilations_of_the_loop_do_the_same() -> None:
    model = random_world(6)
    for name in ("q_learning", "sarsa", "expected_sarsa", "monte_carlo"):
        one, other = learner(name, model, 4), learner(name, model, 4)
        other._needs_memory = lambda: True  # type: ignore[method-assign]
        advance(one, 3_000)
        advance(other, 3_000)
        assert same_arrays(one, other)


def test_that_an_optimistic_start_tries_everything_without_any_randomness() -> None:
    model = corridor(6, step_limit=500)
    greedy = learner("q_learning", model, epsilon=0.0, alpha=0.5, gamma=0.9, initial_value=50.0)
    advance(greedy, 3_000)
    assert (greedy.tables.visits[:5] > 0).all()
    pessimist = learner("q_learning", model, epsilon=0.0, alpha=0.5, gamma=0.9, initial_value=-50.0)
    advance(pessimist, 3_000)
    assert not (pessimist.tables.visits[:5] > 0).all()
