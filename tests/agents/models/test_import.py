"""Models Stable-Baselines3 saved come in with the same answers, or it is said why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces
from stable_baselines3 import DQN, PPO

from agents.deep.asking import answer as asked
from agents.deep.networks import policy_for
from agents.deep.places import Place, place_of
from agents.deep.weights import load_weights
from agents.models.library import find_model
from agents.models.playing import policy_of_model
from agents.models.sb3_import import import_model
from agents.models.sb3_reading import answer
from agents.models.store import check_model, weights_from
from arena.errors import ModelError, UsageError
from tests.agents.models import sb3_zips as zips


class Pictures(gym.Env[Any, Any]):
    """What an Atari game shows SB3, without the game."""

    def __init__(self) -> None:
        self.observation_space = spaces.Box(0, 255, (4, 84, 84), np.uint8)
        self.action_space = spaces.Discrete(4)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        return self.observation_space.sample(), 0.0, True, False, {}


def pictures() -> Place:
    return Place(
        env_id="BreakoutNoFrameskip-v4",
        env_kwargs={},
        kind="pixels",
        observation_space=spaces.Box(0, 255, (4, 84, 84), np.uint8),
        action_names=("NOOP", "FIRE", "RIGHT", "LEFT"),
        stack=4,
    )


def imported(file: Path, place: Place, agent: str = "") -> tuple[dict[str, Any], Any]:
    parts = zips.members(file)
    told, weights = answer(parts["policy.pth"], parts["data"], place, agent, file.name)
    policy = policy_for(told["agent"], place.observation_space, len(place.action_names), told["network"])
    load_weights(policy, weights_from(weights, "x"), "x")  # type: ignore[arg-type]
    return told, policy


@pytest.mark.parametrize("algo", ["ppo", "a2c", "dqn"])
@pytest.mark.parametrize("layers", [None, [], [32, 16, 8]], ids=["usual", "none", "three"])
def test_that_an_imported_network_of_numbers_acts_as_the_original(
    tmp_path: Path, algo: str, layers: list[int] | None
) -> None:
    file = zips.saved(tmp_path, algo, policy_kwargs={} if layers is None else {"net_arch": layers})
    told, policy = imported(file, place_of("CartPole-v1"))
    original = zips.ALGORITHMS[algo].load(file, device="cpu")
    seen = np.random.default_rng(1).normal(size=(64, 4)).astype(np.float32)
    assert told["agent"] == algo and told["seed"] == 3
    assert (asked(policy, seen).best() == original.predict(seen, deterministic=True)[0]).all()


@pytest.mark.parametrize("algo", ["ppo", "dqn"])
def test_that_an_imported_network_of_pictures_acts_as_the_original(tmp_path: Path, algo: str) -> None:
    file = zips.saved(tmp_path, algo, Pictures(), "CnnPolicy")
    told, policy = imported(file, pictures())
    original = zips.ALGORITHMS[algo].load(file, device="cpu")
    seen = np.random.default_rng(1).integers(0, 256, (16, 4, 84, 84), np.uint8)
    assert told["network"]["kind"] == "nature" and told["network"]["width"] == 1.0
    found = asked(policy, seen)
    tensor = original.policy.obs_to_tensor(seen)[0]
    if isinstance(original, PPO):
        expected = original.policy.get_distribution(tensor).distribution.probs  # type: ignore[union-attr]
    else:
        assert isinstance(original, DQN)
        expected = original.policy.q_net(tensor)
    assert np.abs(found.preferences - expected.detach().numpy()).max() < 1e-5
    assert (found.best() == original.predict(seen, deterministic=True)[0]).all()


def test_that_an_imported_model_lies_in_the_library_and_plays(tmp_path: Path) -> None:
    file = zips.saved(tmp_path)
    entry = import_model(file, env_id="CartPole-v1", name="pole")
    assert find_model("pole") == entry and entry.origin == "imported"
    assert entry.manifest.hyperparameters["n_epochs"] == 10
    assert "imported" in entry.card.limits and entry.card.source == "ppo.zip"
    check_model(entry.folder)
    policy = policy_of_model(entry.folder)
    seen = np.random.default_rng(2).normal(size=(32, 4)).astype(np.float32)
    original = PPO.load(file, device="cpu")
    assert (asked(policy, seen).best() == original.predict(seen, deterministic=True)[0]).all()
    with pytest.raises(UsageError, match="pole"):
        import_model(file, env_id="CartPole-v1", name="pole")


@pytest.mark.parametrize("env_id", ["Acrobot-v1", "MountainCar-v0", "CliffWalking-v1"])
def test_that_wrong_spaces_are_both_shown(tmp_path: Path, env_id: str) -> None:
    place = place_of(env_id)
    with pytest.raises(ModelError) as refused:
        imported(zips.saved(tmp_path), place)
    said = str(refused.value)
    assert "observations of 4 and 2 actions" in said and f"{len(place.action_names)} actions" in said


def test_that_pictures_and_numbers_are_not_taken_for_each_other(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="4×84×84"):
        imported(zips.saved(tmp_path), pictures())
    with pytest.raises(ModelError, match="4×84×84"):
        imported(zips.saved(tmp_path, "ppo", Pictures(), "CnnPolicy"), place_of("CartPole-v1"))


def test_that_another_algorithm_than_was_named_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"of dqn.*those of ppo"):
        imported(zips.saved(tmp_path), place_of("CartPole-v1"), "dqn")


def test_that_other_networks_are_refused_by_what_is_other_about_them(tmp_path: Path) -> None:
    from torch import nn

    others: dict[str, dict[str, Any]] = {
        "relu": {"activation_fn": nn.ReLU},
        "other": {"activation_fn": nn.ELU},
        "value_net": {"net_arch": {"pi": [8], "vf": [16]}},
    }
    for name, kwargs in others.items():
        with pytest.raises(ModelError, match=name):
            imported(zips.saved(tmp_path, policy_kwargs=kwargs), place_of("CartPole-v1"))


def test_that_a_network_whose_actor_and_critic_see_apart_is_refused(tmp_path: Path) -> None:
    kwargs = {"share_features_extractor": False}
    with pytest.raises(ModelError, match="vf_features_extractor"):
        imported(zips.saved(tmp_path, "ppo", Pictures(), "CnnPolicy", policy_kwargs=kwargs), pictures())


def test_that_models_of_other_algorithms_are_refused_in_a_sentence(tmp_path: Path) -> None:
    from sb3_contrib import QRDQN, TRPO

    for algorithm, kwargs in ((TRPO, {}), (QRDQN, {"buffer_size": 100})):
        file = tmp_path / "other.zip"
        algorithm("MlpPolicy", "CartPole-v1", device="cpu", **kwargs).save(file)  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="ppo, a2c, dqn"):
            imported(file, place_of("CartPole-v1"))


def test_that_a_model_without_its_data_is_told_from_its_weights(tmp_path: Path) -> None:
    parts = zips.members(zips.saved(tmp_path, "dqn"))
    told, _ = answer(parts["policy.pth"], b"", place_of("CartPole-v1"), "", "x.zip")
    assert told["agent"] == "dqn" and told["seed"] is None
    assert json.dumps(told)
