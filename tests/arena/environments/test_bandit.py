"""The bandit: its arms pay what they are said to, and it is a world like any other."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from arena.environments.bandit import arm_means, rewards_around_zero
from arena.environments.gymnasium_ids import register_environments
from arena.environments.registry import make_world
from arena.errors import UsageError

BANDIT = "Arena/Bandit-v0"


@pytest.mark.parametrize("task", [0, 1, 77])
@pytest.mark.parametrize("spread", [0, 1, 2.5])
def test_that_each_arm_pays_its_mean_with_the_spread_asked_for(task: int, spread: float) -> None:
    model = make_world(BANDIT, {"task": task, "spread": spread}).model
    assert (model.states, model.actions, model.step_limit) == (1, 10, 1)
    np.testing.assert_allclose(model.expected_reward[0], arm_means(10, task), atol=1e-6)
    square = (model.probability * model.reward**2).sum(axis=2) - model.expected_reward**2
    np.testing.assert_allclose(np.sqrt(np.maximum(square, 0.0)), spread, atol=1e-4)
    assert model.terminated[model.probability > 0].all()


def test_that_the_means_of_many_tasks_are_as_a_normal_distribution_has_them() -> None:
    means = np.array([arm_means(10, task) for task in range(2_000)])
    assert abs(means.mean()) < 0.03 and abs(means.std() - 1.0) < 0.03
    assert arm_means(10, 3) == arm_means(10, 3) != arm_means(10, 4)
    assert arm_means(3, 5) == arm_means(10, 5)[:3], "fewer arms of a task are its first ones"


def test_that_rewards_lie_evenly_around_the_mean() -> None:
    parts = np.array(rewards_around_zero(2.0))
    assert parts.mean() == pytest.approx(0.0) and parts.std() == pytest.approx(2.0)
    assert np.array_equal(np.round(parts, 9), np.round(-parts[::-1], 9))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"arms": 1}, "error.env.range"),
        ({"arms": 11}, "error.env.range"),
        ({"arms": 2.5}, "error.env.range"),
        ({"arms": True}, "error.env.range"),
        ({"task": -1}, "error.env.range"),
        ({"spread": "much"}, "error.env.range"),
        ({"spread": float("nan")}, "error.env.range"),
        ({"legs": 2}, "error.env.argument"),
    ],
)
def test_that_what_is_not_allowed_is_refused(given: dict[str, object], key: str) -> None:
    with pytest.raises(UsageError) as problem:
        make_world(BANDIT, given)
    assert problem.value.key == key


def test_that_it_is_a_gymnasium_environment() -> None:
    register_environments()
    made = gymnasium.make(BANDIT, arms=4, render_mode="rgb_array")
    check_env(made.unwrapped)
    made.reset(seed=1)
    _, reward, terminated, truncated, _ = made.step(2)
    assert terminated and not truncated and isinstance(reward, float)
    assert made.render().ndim == 3
    made.close()
