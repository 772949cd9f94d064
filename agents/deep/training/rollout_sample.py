"""A sample of what was just learned from, taken beside SB3's arithmetic and never in its way."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

SAMPLE = 256
"""Steps in a sample: enough for a histogram, and a small part of an update's work."""

Floats = NDArray[np.float32]


class RolloutSample:
    """Steps of the last rollout with the probabilities they were chosen with.

    Attributes:
        advantages: ``float32 [B]``, before they are normalised; empty before the first update.
    """

    def __init__(self) -> None:
        self.advantages: Floats = np.zeros(0, np.float32)
        self._observations: NDArray[Any] | None = None
        self._actions: NDArray[Any] | None = None
        self._log_probs: Floats = np.zeros(0, np.float32)
        self._ratios: Floats | None = None

    def take(self, model: OnPolicyAlgorithm) -> None:
        """Copy a sample before SB3 learns from the rollout and empties its buffer."""
        buffer = model.rollout_buffer
        steps, games = buffer.rewards.shape
        if not buffer.full:
            # A rollout of whole episodes may end anywhere.
            steps = buffer.pos
        total = steps * games
        if not total:
            return
        # Evenly spread instead of drawn: no random number is used.
        which = np.unique(np.linspace(0, total - 1, min(SAMPLE, total)).astype(np.int64))
        rows = (which // games, which % games)
        self._observations = np.asarray(buffer.observations)[rows].copy()
        self._actions = buffer.actions[rows].copy()
        self._log_probs = buffer.log_probs[rows].astype(np.float32)
        self.advantages = buffer.advantages[rows].astype(np.float32)
        self._ratios = None

    def ratios(self, model: OnPolicyAlgorithm) -> Floats:
        """Return π_new(a|s) / π_old(a|s) of the sample, ``float32 [B]``: Schulman et al. 2017, section 3."""
        if self._observations is None or self._actions is None:
            return np.zeros(0, np.float32)
        if self._ratios is None:
            with torch.no_grad():
                seen = torch.as_tensor(self._observations, device=model.device)
                acted = torch.as_tensor(self._actions, device=model.device).flatten()
                _, log_probs, _ = model.policy.evaluate_actions(seen, acted)
            self._ratios = np.exp(log_probs.flatten().cpu().numpy() - self._log_probs).astype(np.float32)
        return self._ratios

    def learned(self) -> None:
        """Forget the ratios that were computed: the policy has changed."""
        self._ratios = None
