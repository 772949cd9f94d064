"""Temporal-difference errors of remembered steps, as the learner would compute them now."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib.qrdqn.policies import QRDQNPolicy
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.dqn.policies import DQNPolicy

from agents.deep.asking import action_values
from agents.deep.replay_algorithms import doubled


def td_errors(model: OffPolicyAlgorithm, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return r + γ·max Q(s', ·; θ⁻) − Q(s, a; θ) of some steps in the replay buffer, ``float32 [B]``.

    Mnih et al. 2015, equation 1, with the judge the learner has; returns over n steps where the buffer gives them,
    means of quantiles for QR-DQN. One of the games of each row is drawn as SB3 draws it, so call this where drawing
    leaves no trace.

    Args:
        model: The learner.
        rows: ``int64 [B]`` rows of the buffer that are filled.
    """
    buffer, policy = model.replay_buffer, model.policy
    assert buffer is not None
    assert isinstance(policy, DQNPolicy | QRDQNPolicy)
    data = buffer._get_samples(rows)
    with torch.no_grad():
        discounts = model.gamma if data.discounts is None else data.discounts
        after = _judged(model, policy, data.next_observations)
        target = data.rewards + (1 - data.dones) * discounts * after.max(dim=1).values.reshape(-1, 1)
        now = torch.gather(action_values(policy, data.observations), 1, data.actions.long())
        found: NDArray[np.float32] = (target - now).flatten().float().cpu().numpy()
    return found


def _judged(model: OffPolicyAlgorithm, policy: DQNPolicy | QRDQNPolicy, seen: torch.Tensor) -> torch.Tensor:
    """Return what the next situations are worth to the learner with the switches it has, ``float32 [B, A or 1]``."""
    old = getattr(model, "uses_target", True)
    if isinstance(policy, QRDQNPolicy):
        return (policy.quantile_net_target if old else policy.quantile_net)(seen).mean(dim=1)  # type: ignore[no-any-return]
    judge = policy.q_net_target if old else policy.q_net
    return (doubled(policy.q_net, judge) if getattr(model, "double", False) else judge)(seen)
