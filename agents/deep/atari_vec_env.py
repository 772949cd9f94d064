"""Atari games as a ``VecEnv`` of Stable-Baselines3: clipped rewards to learn from, raw whole-game scores to tell."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env.base_vec_env import VecEnv, VecEnvIndices, VecEnvStepReturn

from arena.environments.atari.games import AtariGames, FinishedGame
from arena.environments.atari.objects_games import ObjectsGames
from arena.environments.atari.seeds import seeds_of


class AtariVecEnv(VecEnv):
    """What SB3's algorithms see of the games.

    Rewards are clipped to their sign (Mnih et al. 2015), episodes end with a life. ``info["episode"]``, which SB3
    averages as ``rollout/ep_rew_mean``, is there at the end of a *whole game* only, with its raw score ``r`` and its
    length ``l``.

    Args:
        games: The games; this closes them.
        run_seed: Seed of the run.
        clip_rewards: Whether the learner gets the sign of a reward instead of the reward.
    """

    def __init__(self, games: AtariGames | ObjectsGames, *, run_seed: int, clip_rewards: bool = True) -> None:
        self.render_mode = None
        super().__init__(games.count, games.observation_space, spaces.Discrete(len(games.action_names)))
        self.games = games
        self.run_seed = run_seed
        self.clip_rewards = clip_rewards
        self.checkpoint = 0
        self._finished: list[FinishedGame] = []
        self._started = time.time()

    def reset(self) -> NDArray[np.generic]:
        """Begin new games with the seeds of the checkpoint the run stands at."""
        return self.games.reset(seeds_of(self.run_seed, self.checkpoint, self.num_envs))

    def step_async(self, actions: NDArray[np.integer]) -> None:
        """Send the actions; the games play until :meth:`step_wait`."""
        self.games.send(actions)

    def step_wait(self) -> VecEnvStepReturn:
        """Wait for the step that was sent."""
        step = self.games.recv()
        dones = step.terminated | step.truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        if step.last_observations is not None:
            for game in np.flatnonzero(dones):
                infos[game]["terminal_observation"] = step.last_observations[game]
                infos[game]["TimeLimit.truncated"] = bool(step.truncated[game])
        for whole in step.finished:
            infos[whole.index]["episode"] = {"r": whole.score, "l": whole.length, "t": time.time() - self._started}
        self._finished.extend(step.finished)
        rewards = np.sign(step.rewards) if self.clip_rewards else step.rewards
        return step.observations, rewards, dones, infos

    def take_finished(self) -> list[FinishedGame]:
        """Return the games that ended since this was last asked, in order."""
        finished, self._finished = self._finished, []
        return finished

    def close(self) -> None:
        """End the emulators."""
        self.games.close()

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
        """Say that no game has a Gymnasium wrapper: what wrappers do is done in C++ and in :class:`AtariGames`."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[None]:
        """Say that there are no pictures: watching has an emulator of its own."""
        return [None] * self.num_envs
