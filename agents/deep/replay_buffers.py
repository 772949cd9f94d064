"""Memories of DQN: SB3's, which store pictures once, can be kept in files, and can be told to remember little."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces
from stable_baselines3.common.buffers import NStepReplayBuffer, ReplayBuffer
from stable_baselines3.common.type_aliases import ReplayBufferSamples

from agents.deep.frame_store import FrameStore, Stacks
from agents.deep.replay_segments import Segments


class Remembering:
    """Put before a replay buffer of SB3's.

    Attributes:
        remembers: Whether all steps are drawn from; else only as many of the newest as one batch has.
        added: Steps of all games added so far; the newest lies at ``(added − 1) mod buffer_size``.
        store: Where pictures lie, ``None`` where SB3's own arrays hold what is seen.
    """

    remembers: bool = True
    added: int = 0
    store: FrameStore | None = None
    obs_shape: Any
    pos: int
    full: bool
    buffer_size: int
    n_envs: int
    dones: Any
    timeouts: Any

    def add(self, *args: Any, **kwargs: Any) -> None:
        """Add a step of every game as SB3 does."""
        super().add(*args, **kwargs)  # type: ignore[misc]
        self.added += 1

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
        if self.added:
            newest = self.pos - 1
            self.timeouts[newest] = np.maximum(self.timeouts[newest], self.dones[newest] == 0)
        if self.store is not None:
            self.store.forget_newest()

    @property
    def nbytes(self) -> int:
        """Bytes the steps take."""
        arrays: list[Any] = [getattr(self, name) for name in ("actions", "rewards", "dones", "timeouts")]
        held = self.store.nbytes if self.store is not None else self.observations.nbytes + self.next_observations.nbytes  # type: ignore[attr-defined]
        return int(held + sum(array.nbytes for array in arrays))

    def save_segments(self, folder: Path, previous: Path | None = None) -> None:
        """Write all steps as compressed segments and an index.

        Args:
            folder: An empty folder.
            previous: Folder of the checkpoint before: whole segments in it are linked, not written again.

        Raises:
            RunError: If they cannot be written.
        """
        Segments(self).save(folder, previous)

    def load_segments(self, folder: Path) -> None:
        """Take over the steps that :meth:`save_segments` wrote.

        Raises:
            RunError: If something is missing, damaged, or from a memory of another size; nothing is changed then.
        """
        Segments(self).load(folder)


class StepMemory(Remembering, ReplayBuffer):
    """SB3's replay buffer."""


class StepsMemory(Remembering, NStepReplayBuffer):
    """SB3's replay buffer of n-step returns."""


class Framed:
    """Put before a memory: pictures are stored once. All of SB3's sampling stays as it is.

    Args:
        buffer_size: Steps of all games together.
        observation_space: Stacks of pictures.
        action_space: Actions.
        device: Where drawn batches go.
        n_envs: Games.
        kwargs: As SB3's.
    """

    def __init__(
        self,
        buffer_size: int,
        observation_space: spaces.Box,
        action_space: spaces.Space[Any],
        device: Any = "auto",
        n_envs: int = 1,
        **kwargs: Any,
    ) -> None:
        # SB3 would make room for two stacks a step, and warn that there is none.
        one = spaces.Box(0, 255, (1,), np.uint8)
        super().__init__(buffer_size, one, action_space, device, n_envs=n_envs, **kwargs)  # type: ignore[call-arg]
        self.observation_space = observation_space
        self.obs_shape = observation_space.shape
        self.store = FrameStore(self.buffer_size, n_envs, observation_space.shape)  # type: ignore[attr-defined]
        self.observations = Stacks(self.store)
        self.next_observations = Stacks(self.store, self.observations)


class FrameMemory(Framed, StepMemory):  # type: ignore[misc]  # what stands for SB3's arrays is none
    """SB3's replay buffer with pictures stored once."""


class FrameStepsMemory(Framed, StepsMemory):  # type: ignore[misc]  # as above
    """SB3's replay buffer of n-step returns with pictures stored once."""
