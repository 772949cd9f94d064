"""A frozen policy that must not be strayed from, and what straying costs (Ziegler et al. 2019; Stiennon et al. 2020).

The reward becomes r̂ − β (log π(a|s) − log π_ref(a|s)): in the mean over what π does that is r̂ − β KL(π ‖ π_ref).
"""

from __future__ import annotations

import copy
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load as tensors_of
from safetensors.torch import save as bytes_of
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.deep.weights import load_weights, weights_of
from arena.errors import RunError
from arena.runs.safe_file import told_plainly, write_bytes

FILE = "reference.safetensors"
"""Name of the file in a run folder."""

_AVERAGED = 64


class ReferencePolicy:
    """The reference, and the policy that is compared with it.

    Args:
        policy: The learner's; its weights now are those of the reference.

    Attributes:
        weight: β; 0 for a meter that costs nothing.
        kl: Mean of log π − log π_ref over the last steps; NaN before the first.
    """

    def __init__(self, policy: ActorCriticPolicy) -> None:
        self._policy = policy
        self._frozen = copy.deepcopy(policy)
        self._frozen.set_training_mode(False)
        self.weight = 0.0
        self._recent: deque[float] = deque(maxlen=_AVERAGED)
        self._steps = 0

    @property
    def kl(self) -> float:
        """Mean distance of the last steps."""
        return float(np.mean(self._recent)) if self._recent else float("nan")

    def read(self, path: Path) -> None:
        """Take the weights of a file for the reference.

        Raises:
            RunError: If it is missing, damaged, or of another network.
        """
        with told_plainly(path):
            data = path.read_bytes()
        try:
            weights = tensors_of(data)
        except SafetensorError as problem:
            raise RunError("error.run.damaged", file=str(path)) from problem
        load_weights(self._frozen, weights, str(path))

    def write(self, path: Path) -> None:
        """Write the reference's weights.

        Raises:
            RunError: If they cannot be written.
        """
        write_bytes(path, bytes_of(weights_of(self._frozen)))

    def price(self, observations: NDArray[Any], actions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return β (log π − log π_ref) of steps just done, ``float32 [B]``."""
        self._steps += 1
        if self.weight <= 0.0 and self._steps % 16:
            # Only measured: a sample is enough.
            return np.zeros(len(actions), np.float32)
        seen = torch.as_tensor(np.asarray(observations), device=self._policy.device)
        acted = torch.as_tensor(actions, device=self._policy.device)
        with torch.no_grad():
            apart = (self._log_probs(self._policy, seen, acted) - self._log_probs(self._frozen, seen, acted)).cpu()
        self._recent.append(float(apart.mean()))
        return np.asarray(apart.numpy() * self.weight, np.float32)

    @staticmethod
    def _log_probs(policy: ActorCriticPolicy, seen: torch.Tensor, acted: torch.Tensor) -> torch.Tensor:
        # The policy's own way to its actions: SB3's get_distribution passes by feature extractors that are overridden.
        latent, _ = policy.mlp_extractor(policy.extract_features(seen))
        return policy._get_action_dist_from_latent(latent).log_prob(acted)
