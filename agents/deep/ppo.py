"""PPO (Schulman et al. 2017): Stable-Baselines3's algorithm, with the number of threads that suits each half of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from stable_baselines3 import PPO


class ThreadedPPO(PPO):
    """SB3's PPO; choosing actions and learning use different numbers of threads.

    A forward pass of eight pictures takes 3 ms: sharing it between two threads gains little and, where other programs
    want the cores, costs a wait for the slower one at every layer. A learning batch of 256 gains. Both numbers are
    part of what makes a run repeatable.

    Args:
        acting_threads: Threads while games are played.
        learning_threads: Threads while the network learns.
        args: As SB3's PPO.
        kwargs: As SB3's PPO.
    """

    def __init__(self, *args: Any, acting_threads: int = 1, learning_threads: int = 2, **kwargs: Any) -> None:
        self.acting_threads = acting_threads
        self.learning_threads = learning_threads
        super().__init__(*args, **kwargs)

    def collect_rollouts(self, *args: Any, **kwargs: Any) -> bool:
        """Play as SB3 does, with :attr:`acting_threads`."""
        with torch_threads(self.acting_threads):
            return super().collect_rollouts(*args, **kwargs)

    def train(self) -> None:
        """Learn as SB3 does, with :attr:`learning_threads`."""
        with torch_threads(self.learning_threads):
            super().train()


@contextlib.contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Compute with that many threads inside the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
