"""PPO, A2C and TRPO: SB3's algorithms, whose critic can be turned off.

Without a critic a move is judged by the discounted rewards that followed it, cut at the end of the rollout: no
bootstrapping, no generalised advantage estimation (Schulman et al. 2016), and the variance they would take away.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib import TRPO
from stable_baselines3 import A2C
from stable_baselines3.common.buffers import RolloutBuffer

from agents.deep.ppo import ThreadedPPO
from agents.deep.threaded import Threaded


class JudgedRollout(RolloutBuffer):
    """SB3's rollout buffer, which may be told that nobody values situations.

    Attributes:
        has_critic: Whether advantages are over what a critic expects; else they are the returns themselves.
    """

    has_critic: bool = True

    def compute_returns_and_advantage(self, last_values: torch.Tensor, dones: NDArray[np.bool_]) -> None:
        """Compute as SB3 does; without a critic with values of 0 and λ = 1."""
        if self.has_critic:
            super().compute_returns_and_advantage(last_values, dones)
            return
        kept, self.gae_lambda = self.gae_lambda, 1.0
        self.values[:] = 0.0
        super().compute_returns_and_advantage(torch.zeros_like(last_values), dones)
        self.gae_lambda = kept


class Judged:
    """Put before an algorithm of SB3's that uses :class:`JudgedRollout`: nothing of a critic gets into the rewards."""

    rollout_buffer: Any
    policy: Any

    def collect_rollouts(self, *args: Any, **kwargs: Any) -> Any:
        """Play as the algorithm does."""
        if self.rollout_buffer.has_critic:
            return super().collect_rollouts(*args, **kwargs)  # type: ignore[misc]
        # SB3 adds γV of the last situation to the reward where a game was cut off at its step limit.
        self.policy.predict_values = lambda seen: torch.zeros((len(seen), 1))
        try:
            return super().collect_rollouts(*args, **kwargs)  # type: ignore[misc]
        finally:
            del self.policy.predict_values


class SwitchablePPO(Judged, ThreadedPPO):
    """PPO (Schulman et al. 2017)."""


class SwitchableA2C(Judged, Threaded, A2C):
    """A2C, the synchronous form of A3C (Mnih et al. 2016)."""


class SwitchableTRPO(Judged, Threaded, TRPO):
    """TRPO (Schulman et al. 2015)."""
