"""A policy without a critic: for agents that judge a move by what came of it and by nothing else."""

from __future__ import annotations

from typing import Any

import torch
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.type_aliases import Schedule
from torch import nn

from agents.deep.nature_network import ByteCnnPolicy


class NoCritic(nn.Module):
    """Says 0 of every state, and has nothing that could learn to say more."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return zeros, ``float32 [B, 1]``."""
        return features.new_zeros((features.shape[0], 1))


class ActorPolicy(ActorCriticPolicy):
    """SB3's policy from numbers, without a critic."""

    def _build(self, lr_schedule: Schedule) -> None:
        super()._build(lr_schedule)
        _dismiss_critic(self, lr_schedule)


class ActorCnnPolicy(ByteCnnPolicy):
    """SB3's policy from pictures, without a critic."""

    def _build(self, lr_schedule: Schedule) -> None:
        super()._build(lr_schedule)
        _dismiss_critic(self, lr_schedule)


def _dismiss_critic(policy: ActorCriticPolicy, lr_schedule: Schedule) -> None:
    policy.value_net = NoCritic()  # type: ignore[assignment]
    kwargs: dict[str, Any] = policy.optimizer_kwargs
    policy.optimizer = policy.optimizer_class(policy.parameters(), lr=lr_schedule(1), **kwargs)  # type: ignore[call-arg]
