"""Many games in a world of tables at once: all of them take their step in a few operations on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env.base_vec_env import VecEnvStepReturn

from agents.deep.games_vec_env import GamesVecEnv
from arena.environments.atari.games import FinishedGame
from arena.environments.world import World


class TableVecEnv(GamesVecEnv):
    """N games in one world; what is seen is the number of the state, which SB3 turns into a one-hot vector.

    Draws come from the arrays that the tabular learners and the exact solution read. Each game has random numbers of
    its own, so games begun with the same seed have the same luck as long as they take as many steps.

    Args:
        world: The world.
        count: N.
        run_seed: Seed of the run.
        clip_rewards: Whether the learner gets the sign of a reward instead of the reward.
    """

    def __init__(self, world: World, count: int, *, run_seed: int, clip_rewards: bool = False) -> None:
        model = world.model
        super().__init__(
            count, spaces.Discrete(model.states), model.actions, run_seed=run_seed, clip_rewards=clip_rewards
        )
        self.world = world
        self._luck = [np.random.default_rng(0)] * count
        self._states = np.zeros(count, np.int64)
        self._scores = np.zeros(count)
        self._lengths = np.zeros(count, np.int64)
        self._actions = np.zeros(count, np.int64)

    def begin(self, seeds: NDArray[np.int64]) -> NDArray[np.int64]:
        """Begin new games; each seed settles the luck of one."""
        self._luck = [np.random.default_rng(int(seed)) for seed in seeds]
        self._scores[:] = 0.0
        self._lengths[:] = 0
        self._states = self._started_in(np.arange(self.num_envs))
        return self._states.copy()

    def step_async(self, actions: NDArray[np.integer]) -> None:
        """Take note of the actions."""
        self._actions = np.asarray(actions, np.int64)

    def step_wait(self) -> VecEnvStepReturn:
        """Let all games do the step."""
        model = self.world.model
        now = self._states, self._actions
        drawn = np.array([luck.random() for luck in self._luck])
        outcome = (model.cumulative[now] <= drawn[:, None]).sum(axis=1)
        rewards = model.reward[(*now, outcome)]
        terminated = model.terminated[(*now, outcome)]
        self._states = model.next_state[(*now, outcome)].astype(np.int64)
        self._scores += rewards
        self._lengths += 1
        truncated = ~terminated & (self._lengths >= model.step_limit)
        dones = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        if dones.any():
            self._end(np.flatnonzero(dones), truncated, infos)
        learned_from = np.sign(rewards) if self.clip_rewards else rewards
        return self._states.copy(), learned_from.astype(np.float32), dones, infos

    def _end(self, ended: NDArray[np.intp], truncated: NDArray[np.bool_], infos: list[dict[str, Any]]) -> None:
        finished = []
        for game in ended:
            infos[game]["terminal_observation"] = self._states[game]
            infos[game]["TimeLimit.truncated"] = bool(truncated[game])
            length = int(self._lengths[game])
            finished.append(
                FinishedGame(
                    index=int(game),
                    score=float(self._scores[game]),
                    length=length,
                    frames=length,
                    truncated=bool(truncated[game]),
                )
            )
        self.count_finished(finished, infos)
        self._scores[ended] = 0.0
        self._lengths[ended] = 0
        self._states[ended] = self._started_in(ended)

    def _started_in(self, games: NDArray[np.intp]) -> NDArray[np.int64]:
        model = self.world.model
        drawn = np.array([self._luck[game].random() for game in games])
        return model.start_states[np.searchsorted(model.start_cumulative, drawn, side="right")].astype(np.int64)
