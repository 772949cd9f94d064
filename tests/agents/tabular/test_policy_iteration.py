"""Policy iteration: what a sweep and an improvement do, that it arrives at the optimum, and that it then stops."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.arrays import IMPROVEMENT, IMPROVING, IN_CHOSEN, SWEEP
from agents.tabular.exact import policy_solution, solve
from tests.agents.tabular.learners import advance, learner, recorded
from tests.agents.tabular.worlds import corridor, random_world


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("sweeps", [1, 3, 1_000])
def test_that_it_arrives_at_the_exact_solution_and_stops(seed: int, sweeps: int) -> None:
    model = random_world(seed)
    who = learner("policy_iteration", model, gamma=0.9, evaluation_sweeps=sweeps, tolerance=1e-12)
    advance(who, 100_000)
    assert who.finished and who.tick < 5_000
    exact = solve(model, 0.9)
    np.testing.assert_allclose(who.q, exact.q, atol=1e-8)
    assert who.distance(exact) < 1e-8
    policy = who.policy()
    assert policy is not None and (policy.max(axis=1) == 1.0)[:-1].all()


def test_that_it_first_values_the_policy_that_tries_everything() -> None:
    model = random_world(3)
    who = learner("policy_iteration", model, gamma=0.9, tolerance=1e-13)
    steps, _ = recorded(who, 400)
    first = int(steps["tick"][steps["kind"] == IMPROVING][0])
    again = learner("policy_iteration", model, gamma=0.9, tolerance=1e-13)
    advance(again, first)
    uniform = np.full((model.states, model.actions), 1 / model.actions)
    assert np.array_equal(again.policy(), uniform)
    exact = policy_solution(model, uniform, 0.9)
    assert exact is not None
    np.testing.assert_allclose(again.q.mean(axis=1)[:-1], exact[:-1], atol=1e-9)


def test_that_an_improvement_takes_the_best_moves_and_changes_no_value() -> None:
    who = learner("policy_iteration", random_world(4), gamma=0.9)
    improvements = 0
    while not who.finished:
        before, chosen = who.q.copy(), who.memory.chosen.copy()
        steps, updates = recorded(who, 1)
        if steps[0]["kind"] == SWEEP:
            assert np.array_equal(who.memory.chosen, chosen)
            continue
        improvements += 1
        assert np.array_equal(who.q, before)
        assert (updates["table"] == IN_CHOSEN).all() and (updates["kind"] == IMPROVEMENT).all()
        assert set(updates["state"]) == set(np.flatnonzero(who.memory.chosen != chosen))
        assert (updates["delta"] > 0).all() or improvements == 1
        assert np.array_equal(who.memory.chosen[:-1], before.argmax(axis=1)[:-1])
    assert improvements >= 2 and who.counters["episode"] == improvements


def test_that_each_improvement_is_worth_no_less_than_the_policy_before() -> None:
    model = random_world(5, states=12)
    who = learner("policy_iteration", model, gamma=0.9)
    worth = []
    while not who.finished:
        steps, _ = recorded(who, 1)
        if steps[0]["kind"] == IMPROVING:
            policy = who.policy()
            assert policy is not None
            found = policy_solution(model, policy, 0.9)
            assert found is not None
            worth.append(found)
    assert all((later[:-1] >= earlier[:-1] - 1e-9).all() for earlier, later in zip(worth, worth[1:], strict=False))


def test_that_without_a_discount_the_number_of_sweeps_ends_the_valuing_of_a_policy_that_never_arrives() -> None:
    model = corridor(4)
    who = learner("policy_iteration", model, gamma=1.0, evaluation_sweeps=2)
    advance(who, 200)
    assert who.finished and who.q[0].max() == -3.0


def test_that_a_changed_discount_sets_it_going_again() -> None:
    model = random_world(1)
    who = learner("policy_iteration", model, gamma=0.5)
    advance(who, 10_000)
    assert who.finished
    who.set("gamma", 0.95)
    assert not who.finished
    advance(who, 10_000)
    np.testing.assert_allclose(who.q, solve(model, 0.95).q, atol=1e-7)
