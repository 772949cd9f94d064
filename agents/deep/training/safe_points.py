"""Where training can be stopped: after each step of all games, after each minibatch, between two updates."""

from __future__ import annotations

from typing import Any, Protocol

from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback


class Leaving(Exception):  # noqa: N818 - not an error: SB3's loop is left this way, wherever it stands
    """Leave the loop of the algorithm now."""


class Watched(Protocol):
    """Who is told at each safe point; each may block, or raise :class:`Leaving`."""

    def after_step(self, said: dict[str, Any]) -> None:
        """All games have done a step; ``said`` are the local variables of SB3's loop."""

    def after_minibatch(self) -> None:
        """A gradient step has been done."""

    def between_updates(self) -> None:
        """Nothing is half done: a rollout is about to begin."""

    def before_learning(self) -> None:
        """A rollout is complete."""


class SafePoints(BaseCallback):
    """SB3's callback, and the hook of the optimiser.

    Args:
        watched: Who is told.
    """

    def __init__(self, watched: Watched) -> None:
        super().__init__()
        self._watched = watched
        self._hook: Any = None

    def attach(self, model: BaseAlgorithm) -> None:
        """Hear of every gradient step of a learner."""
        self._hook = model.policy.optimizer.register_step_post_hook(lambda *_: self._watched.after_minibatch())

    def detach(self) -> None:
        """Hear of gradient steps no longer."""
        if self._hook is not None:
            self._hook.remove()
            self._hook = None

    def _on_rollout_start(self) -> None:
        self._watched.between_updates()

    def _on_step(self) -> bool:
        self._watched.after_step(self.locals)
        return True

    def _on_rollout_end(self) -> None:
        self._watched.before_learning()
