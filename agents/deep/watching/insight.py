"""A network seen from inside: what it prefers and why it could, for one situation or for many at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy
from torch import nn

from agents.deep.asking import answer


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a network makes of one situation.

    Attributes:
        preferences: ``float32 [A]``.
        value: Worth of the situation; 0 without a critic.
        features: ``float32 [F]``, what the last layer reads.
    """

    preferences: NDArray[np.float32]
    value: float
    features: NDArray[np.float32]


class Insight:
    """Answers about one policy; nothing about it changes and no random number is drawn.

    One thread at a time: it listens at the policy's own layers.

    Args:
        policy: As :func:`agents.deep.networks.policy_for` makes it.
    """

    def __init__(self, policy: BasePolicy) -> None:
        self.policy = policy
        self._stages = list(_convolutions(policy))
        self._last = _last_layer(policy)

    @property
    def convolutions(self) -> int:
        """How many convolutions look at the picture."""
        return len(self._stages)

    def see(self, observation: NDArray[np.generic]) -> Seen:
        """Ask about one situation."""
        features: list[torch.Tensor] = []
        with _listening([(self._last, lambda inputs, _: features.append(inputs[0]))]):
            said = answer(self.policy, np.asarray(observation)[None])
        return Seen(
            preferences=said.preferences[0],
            value=0.0 if said.value is None else float(said.value[0]),
            features=features[-1][0].detach().float().cpu().numpy().copy(),
        )

    def scores(self, observations: NDArray[np.generic]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Return what the actor's and the critic's last layer say of N situations.

        Returns:
            ``float32 [N, A]`` logits or action values, and ``float32 [N]`` values, ``None`` without a critic.
        """
        logits: list[torch.Tensor] = []
        policy = self.policy
        if isinstance(policy, ActorCriticPolicy):
            # The distribution's own logits are shifted so that they sum to 1 as probabilities.
            with _listening([(policy.action_net, lambda _, output: logits.append(output))]):
                said = answer(policy, observations)
            return logits[-1].detach().float().cpu().numpy(), said.value
        said = answer(policy, observations)
        return said.preferences, said.value

    def filters(self) -> NDArray[np.float32] | None:
        """Return the first layer's filters, ``float32 [F, stack, h, w]``; ``None`` where no picture is seen."""
        if not self._stages:
            return None
        weights: NDArray[np.float32] = self._stages[0][0].weight.detach().float().cpu().contiguous().numpy().copy()
        return weights

    def activations(self, observation: NDArray[np.generic]) -> list[NDArray[np.float32]]:
        """Return what each convolution's filters answer, after rectifying: ``float32 [F, h, w]`` each."""
        found: list[NDArray[np.float32]] = []

        def keep(_: Any, output: torch.Tensor) -> None:
            found.append(output[0].detach().float().cpu().contiguous().numpy().copy())

        if self._stages:
            with _listening([(after, keep) for _, after in self._stages]):
                answer(self.policy, np.asarray(observation)[None])
        return found


def _convolutions(policy: BasePolicy) -> Iterator[tuple[nn.Conv2d, nn.Module]]:
    """Return each convolution that sees the picture, with the rectifier after it."""
    network = policy if isinstance(policy, ActorCriticPolicy) else _value_network(policy)
    for part in network.features_extractor.modules():
        if isinstance(part, nn.Sequential):
            layers = list(part)
            for layer, after in zip(layers, layers[1:], strict=False):
                if isinstance(layer, nn.Conv2d):
                    yield layer, after


def _value_network(policy: BasePolicy) -> Any:
    return policy.q_net if hasattr(policy, "q_net") else policy.quantile_net


def _last_layer(policy: BasePolicy) -> nn.Module:
    if isinstance(policy, ActorCriticPolicy):
        return policy.action_net
    return [part for part in _value_network(policy).modules() if isinstance(part, nn.Linear)][-1]


@contextmanager
def _listening(hooks: list[tuple[nn.Module, Any]]) -> Iterator[None]:
    handles = [
        layer.register_forward_hook(lambda _, inputs, output, told=told: told(inputs, output)) for layer, told in hooks
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
