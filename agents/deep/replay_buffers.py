"""Memories of DQN: SB3's, which may be told to remember nothing but the newest batch, and whose games may be cut."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from stable_baselines3.common.buffers import NStepReplayBuffer, ReplayBuffer
from stable_baselines3.common.type_aliases import ReplayBufferSamples


class Remembering:
    """Put before a replay buffer of SB3's.

    Attributes:
        remembers: Whether all steps are drawn from; else only as many of the newest as one batch has.
    """

    remembers: bool = True
    pos: int
    full: bool
    buffer_size: int
    n_envs: int
    dones: Any
    timeouts: Any

    def sample(self, batch_size: int, env: Any = None) -> ReplayBufferSamples:
        """Draw a batch as SB3 does."""
        if self.remembers:
            drawn: ReplayBufferSamples = super().sample(batch_size, env)  # type: ignore[misc]
            return drawn
        held = self.buffer_size if self.full else self.pos
        newest = min(math.ceil(batch_size / self.n_envs), held)
        # SB3 draws from these global numbers too: the state of one generator is what a checkpoint keeps.
        back = 1 + np.random.randint(0, newest, size=batch_size)  # noqa: NPY002
        newly: ReplayBufferSamples = self._get_samples((self.pos - back) % self.buffer_size, env=env)  # type: ignore[attr-defined]
        return newly

    def cut(self) -> None:
        """Note that the games are begun anew: returns of several steps must not run on into the next game."""
        if self.full or self.pos:
            newest = self.pos - 1
            self.timeouts[newest] = np.maximum(self.timeouts[newest], self.dones[newest] == 0)


class StepMemory(Remembering, ReplayBuffer):
    """SB3's replay buffer."""


class StepsMemory(Remembering, NStepReplayBuffer):
    """SB3's replay buffer of n-step returns."""
