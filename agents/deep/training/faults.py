"""What goes wrong in training, said with the tensor and the step instead of a network quietly full of NaN."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.base_class import BaseAlgorithm


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why training stands still.

    Attributes:
        reason: Translation key, as in ``PhaseChanged.reason``.
        params: Placeholder values; ``checkpoint`` is the ``env_steps`` of the last good checkpoint.
    """

    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)


class FaultFoundError(Exception):
    """Learning must not go on with what was just found.

    Args:
        fault: What was found.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def fault_of_step(observations: Any, rewards: NDArray[Any], env_steps: int) -> Fault | None:
    """Look for what is no number in one step of all games.

    Args:
        observations: ``[N, …]``.
        rewards: ``float [N]``.
        env_steps: The clock.
    """
    bad = np.flatnonzero(~np.isfinite(rewards))
    if bad.size:
        return _fault("phase.reason.bad_reward", f"rewards[{bad[0]}]", env_steps, float(rewards[bad[0]]))
    seen = np.asarray(observations)
    # Bytes are always numbers, and there are a hundred thousand of them in a step.
    if seen.dtype.kind == "f" and not np.isfinite(seen).all():
        where = tuple(np.argwhere(~np.isfinite(seen))[0])
        name = f"observations[{', '.join(str(index) for index in where)}]"
        return _fault("phase.reason.bad_observation", name, env_steps, float(seen[where]))
    return None


def fault_of_update(model: BaseAlgorithm, env_steps: int) -> Fault | None:
    """Look for a loss or a weight that is no number, after an update."""
    for name, value in model.logger.name_to_value.items():
        if "loss" in name and isinstance(value, (int, float, np.number)) and not math.isfinite(float(value)):
            return _fault("phase.reason.bad_loss", bad_weight(model) or name, env_steps, float(value), loss=name)
    return None


def fault_of_weights(model: BaseAlgorithm, env_steps: int) -> Fault | None:
    """Look for a weight that is no number."""
    name = bad_weight(model)
    return None if name is None else _fault("phase.reason.bad_weight", name, env_steps, math.nan)


def bad_weight(model: BaseAlgorithm) -> str | None:
    """Return the name of the first weight tensor that holds something that is no number."""
    for name, weight in model.policy.named_parameters():
        if not bool(torch.isfinite(weight).all()):
            return name
    return None


def _fault(reason: str, name: str, env_steps: int, value: float, **more: Any) -> Fault:
    return Fault(reason=reason, params={"tensor": name, "step": env_steps, "value": str(value), **more})


def is_out_of_memory(problem: BaseException) -> bool:
    """Say whether an error means that there was not enough memory, of the machine or of the GPU."""
    if isinstance(problem, (MemoryError, torch.OutOfMemoryError)):
        return True
    # What PyTorch's allocator for the processor raises has no class of its own.
    return isinstance(problem, RuntimeError) and "can't allocate memory" in str(problem)


def is_lost_device(problem: BaseException) -> bool:
    """Say whether an error means that the GPU does not answer any more."""
    return isinstance(problem, RuntimeError) and "CUDA" in str(problem) and not is_out_of_memory(problem)
