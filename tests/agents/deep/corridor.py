"""The smallest thing to learn: seven cells in a row, the goal at one end, and settings that learn it in seconds."""

from __future__ import annotations

from typing import Any

from agents.catalog import agent
from agents.configuration import build
from agents.deep.config import DeepConfig
from agents.deep.places import Place, place_of
from agents.deep.suggestions import deep_settings_for

_REPLAY = {
    "learning_starts": 100,
    "target_update_interval": 50,
    "learning_rate": 3e-3,
    "exploration_fraction": 0.5,
    "batch_size": 32,
}
_HASTE: dict[str, dict[str, Any]] = {
    "dqn": _REPLAY,
    "qr_dqn": {**_REPLAY, "n_quantiles": 11},
    "ppo": {"learning_rate": 5e-3, "n_steps": 32},
    "a2c": {"learning_rate": 3e-3, "n_steps": 5},
    "trpo": {"n_steps": 32, "target_kl": 0.03},
    "deep_reinforce": {"learning_rate": 1e-2, "episode_limit": 50},
    "grpo": {"learning_rate": 1e-2, "episode_limit": 50},
}
"""Settings in a hurry: what is suggested for small places learns as surely, but later."""

STEPS = 1_600


def corridor() -> Place:
    return place_of("Arena/GridWorld-v0", {"map": "corridor"})


def settings_in(place: Place, agent_id: str, **changed: Any) -> DeepConfig:
    """Settings of an agent that learns the corridor, some of them changed."""
    values = {"gamma": 0.9, "horizon": 10_000, **_HASTE[agent_id], **changed}
    made: DeepConfig = build(agent(agent_id).config_class(), deep_settings_for(agent_id, place.env_id, values))
    return made
