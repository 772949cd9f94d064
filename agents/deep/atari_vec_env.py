"""Atari games as a ``VecEnv`` of Stable-Baselines3: clipped rewards to learn from, raw whole-game scores to tell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env.base_vec_env import VecEnvStepReturn

from agents.deep.games_vec_env import GamesVecEnv
from arena.environments.atari.games import AtariGames
from arena.environments.atari.objects_games import ObjectsGames


class AtariVecEnv(GamesVecEnv):
    """What SB3's algorithms see of the games.

    Rewards are clipped to their sign (Mnih et al. 2015), episodes end with a life.

    Args:
        games: The games; this closes them.
        run_seed: Seed of the run.
        clip_rewards: Whether the learner gets the sign of a reward instead of the reward.
    """

    def __init__(self, games: AtariGames | ObjectsGames, *, run_seed: int, clip_rewards: bool = True) -> None:
        super().__init__(
            games.count,
            games.observation_space,
            len(games.action_names),
            run_seed=run_seed,
            clip_rewards=clip_rewards,
        )
        self.games = games

    def begin(self, seeds: NDArray[np.int64]) -> NDArray[np.generic]:
        """Begin new games on emulators with these seeds."""
        return self.games.reset(seeds)

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
        self.count_finished(step.finished, infos)
        rewards = np.sign(step.rewards) if self.clip_rewards else step.rewards
        return step.observations, rewards, dones, infos

    def close(self) -> None:
        """End the emulators."""
        self.games.close()
