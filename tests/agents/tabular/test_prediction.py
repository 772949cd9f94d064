"""Prediction of a policy that is given: the arithmetic, what it arrives at, and which policy it is."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.exact import greedy_policy, policy_solution, solve
from arena.errors import RunError
from tests.agents.tabular.learners import advance, learner, recorded
from tests.agents.tabular.worlds import corridor, random_world


def exact_of(model: object, policy: np.ndarray, gamma: float) -> np.ndarray:
    found = policy_solution(model, policy, gamma)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_that_the_exact_values_of_a_policy_solve_bellmans_equation() -> None:
    model = random_world(2)
    luck = np.random.default_rng(0).uniform(size=(model.states, model.actions))
    policy = luck / luck.sum(axis=1, keepdims=True)
    v = exact_of(model, policy, 0.9)
    future = np.where(model.terminated, 0.0, v[model.next_state])
    backed = (policy[:, :, None] * model.probability * (model.reward + 0.9 * future)).sum(axis=(1, 2))
    reached = np.isfinite(v)
    assert reached[:-1].all()
    np.testing.assert_allclose(v[reached], backed[reached], atol=1e-12)


def test_that_a_policy_that_may_wander_for_ever_has_no_value_without_a_discount() -> None:
    model = corridor(4)
    left = np.tile([1.0, 0.0], (model.states, 1))
    assert policy_solution(model, left, 1.0) is None
    assert exact_of(model, left, 0.5)[0] == pytest.approx(-2.0)
    right = np.tile([0.0, 1.0], (model.states, 1))
    assert exact_of(model, right, 1.0)[:3].tolist() == [-3.0, -2.0, -1.0]


def test_that_td_moves_one_state_toward_what_came_next() -> None:
    who = learner("td_prediction", random_world(1), 3, gamma=0.9, alpha=0.2)
    for _ in range(2_000):
        v = who.memory.v.copy()
        steps, updates = recorded(who, 1)
        step = steps[0]
        s, s_next = int(step["state"]), int(step["next_state"])
        future = 0.0 if step["terminated"] else v[s_next]
        v[s] = v[s] + 0.2 * (step["reward"] + 0.9 * future - v[s])
        assert np.allclose(who.memory.v, v, atol=1e-15) and len(updates) == 1
        assert np.array_equal(who.q, np.repeat(who.memory.v[:, None], who.model.actions, axis=1))


@pytest.mark.parametrize("visit", ["first", "every"])
def test_that_monte_carlo_is_the_mean_of_the_returns(visit: str) -> None:
    model = random_world(5, step_limit=25)
    who = learner("mc_prediction", model, 1, gamma=0.9, visit=visit)
    returns: dict[int, list[float]] = {}
    path: list[tuple[int, float]] = []
    for _ in range(3_000):
        steps, updates = recorded(who, 1)
        step = steps[0]
        path.append((int(step["state"]), float(step["reward"])))
        if not (step["terminated"] or step["truncated"]):
            assert len(updates) == 0
            continue
        g = 0.0
        for at in range(len(path) - 1, -1, -1):
            s, r = path[at]
            g = r + 0.9 * g
            if visit == "every" or s not in [each for each, _ in path[:at]]:
                returns.setdefault(s, []).append(g)
        path = []
    assert returns
    for s, all_of_it in returns.items():
        assert who.memory.v[s] == pytest.approx(np.mean(all_of_it), abs=1e-9)


@pytest.mark.parametrize("name", ["td_prediction", "mc_prediction"])
@pytest.mark.parametrize("policy", ["random", "best"])
def test_that_it_arrives_at_the_values_of_the_policy_that_is_given(name: str, policy: str) -> None:
    model = random_world(3, step_limit=400)
    who = learner(name, model, 2, gamma=0.9, policy=policy, epsilon=0.3)
    given = np.full((model.states, model.actions), 1 / model.actions)
    if policy == "best":
        given = greedy_policy(solve(model, 0.9).q, 0.3)
    assert np.array_equal(who.policy(), given)
    for alpha, ticks in ((0.1, 50_000), (0.01, 200_000), (0.001, 1_000_000), (0.0001, 4_000_000)):
        if name == "td_prediction":
            who.set("alpha", alpha)
        advance(who, ticks)
    exact = exact_of(model, given, 0.9)
    reached = np.isfinite(exact)
    assert np.abs(who.memory.v - exact)[reached].max() < 0.02
    assert who.distance(solve(model, 0.9)) == pytest.approx(np.abs(who.memory.v - exact)[reached].max())
    assert np.array_equal(who.exact_values(solve(model, 0.9))[reached, 0], exact[reached])


def test_that_its_moves_are_drawn_as_the_policy_says() -> None:
    model = random_world(4)
    who = learner("td_prediction", model, 5, gamma=0.9, policy="best", epsilon=0.4)
    advance(who, 60_000)
    share = who.tables.visits[:-1] / who.tables.visits[:-1].sum(axis=1, keepdims=True)
    policy = who.policy()
    assert policy is not None
    assert np.abs(share - policy[:-1]).max() < 0.03


def test_that_another_policy_is_followed_from_the_next_step_on() -> None:
    model = corridor(5)
    who = learner("td_prediction", model, gamma=0.9)
    who.set("policy", "best")
    who.set("epsilon", 0.0)
    steps, _ = recorded(who, 8)
    assert (steps["action"] == 1).all()
    assert who.epsilon == -1.0


def test_that_a_table_that_does_not_tell_the_values_of_states_is_refused() -> None:
    model = corridor(5)
    who = learner("td_prediction", model)
    advance(who, 50)
    arrays = who.arrays()
    assert "policy" not in arrays, "it follows from the settings"
    arrays["q"][1, 0] += 1.0
    with pytest.raises(RunError):
        learner("td_prediction", model).load(arrays)
