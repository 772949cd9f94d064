"""The benchmark that compares learning curves gives both sides the same settings and counts whole games alike."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm

from agents.deep.algorithms import algorithm_for
from agents.deep.places import place_of

SAME = {
    "dqn": (
        "gamma", "batch_size", "buffer_size", "learning_starts", "train_freq", "gradient_steps", "tau",
        "target_update_interval", "exploration_fraction", "exploration_initial_eps", "exploration_final_eps",
        "max_grad_norm", "n_envs",
    ),
    "ppo": (
        "gamma", "batch_size", "n_steps", "n_epochs", "gae_lambda", "ent_coef", "vf_coef", "max_grad_norm",
        "normalize_advantage", "target_kl", "n_envs",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def benchmark() -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "learning_curves.py"), run_name="curves")


def told(algo: str, model: Any) -> dict[str, Any]:
    found = {name: getattr(model, name) for name in SAME[algo]}
    found |= {f"step size at {left}": model.lr_schedule(left) for left in (1.0, 0.25)}
    if algo == "ppo":
        found |= {f"clip range at {left}": model.clip_range(left) for left in (1.0, 0.25)}
    group = model.policy.optimizer.param_groups[0]
    found |= {name: group[name] for name in ("eps", "betas", "weight_decay")}
    found["optimizer"] = type(model.policy.optimizer)
    found["network"] = sorted(tuple(value.shape) for value in model.policy.parameters())
    return found


@pytest.mark.parametrize(
    ("algo", "env_id"), [("dqn", "CartPole-v1"), ("ppo", "CartPole-v1"), ("ppo", "BreakoutNoFrameskip-v4")]
)
def test_that_both_sides_have_the_same_settings(benchmark: dict[str, Any], algo: str, env_id: str) -> None:
    config = benchmark["config_of"](algo, env_id, 1_000)
    models: list[BaseAlgorithm] = [algorithm_for(config, place_of(env_id), seed=1)]
    models.append(benchmark["theirs"](algo, env_id, config, 1))
    try:
        ours, theirs = (told(algo, model) for model in models)
        assert type(models[1]) is (DQN if algo == "dqn" else PPO)
        assert ours == theirs
    finally:
        for model in models:
            assert model.env is not None
            model.env.close()


@pytest.mark.parametrize("who", ["ours", "SB3"])
def test_that_each_fifth_has_the_score_of_its_games(benchmark: dict[str, Any], who: str) -> None:
    found = benchmark["curve"](who, "ppo", "CartPole-v1", 1_024, 1)
    assert len(found) == 5
    # Nobody balances for less than eight steps or, so early, for long.
    assert all(8 <= score <= 200 for score in found)
