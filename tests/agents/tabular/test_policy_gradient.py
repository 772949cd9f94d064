"""REINFORCE and the actor–critic: the arithmetic of the book, its gradient, and that they learn."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.arrays import IN_Q, IN_V, new_records
from agents.tabular.exact import policy_values, solve, start_value
from agents.tabular.learner import new_stop
from agents.tabular.policy_learner import softmax_policy
from tests.agents.tabular.learners import advance, learner, recorded
from tests.agents.tabular.worlds import corridor, random_world


def slope(preferences: np.ndarray, a: int) -> np.ndarray:
    """The gradient of ln π(a) by differences, not by the formula."""
    step, found = 1e-6, np.zeros(len(preferences))
    for b in range(len(preferences)):
        up, down = preferences.copy(), preferences.copy()
        up[b], down[b] = up[b] + step, down[b] - step
        found[b] = np.log(softmax_policy(up[None])[0, a] / softmax_policy(down[None])[0, a]) / (2 * step)
    return found


def test_that_the_actor_critic_follows_the_gradient_of_the_policy_by_its_surprise() -> None:
    who = learner("actor_critic", random_world(2, step_limit=12), 3, gamma=0.9, alpha=0.3, alpha_v=0.2)
    for _ in range(600):
        h, v, at_step = who.q.copy(), who.memory.v.copy(), int(who.counters["episode_step"])
        steps, updates = recorded(who, 1)
        step = steps[0]
        t = int(step["episode_step"])
        assert t == (at_step if t else 0)
        s, a = int(step["state"]), int(step["action"])
        future = 0.0 if step["terminated"] else v[int(step["next_state"])]
        delta = step["reward"] + 0.9 * future - v[s]
        h[s] += 0.3 * 0.9**t * delta * slope(h[s], a)
        v[s] += 0.2 * delta
        np.testing.assert_allclose(who.q, h, atol=1e-8)
        np.testing.assert_allclose(who.memory.v, v, atol=1e-12)
        assert updates["table"].tolist() == [IN_V] + [IN_Q] * who.model.actions
        assert updates["action"][-1] == a, "the move that was made is told last"


@pytest.mark.parametrize("baseline", ["state_value", "none"])
def test_that_reinforce_judges_each_step_of_an_episode_by_its_return(baseline: str) -> None:
    who = learner("reinforce", random_world(3, step_limit=12), 1, gamma=0.9, alpha=0.2, alpha_v=0.3, baseline=baseline)
    h, v = who.q.copy(), who.memory.v.copy()
    path: list[tuple[int, int, float]] = []
    episodes = 0
    for _ in range(800):
        steps, updates = recorded(who, 1)
        step = steps[0]
        path.append((int(step["state"]), int(step["action"]), float(step["reward"])))
        if not (step["terminated"] or step["truncated"]):
            assert len(updates) == 0 and np.array_equal(who.q, h)
            continue
        for t, (s, a, _) in enumerate(path):
            g = sum(0.9**k * r for k, (_, _, r) in enumerate(path[t:]))
            delta = g
            if baseline == "state_value":
                delta = g - v[s]
                v[s] += 0.3 * delta
            h[s] += 0.2 * 0.9**t * delta * slope(h[s], a)
        np.testing.assert_allclose(who.q, h, atol=1e-7)
        np.testing.assert_allclose(who.memory.v, v, atol=1e-12)
        h, v, path, episodes = who.q.copy(), who.memory.v.copy(), [], episodes + 1
    assert episodes > 20 and (baseline == "none") == (not who.memory.v.any())


@pytest.mark.parametrize("name", ["reinforce", "actor_critic"])
def test_that_preferences_are_shared_out_and_none_are_made(name: str) -> None:
    who = learner(name, random_world(1), 4, gamma=0.9, alpha=0.5)
    advance(who, 20_000)
    assert np.abs(who.q.sum(axis=1)).max() < 1e-9 and np.abs(who.q).max() > 0.5


@pytest.mark.parametrize("name", ["reinforce", "actor_critic"])
def test_that_moves_are_drawn_as_the_policy_says(name: str) -> None:
    who = learner(name, random_world(6), 4, gamma=0.9, alpha=1e-9)
    who.tables.q[:] = np.array([1.0, 0.0, -1.0])
    advance(who, 60_000)
    share = who.tables.visits[:-1] / who.tables.visits[:-1].sum(axis=1, keepdims=True)
    policy = who.policy()
    assert policy is not None and np.abs(share - policy[:-1]).max() < 0.03


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name in ("reinforce", "actor_critic") for seed in (0, 1, 2)]
)
def test_that_the_policy_learned_is_nearly_the_best(name: str, seed: int) -> None:
    model = random_world(seed, step_limit=400)
    exact = solve(model, 0.9)
    who = learner(name, model, seed, gamma=0.9, alpha=0.1, alpha_v=0.1)
    far = None
    for alpha, ticks in ((0.1, 1_000_000), (0.02, 1_000_000)):
        who.set("alpha", alpha)
        who.set("alpha_v", alpha)
        advance(who, ticks)
        far = far or who.distance(exact)
    policy = who.policy()
    assert policy is not None
    worth = start_value(model, policy_values(model, policy, 0.9, horizon=1000))
    best = start_value(model, exact.v)
    # A die is never quite sure: two per cent.
    assert best - worth <= 0.02 * max(1.0, abs(best))


@pytest.mark.parametrize("name", ["reinforce", "actor_critic"])
def test_that_the_distance_is_what_the_policy_earns_less_than_the_best(name: str) -> None:
    model = corridor(4, step_limit=30)
    who = learner(name, model, gamma=1.0)
    exact = solve(model, 1.0)
    assert who.distance(exact) == -1.0, "nothing has been tried"
    who.advance(3, new_stop(), new_records())
    uniform = np.full((model.states, model.actions), 0.5)
    tried = who.tables.visits.any(axis=1)
    policy = who.policy()
    assert policy is not None
    worth = policy_values(model, policy, 1.0)
    assert who.distance(exact) == pytest.approx(np.abs(worth - exact.v)[tried].max())
    assert who.distance(exact) > 1.0 and np.abs(policy - uniform).max() < 0.5


@pytest.mark.parametrize("name", ["reinforce", "actor_critic"])
def test_that_certainty_is_not_too_much_for_it(name: str) -> None:
    who = learner(name, corridor(4, step_limit=20), gamma=1.0)
    who.tables.q[:] = [-900.0, 900.0]
    advance(who, 300)
    policy = who.policy()
    assert policy is not None and np.isfinite(who.q).all() and policy[0].tolist() == [0.0, 1.0]
