"""What a policy makes of observations, whatever agent it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib.qrdqn.policies import QRDQNPolicy
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy
from stable_baselines3.dqn.policies import DQNPolicy
from torch.distributions import Categorical

from agents.deep.actor_network import NoCritic


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a policy says of N observations.

    Attributes:
        preferences: ``float32 [N, A]``, probabilities of the actions or their values.
        kind: ``probabilities`` or ``values``.
        value: ``float32 [N]``, worth of the situation: what the critic says, or the best action's value; ``None``
            without a critic.
    """

    preferences: NDArray[np.float32]
    kind: str
    value: NDArray[np.float32] | None

    def best(self) -> NDArray[np.int64]:
        """Return the action preferred in each situation, ``int64 [N]``."""
        return np.asarray(self.preferences.argmax(axis=1), np.int64)


def answer(policy: BasePolicy, observations: NDArray[np.generic]) -> Answer:
    """Ask a policy; nothing about it changes, and no random number is drawn.

    Args:
        policy: As :func:`agents.deep.networks.policy_for` makes it.
        observations: ``[N, …]`` as the place shows them.
    """
    seen = torch.as_tensor(np.asarray(observations), device=policy.device)
    with torch.no_grad():
        if isinstance(policy, DQNPolicy | QRDQNPolicy):
            values = action_values(policy, seen)
            return Answer(preferences=_numbers(values), kind="values", value=_numbers(values.max(dim=1).values))
        if not isinstance(policy, ActorCriticPolicy):
            raise TypeError(f"no policy of ours: {type(policy).__name__}")
        features = policy.extract_features(seen)
        for_actor, for_critic = policy.mlp_extractor(features)
        distribution = policy._get_action_dist_from_latent(for_actor).distribution
        assert isinstance(distribution, Categorical)
        worth = None if isinstance(policy.value_net, NoCritic) else _numbers(policy.value_net(for_critic).flatten())
        return Answer(preferences=_numbers(distribution.probs), kind="probabilities", value=worth)


def action_values(policy: DQNPolicy | QRDQNPolicy, seen: torch.Tensor) -> torch.Tensor:
    """Return what each action is worth, ``float32 [N, A]``; of quantiles their mean."""
    if isinstance(policy, DQNPolicy):
        return policy.q_net(seen)  # type: ignore[no-any-return]
    return policy.quantile_net(seen).mean(dim=1)  # type: ignore[no-any-return]


def _numbers(values: torch.Tensor) -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = values.float().cpu().numpy()
    return numbers
