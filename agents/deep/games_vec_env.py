"""What all vectors of games have in common towards Stable-Baselines3 and towards a run that checkpoints."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env.base_vec_env import VecEnv, VecEnvIndices

from arena.environments.atari.games import FinishedGame
from arena.environments.atari.seeds import seeds_of


class GamesVecEnv(VecEnv):
    """N games with seeds made of a run's seed and the number of its checkpoint.

    ``info["episode"]``, which SB3 averages as ``rollout/ep_rew_mean``, is there at the end of a *whole game* only, with
    its raw score ``r`` and its length ``l``. Games that are begun anew in the middle are not counted.

    Args:
        count: N.
        observation_space: What one game shows.
        actions: Number of actions.
        run_seed: Seed of the run.
        clip_rewards: Whether the learner gets the sign of a reward instead of the reward (Mnih et al. 2015); may be
            changed at any time.

    Attributes:
        checkpoint: Number of the checkpoint the run stands at; :meth:`reset` begins the games that follow it.
        counted: ``bool [N]``, games whose end is told; ``None`` for all. A game that only waits for others to end
            would else be counted more often the shorter it is.
    """

    def __init__(
        self, count: int, observation_space: spaces.Space[Any], actions: int, *, run_seed: int, clip_rewards: bool
    ) -> None:
        self.render_mode = None
        super().__init__(count, observation_space, spaces.Discrete(actions))
        self.run_seed = run_seed
        self.clip_rewards = clip_rewards
        self.checkpoint = 0
        self.counted: NDArray[np.bool_] | None = None
        self._finished: list[FinishedGame] = []
        self._started = time.time()

    def reset(self) -> NDArray[np.generic]:
        """Begin new games with the seeds of the checkpoint the run stands at."""
        return self.begin(seeds_of(self.run_seed, self.checkpoint, self.num_envs))

    def begin(self, seeds: NDArray[np.int64]) -> NDArray[np.generic]:
        """Begin new games.

        Args:
            seeds: ``[N]``, each 1 … 2³¹ − 1; games with the same seed begin in the same way.
        """
        raise NotImplementedError

    def count_finished(self, finished: Sequence[FinishedGame], infos: list[dict[str, Any]]) -> None:
        """Note games that have ended, also in SB3's way."""
        told = [whole for whole in finished if self.counted is None or self.counted[whole.index]]
        for whole in told:
            infos[whole.index]["episode"] = {"r": whole.score, "l": whole.length, "t": time.time() - self._started}
        self._finished.extend(told)

    def take_finished(self) -> list[FinishedGame]:
        """Return the games that ended since this was last asked, in order."""
        finished, self._finished = self._finished, []
        return finished

    def close(self) -> None:
        """End the games."""

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """Return an attribute once per game: all games share it."""
        return [getattr(self, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute; all games share it, so it cannot be set for some of them."""
        if len(list(self._get_indices(indices))) != self.num_envs:
            raise NotImplementedError("the games share all attributes")
        setattr(self, attr_name, value)

    def env_method(
        self, method_name: str, *method_args: Any, indices: VecEnvIndices = None, **kwargs: Any
    ) -> list[Any]:
        """Call a method once; games have no methods of their own."""
        raise NotImplementedError("games in one vector have no methods of their own")

    def env_is_wrapped(self, wrapper_class: type[Any], indices: VecEnvIndices = None) -> list[bool]:  # noqa: ARG002
        """Say that no game has a wrapper of SB3's: what they do is done here."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[None]:
        """Say that there are no pictures: watching has a game of its own."""
        return [None] * self.num_envs
