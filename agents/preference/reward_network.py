"""Networks that say what a step is worth, r̂(o, a), all members of an ensemble in one pass.

The members' weights lie in one tensor each, ``[E, in, out]``, so that one batched product computes them all: for nets
this small the time goes into starting operations, not into arithmetic.

Each net ends in ``2 + A`` numbers: what every action here shares, one of its own for each action, and one for standing
still where the game is over (:data:`OVER`). r̂ of an action is the sum of the shared number and its own, so what is
learned of a place at once counts for all actions in it.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from gymnasium import spaces
from torch import nn
from torch.nn import functional

from agents.deep.places import Place

Tensor = torch.Tensor

OVER = -1
"""In place of an action: the game is over, and the clip goes on showing how it ended."""

_FIRST_GAIN = 0.1
"""Of the last layer: clips are about equally good before anybody has said anything, and members differ a little."""

_SLOPE = 0.01  # of leaky rectifiers, Christiano et al. 2017, appendix A.2


class MemberLinear(nn.Module):
    """A linear layer of each member.

    Args:
        members: E.
        inputs: Numbers in.
        outputs: Numbers out.
        generator: Draws the first weights.
        gain: Of the first weights, 1 for He's.
    """

    def __init__(self, members: int, inputs: int, outputs: int, generator: torch.Generator, gain: float = 1.0) -> None:
        super().__init__()
        drawn = torch.randn((members, inputs, outputs), generator=generator) * gain * math.sqrt(2.0 / inputs)
        self.weight = nn.Parameter(drawn)
        self.bias = nn.Parameter(torch.zeros(members, 1, outputs))

    def forward(self, seen: Tensor) -> Tensor:
        """Return ``float [E, B, outputs]`` of ``float [E, B, inputs]``."""
        return torch.baddbmm(self.bias, seen, self.weight)


class RewardNetwork(nn.Module):
    """What all of them share.

    Args:
        members: E.
        actions: A.
        dropout: Share of hidden numbers left out while learning.
        generator: Draws the first weights, and later what is left out.
    """

    def __init__(self, members: int, actions: int, dropout: float, generator: torch.Generator) -> None:
        super().__init__()
        self.members = members
        self.actions = actions
        self.dropout = dropout
        self.generator = generator

    def heads(self, observations: Tensor) -> Tensor:
        """Return the numbers a net ends in, ``float [E, B, 2 + A]``."""
        raise NotImplementedError

    def columns(self, observations: Tensor) -> Tensor:
        """Return r̂ of every action, and of standing still where the game is over: ``float [E, B, A + 1]``."""
        heads = self.heads(observations)
        return torch.cat((heads[..., :1] + heads[..., 1:-1], heads[..., -1:]), dim=-1)

    def forward(self, observations: Tensor, actions: Tensor) -> Tensor:
        """Return r̂ of steps.

        Args:
            observations: ``[B, …]`` as the place shows them.
            actions: ``int64 [B]``, :data:`OVER` where the game is over.

        Returns:
            ``float32 [E, B]``.
        """
        wanted = torch.where(actions < 0, self.actions, actions)
        return self.columns(observations).gather(2, wanted.expand(self.members, -1)[..., None])[..., 0]

    def _dropped(self, hidden: Tensor) -> Tensor:
        if not self.training or self.dropout <= 0.0:
            return hidden
        # Of a generator of its own: the policy's luck must not hang on how often rewards were fitted.
        kept = torch.rand(hidden.shape, generator=self.generator) >= self.dropout
        return hidden * kept / (1.0 - self.dropout)


class TableReward(RewardNetwork):
    """For the states of a world: a small net on the state's one-hot vector, whose first layer is a look-up.

    Args:
        states: S.
        units: Hidden numbers.
        members: As in :class:`RewardNetwork`, as what follows.
        actions: A.
        dropout: Share left out.
        generator: Luck.
    """

    def __init__(
        self, states: int, units: int, members: int, actions: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__(members, actions, dropout, generator)
        self.states = states
        self.first = nn.Parameter(torch.randn((members, states, units), generator=generator))
        self.last = MemberLinear(members, units, 2 + actions, generator, gain=_FIRST_GAIN)

    def table(self) -> Tensor:
        """Return r̂ of all states and actions, ``float [E, S, A + 1]``."""
        return self.columns(torch.arange(self.states))

    def heads(self, observations: Tensor) -> Tensor:
        hidden = self.first[:, observations] if len(observations) != self.states else self.first
        return self.last(self._dropped(functional.leaky_relu(hidden, _SLOPE)))  # type: ignore[no-any-return]

    def forward(self, observations: Tensor, actions: Tensor) -> Tensor:
        """Compute r̂ of every state once, then look it up for each step."""
        wanted = torch.where(actions < 0, self.actions, actions)
        flat = self.table().reshape(self.members, -1)
        return flat[:, observations * (self.actions + 1) + wanted]


class VectorReward(RewardNetwork):
    """For numbers: two hidden layers.

    Args:
        features: Numbers in an observation.
        units: Hidden numbers of each layer.
        members: As in :class:`RewardNetwork`, as what follows.
        actions: A.
        dropout: Share left out.
        generator: Luck.
    """

    def __init__(
        self, features: int, units: int, members: int, actions: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__(members, actions, dropout, generator)
        self.first = MemberLinear(members, features, units, generator)
        self.second = MemberLinear(members, units, units, generator)
        self.last = MemberLinear(members, units, 2 + actions, generator, gain=_FIRST_GAIN)

    def heads(self, observations: Tensor) -> Tensor:
        seen = observations.to(torch.float32).flatten(1).expand(self.members, -1, -1)
        hidden = self._dropped(functional.leaky_relu(self.first(seen), _SLOPE))
        hidden = self._dropped(functional.leaky_relu(self.second(hidden), _SLOPE))
        return self.last(hidden)  # type: ignore[no-any-return]


class PixelReward(RewardNetwork):
    """For Atari pictures: the paper's four convolutions and a layer of 64.

    Kernels of 7, 5, 3, 3 with strides of 3, 2, 1, 1 and 16 filters each, leaky rectifiers, dropout on each (appendix
    A.2). Its batch normalisation is left out: a fit here is a few hundred clips of frames that hardly differ, and its
    running means would be one more thing that must be exact again after a restart.

    Args:
        stack: Pictures in an observation.
        units: Numbers of the layer behind the convolutions.
        members: As in :class:`RewardNetwork`, as what follows.
        actions: A.
        dropout: Share left out.
        generator: Luck.
    """

    _KERNELS, _STRIDES, _FILTERS = (7, 5, 3, 3), (3, 2, 1, 1), 16

    def __init__(
        self, stack: int, units: int, members: int, actions: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__(members, actions, dropout, generator)
        self.kernels = nn.ParameterList()
        self.biases = nn.ParameterList()
        inputs, side = stack, 84
        for kernel, stride in zip(self._KERNELS, self._STRIDES, strict=True):
            drawn = torch.randn((members * self._FILTERS, inputs, kernel, kernel), generator=generator)
            self.kernels.append(nn.Parameter(drawn * math.sqrt(2.0 / (inputs * kernel * kernel))))
            self.biases.append(nn.Parameter(torch.zeros(members * self._FILTERS)))
            inputs, side = self._FILTERS, (side - kernel) // stride + 1
        self.hidden = MemberLinear(members, self._FILTERS * side * side, units, generator)
        self.last = MemberLinear(members, units, 2 + actions, generator, gain=_FIRST_GAIN)

    def heads(self, observations: Tensor) -> Tensor:
        seen = observations.to(torch.float32) / 255.0
        for index, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            # All members see the same pictures; from the second layer on each sees its own filters only.
            groups = self.members if index else 1
            seen = functional.leaky_relu(
                functional.conv2d(seen, kernel, bias, self._STRIDES[index], groups=groups), _SLOPE
            )
            seen = self._dropped(seen)
        batch = seen.shape[0]
        flat = seen.reshape(batch, self.members, -1).transpose(0, 1)
        return self.last(functional.leaky_relu(self.hidden(flat), _SLOPE))  # type: ignore[no-any-return]


def reward_network_for(place: Place, *, members: int, units: int, dropout: float, seed: int) -> RewardNetwork:
    """Make the networks of an ensemble, with first weights that a seed settles.

    Args:
        place: Where the agent learns.
        members: E.
        units: Hidden numbers.
        dropout: Share of them left out while learning.
        seed: 0 … 2⁶³ − 1.
    """
    generator = torch.Generator().manual_seed(seed)
    common: dict[str, Any] = {
        "units": units,
        "members": members,
        "actions": len(place.action_names),
        "dropout": dropout,
        "generator": generator,
    }
    space = place.observation_space
    if isinstance(space, spaces.Discrete):
        return TableReward(int(space.n), **common)
    if place.kind == "pixels":
        return PixelReward(space.shape[0], **common)
    return VectorReward(math.prod(space.shape), **common)
