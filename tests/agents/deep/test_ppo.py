"""Our PPO does what Stable-Baselines3's does: same seeds, same actions, the same weights but for rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.utils import obs_as_tensor

from agents.deep.atari_vec_env import AtariVecEnv
from agents.deep.nature_network import ByteCnnPolicy
from agents.deep.ppo import ThreadedPPO
from arena.environments.atari.games import AtariGames
from arena.environments.atari.recipe import recipe_for

ROUNDING = 2e-5
"""Largest difference of a weight after three updates: sums in another order, weights divided by 255, not bytes."""

SETTINGS: dict[str, Any] = {
    "n_steps": 16,
    "batch_size": 16,
    "n_epochs": 2,
    "learning_rate": 2.5e-4,
    "clip_range": 0.1,
    "ent_coef": 0.01,
    "seed": 3,
    "device": "cpu",
}


QUARTER = {"features_extractor_kwargs": {"width": 0.25}}


def games(count: int = 2, **kwargs: Any) -> AtariVecEnv:
    return AtariVecEnv(AtariGames(recipe_for("BreakoutNoFrameskip-v4"), count), run_seed=1, **kwargs)


def weights(model: PPO) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.policy.named_parameters()}


def learned(kind: type[PPO], policy: Any, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any], list[int]]:
    """Learn for three updates; return the weights before and after them and what was done."""
    env = games()
    actions: list[int] = []
    send = env.step_async
    env.step_async = lambda chosen: (actions.extend(chosen.tolist()), send(chosen))[1]  # type: ignore[method-assign]
    torch.set_num_threads(1)
    model = kind(policy, env, **SETTINGS, **kwargs)
    before = weights(model)
    model.learn(3 * 32)
    env.close()
    return before, weights(model), actions


def test_that_it_learns_what_the_original_learns() -> None:
    first, theirs, their_actions = learned(PPO, "CnnPolicy")
    _, ours, our_actions = learned(
        ThreadedPPO,
        ByteCnnPolicy,
        policy_kwargs={"optimizer_kwargs": {"eps": 1e-5, "fused": True}},
        learning_threads=1,
    )
    assert our_actions == their_actions and len(our_actions) == 96
    assert list(ours) == list(theirs)
    assert max(float((ours[name] - theirs[name]).abs().max()) for name in ours) < ROUNDING
    assert max(float((theirs[name] - first[name]).abs().max()) for name in first) > 50 * ROUNDING


def test_that_bytes_give_the_features_that_floats_give() -> None:
    env = games()
    theirs = PPO("CnnPolicy", env, **SETTINGS).policy
    ours = ThreadedPPO(ByteCnnPolicy, env, **SETTINGS).policy
    ours.load_state_dict(theirs.state_dict())
    seen = obs_as_tensor(env.reset(), torch.device("cpu"))
    env.close()
    with torch.no_grad():
        assert torch.allclose(ours.extract_features(seen), theirs.extract_features(seen), rtol=1e-4, atol=1e-6)
        # SB3 has three ways through the network, and only one of them asks extract_features.
        assert torch.allclose(ours.predict_values(seen), theirs.predict_values(seen), rtol=1e-4, atol=1e-6)
        ours_likely, theirs_likely = (who.get_distribution(seen).distribution.probs for who in (ours, theirs))
        assert torch.allclose(ours_likely, theirs_likely, rtol=1e-4, atol=1e-6)
        assert torch.allclose(ours(seen, deterministic=True)[1], theirs(seen, deterministic=True)[1], rtol=1e-4)


def test_that_half_the_width_has_half_the_filters() -> None:
    env = games()
    narrow = ThreadedPPO(
        ByteCnnPolicy, env, policy_kwargs={"features_extractor_kwargs": {"width": 0.5}}, **SETTINGS
    ).policy
    env.close()
    shapes = {name: tuple(value.shape) for name, value in narrow.named_parameters() if name.endswith("weight")}
    assert shapes == {
        "features_extractor.cnn.0.weight": (16, 4, 8, 8),
        "features_extractor.cnn.2.weight": (32, 16, 4, 4),
        "features_extractor.cnn.4.weight": (32, 32, 3, 3),
        "features_extractor.linear.0.weight": (256, 1568),
        "action_net.weight": (4, 256),
        "value_net.weight": (1, 256),
    }


def test_that_the_learner_gets_clipped_rewards_and_the_person_whole_raw_games() -> None:
    env, raw = games(), games(clip_rewards=False)
    luck = np.random.default_rng(4)
    env.reset()
    raw.reset()
    episodes: list[dict[str, float]] = []
    clipped_sum = raw_sum = 0.0
    lives = 0
    for _ in range(400):
        actions = luck.integers(0, 4, 2)
        _, rewards, dones, infos = env.step(actions)
        clipped_sum += float(rewards.sum())
        raw_sum += float(raw.step(actions)[1].sum())
        lives += int(dones.sum())
        assert set(np.unique(rewards)) <= {0.0, 1.0}
        assert all(("terminal_observation" in info) == bool(done) for info, done in zip(infos, dones, strict=True))
        episodes += [info["episode"] for info in infos if "episode" in info]
    assert [game.score for game in env.take_finished()] == [episode["r"] for episode in episodes]
    assert env.take_finished() == []
    env.close()
    raw.close()
    assert len(episodes) >= 2
    assert lives >= 5 * len(episodes)
    assert raw_sum >= clipped_sum > 0


def test_that_threads_are_as_they_were_after_learning() -> None:
    torch.set_num_threads(1)
    env = games()
    small = {**SETTINGS, "n_steps": 2, "batch_size": 4, "n_epochs": 1, "policy_kwargs": QUARTER}
    ThreadedPPO(ByteCnnPolicy, env, acting_threads=1, learning_threads=2, **small).learn(4)
    env.close()
    assert torch.get_num_threads() == 1
