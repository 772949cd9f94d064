"""What may be wished for in the three steps, and what is suggested; loads no learning library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KL_WEIGHT = 0.01
"""β where a run of preferences begins with a model and nobody says otherwise: r̂ has a spread of 0.05 a step."""


@dataclass(frozen=True, kw_only=True)
class CloneWish:
    """How demonstrations are imitated.

    Attributes:
        agent: Catalog id of whose network imitates, and who can go on with it.
        settings: Settings of that agent by name.
        epochs: Passes through all steps.
        learning_rate: Adam's step size.
        episodes: Whole games it is examined with, once with likeliest and once with drawn actions.
        seed: Of first weights, order and games.
    """

    agent: str = "ppo"
    settings: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 100
    learning_rate: float = 1e-3
    episodes: int = 50
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class DirectWish:
    """How labels are learned from without a reward model.

    Attributes:
        begin_with: Name or folder of the model to begin with, the reference; empty for a network that knows nothing.
        agent: Catalog id; the model's where not given, else PPO.
        env_id: Where; where the model plays if not given, else the usual world.
        env_kwargs: Arguments of that.
        settings: Settings of the agent by name.
        beta: β of the loss.
        epochs: Passes through all labels.
        learning_rate: Adam's step size.
        episodes: Whole games each policy is examined with.
        seed: Of first weights, order and games.
    """

    begin_with: str = ""
    agent: str = ""
    env_id: str = ""
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    beta: float = 0.1
    epochs: int = 100
    learning_rate: float = 1e-3
    episodes: int = 50
    seed: int = 0
