"""What Stable-Baselines3's ``data`` says of a model in plain JSON: hints, each held to bounds, none needed.

Whatever SB3 could not say in JSON stands there as a pickle in base64. Those texts are never decoded; only their kinds
and their printed forms beside them are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.models.plain_file import is_number, is_whole

_COUNTS = ("n_envs", "n_steps", "n_epochs", "batch_size", "buffer_size", "learning_starts", "target_update_interval")
_SHARES = (
    "gamma",
    "gae_lambda",
    "ent_coef",
    "vf_coef",
    "max_grad_norm",
    "learning_rate",
    "exploration_fraction",
    "exploration_initial_eps",
    "exploration_final_eps",
)
_ACTIVATIONS = {f"<class 'torch.nn.modules.activation.{name}'>": name.lower() for name in ("Tanh", "ReLU")}


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What is remembered of a model's training.

    Attributes:
        agent: The algorithm, as far as its settings tell; empty if they do not.
        activation: ``tanh`` or ``relu`` where another than the usual one was asked for; ``other`` for one of neither.
        env_steps: Decisions it was trained for.
        seed: Seed, ``None`` if there was none.
        hyperparameters: Settings by SB3's names.
    """

    agent: str = ""
    activation: str = ""
    env_steps: int = 0
    seed: int | None = None
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)


def hints_from(data: bytes) -> Hints:
    """Return what ``data`` says in plain JSON; one that cannot be read says nothing.

    Args:
        data: Its bytes, of bounded length.
    """
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return Hints()
    if not isinstance(found, dict):
        return Hints()
    steps, seed = found.get("num_timesteps", 0), found.get("seed")
    settings = {name: found[name] for name in _COUNTS if is_whole(found.get(name), 0, 2**40)}
    settings |= {name: found[name] for name in _SHARES if is_number(found.get(name)) and abs(found[name]) < 1e9}
    return Hints(
        agent=_agent(found),
        activation=_activation(found.get("policy_kwargs")),
        env_steps=int(steps) if is_whole(steps, 0, 2**62) else 0,
        seed=seed if is_whole(seed, 0, 2**64 - 1) else None,
        hyperparameters=settings,
    )


def _agent(found: Mapping[str, Any]) -> str:
    if "cg_max_steps" in found:
        return "trpo"
    if "exploration_fraction" in found:
        return "dqn"
    if "n_epochs" in found:
        return "ppo"
    return "a2c" if "gae_lambda" in found else ""


def _activation(kwargs: Any) -> str:
    if not isinstance(kwargs, dict) or "activation_fn" not in kwargs:
        return ""
    said = kwargs["activation_fn"]
    return _ACTIVATIONS.get(said, "other") if isinstance(said, str) else "other"
