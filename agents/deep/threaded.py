"""Acting and learning with the number of threads that suits each, for any of SB3's algorithms."""

from __future__ import annotations

from typing import Any

from agents.deep.ppo import torch_threads


class Threaded:
    """Put before an algorithm of SB3's: plays with one thread, learns with several, see :mod:`agents.deep.ppo`.

    Attributes:
        acting_threads: Threads while games are played.
        learning_threads: Threads while the network learns.
    """

    acting_threads: int = 1
    learning_threads: int = 1

    def collect_rollouts(self, *args: Any, **kwargs: Any) -> Any:
        """Play as the algorithm does."""
        with torch_threads(self.acting_threads):
            return super().collect_rollouts(*args, **kwargs)  # type: ignore[misc]

    def train(self, *args: Any, **kwargs: Any) -> None:
        """Learn as the algorithm does."""
        with torch_threads(self.learning_threads):
            super().train(*args, **kwargs)  # type: ignore[misc]
