"""Any Gymnasium environment with numbers to see and a list of actions, N times, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env.base_vec_env import VecEnvStepReturn

from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.gymnasium_game import made, shown, shown_space
from arena.environments.atari.games import FinishedGame


class GymnasiumVecEnv(GamesVecEnv):
    """N environments of one id in this process.

    Args:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.
        count: N.
        run_seed: Seed of the run.
        clip_rewards: Whether the learner gets the sign of a reward instead of the reward.
    """

    def __init__(
        self, env_id: str, env_kwargs: Mapping[str, Any], count: int, *, run_seed: int, clip_rewards: bool = False
    ) -> None:
        self._games = [made(env_id, env_kwargs) for _ in range(count)]
        self._seen = self._games[0].observation_space
        actions = self._games[0].action_space
        assert isinstance(actions, spaces.Discrete)
        self._first_action = int(actions.start)
        space = shown_space(self._seen)
        super().__init__(count, space, int(actions.n), run_seed=run_seed, clip_rewards=clip_rewards)
        self._scores = np.zeros(count)
        self._lengths = np.zeros(count, np.int64)
        self._actions = np.zeros(count, np.int64)

    def begin(self, seeds: NDArray[np.int64]) -> NDArray[np.generic]:
        """Begin new games; each seed settles the luck of one."""
        self._scores[:] = 0.0
        self._lengths[:] = 0
        return np.stack(
            [shown(self._seen, game.reset(seed=int(seed))[0]) for game, seed in zip(self._games, seeds, strict=True)]
        )

    def step_async(self, actions: NDArray[np.integer]) -> None:
        """Take note of the actions."""
        self._actions = np.asarray(actions, np.int64)

    def step_wait(self) -> VecEnvStepReturn:
        """Let all games do the step, one after the other."""
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        rewards = np.zeros(self.num_envs, np.float32)
        dones = np.zeros(self.num_envs, np.bool_)
        rows = []
        for index, game in enumerate(self._games):
            seen, reward, terminated, truncated, _ = game.step(self._actions[index] + self._first_action)
            rewards[index] = reward
            self._scores[index] += float(reward)
            self._lengths[index] += 1
            row = shown(self._seen, seen)
            if terminated or truncated:
                dones[index] = True
                infos[index]["terminal_observation"] = row
                row = shown(self._seen, self._next_game(index, bool(truncated and not terminated), infos))
            rows.append(row)
        return np.stack(rows), np.sign(rewards) if self.clip_rewards else rewards, dones, infos

    def _next_game(self, index: int, truncated: bool, infos: list[dict[str, Any]]) -> Any:
        infos[index]["TimeLimit.truncated"] = truncated
        length = int(self._lengths[index])
        score = float(self._scores[index])
        whole = FinishedGame(index=index, score=score, length=length, frames=length, truncated=truncated)
        self.count_finished([whole], infos)
        self._scores[index] = 0.0
        self._lengths[index] = 0
        return self._games[index].reset()[0]

    def close(self) -> None:
        """Close the environments."""
        for game in self._games:
            game.close()
