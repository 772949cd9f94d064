"""Weights of a network by name: out of it, into it, and into a wider one that does exactly the same."""

from __future__ import annotations

import operator
from collections.abc import Mapping

import torch
from stable_baselines3.common.policies import BasePolicy

from arena.errors import RunError


def named_weights(policy: BasePolicy) -> list[tuple[str, torch.nn.Parameter]]:
    """Return a network's parameters by name, each once.

    Actor and critic share the picture's features; PyTorch's ``state_dict`` would name those three times.
    """
    return list(policy.named_parameters())


def weights_of(policy: BasePolicy) -> dict[str, torch.Tensor]:
    """Return copies of a policy's parameters by name, each once, in the usual memory order."""
    return {name: value.detach().clone(memory_format=torch.contiguous_format) for name, value in named_weights(policy)}


def load_weights(policy: BasePolicy, weights: Mapping[str, torch.Tensor], source: str) -> None:
    """Put weights that :func:`weights_of` returned into a policy.

    Raises:
        RunError: If a name, shape or type is another one, or a number is not finite; nothing is changed then.
    """
    own = dict(named_weights(policy))
    if set(own) != set(weights):
        raise RunError("error.run.arrays", name=", ".join(sorted(set(own) ^ set(weights))))
    for name, value in own.items():
        given = weights[name]
        if given.shape != value.shape or given.dtype != value.dtype or not bool(torch.isfinite(given).all()):
            raise RunError("error.run.arrays", name=f"{source}: {name}")
    with torch.no_grad():
        for name, value in own.items():
            value.copy_(weights[name])


def widened(weights: Mapping[str, torch.Tensor], wide: BasePolicy) -> dict[str, torch.Tensor]:
    """Return the weights of a wider network that answers exactly as a narrow one does.

    What the narrow one lacks becomes zeros: filters that see nothing and that nobody listens to.

    Args:
        weights: Of the narrow network, as :func:`weights_of` returns them.
        wide: A network of the same kind with at least as many filters and features.

    Raises:
        RunError: If the other is not wider, or of another kind.
    """
    made: dict[str, torch.Tensor] = {}
    for name, value in named_weights(wide):
        narrow = weights.get(name)
        if narrow is None or narrow.dim() != value.dim() or any(map(operator.gt, narrow.shape, value.shape)):
            raise RunError("error.run.arrays", name=name)
        # Filters come first wherever they are counted, also in the row of numbers the last picture is laid out in.
        made[name] = torch.zeros(value.shape)
        made[name][tuple(slice(size) for size in narrow.shape)] = narrow
    return made
