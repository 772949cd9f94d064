"""Hyper-parameters that suit a kind of place, where the defaults, which are for Atari pixels, do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.catalog import agent
from agents.configuration import build, settings_of, values_of
from agents.deep.place_kind import kind_of

_SMALL_REPLAY: Mapping[str, Any] = {
    "n_envs": 4,
    "learning_rate": 1e-3,
    "buffer_size": 20_000,
    "learning_starts": 500,
    "batch_size": 64,
    "train_freq": 4,
    "target_update_interval": 500,
    "exploration_fraction": 0.2,
    "exploration_final_eps": 0.05,
    "horizon": 100_000,
    "reward_clipping": "off",
}

_SMALL_ROLLOUT: Mapping[str, Any] = {
    "n_envs": 8,
    "n_steps": 64,
    "gae_lambda": 0.95,
    "learning_rate": 1e-3,
    "horizon": 200_000,
    "reward_clipping": "off",
}

_SMALL: Mapping[str, Mapping[str, Any]] = {
    "dqn": _SMALL_REPLAY,
    "qr_dqn": {**_SMALL_REPLAY, "n_quantiles": 25},
    "ppo": {**_SMALL_ROLLOUT, "batch_size": 128, "n_epochs": 6, "clip_range": 0.2},
    "a2c": {**_SMALL_ROLLOUT, "n_steps": 8, "ent_coef": 0.01, "vf_coef": 0.5, "gae_lambda": 1.0},
    "trpo": {**_SMALL_ROLLOUT, "batch_size": 128, "n_critic_updates": 20},
    "deep_reinforce": {"n_envs": 8, "learning_rate": 3e-3, "horizon": 200_000, "reward_clipping": "off"},
    "grpo": {"n_envs": 16, "learning_rate": 3e-3, "horizon": 200_000, "reward_clipping": "off", "episode_limit": 500},
}

_OBJECTS: Mapping[str, Mapping[str, Any]] = {
    "dqn": {**_SMALL_REPLAY, "n_envs": 16, "learning_rate": 2.5e-4, "buffer_size": 200_000, "learning_starts": 10_000,
            "target_update_interval": 2_000, "exploration_fraction": 0.1, "exploration_final_eps": 0.02,
            "horizon": 3_000_000, "reward_clipping": "on"},
    "ppo": {"n_envs": 16, "n_steps": 128, "learning_rate": 7e-4, "clip_range": 0.2, "horizon": 3_000_000},
    "a2c": {"n_envs": 16, "horizon": 3_000_000},
    "trpo": {"n_envs": 16, "n_steps": 128, "horizon": 3_000_000},
    "deep_reinforce": {"n_envs": 16, "horizon": 3_000_000},
    "grpo": {"n_envs": 16, "horizon": 3_000_000},
}  # fmt: skip

_PIXELS: Mapping[str, Mapping[str, Any]] = {
    "deep_reinforce": {"learning_rate": 2.5e-4},
    "grpo": {"learning_rate": 2.5e-4},
}
"""What is the default elsewhere is too large a step for convolutions: as large as PPO's."""

_WIDE = {"hidden_layers": 2, "hidden_units": 128}

IRRELEVANT: Mapping[str, tuple[str, ...]] = {
    "pixels": ("hidden_layers", "hidden_units"),
    "objects": ("width", "frame_stack"),
    "states": ("width", "frame_stack"),
    "vector": ("width", "frame_stack"),
}
"""Settings that mean nothing in a kind of place; a form may leave them out."""


def suggested_for(agent_id: str, kind: str) -> dict[str, Any]:
    """Return the hyper-parameters suggested for an agent in a kind of place; the others keep their defaults.

    Args:
        agent_id: Id in the catalog.
        kind: One of :data:`agents.deep.place_kind.KINDS`.
    """
    if kind == "pixels":
        return dict(_PIXELS.get(agent_id, {}))
    if kind == "objects":
        return {**_OBJECTS.get(agent_id, _OBJECTS["dqn"]), **_WIDE}
    return dict(_SMALL[agent_id])


def deep_settings_for(agent_id: str, env_id: str, hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return all hyper-parameters of a deep run to begin: those asked for, else suggested, else defaults.

    Args:
        agent_id: Id in the catalog.
        env_id: Where it is to learn.
        hyperparameters: What was asked for, by name.

    Raises:
        UsageError: If there is no such agent.
        ConfigError: As :func:`agents.configuration.build`.
    """
    config_class = agent(agent_id).config_class()
    names = {item.name for item in settings_of(config_class)}
    suggested = {name: value for name, value in suggested_for(agent_id, kind_of(env_id)).items() if name in names}
    return dict(values_of(build(config_class, {**suggested, **hyperparameters})))
