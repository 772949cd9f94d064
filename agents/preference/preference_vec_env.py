"""The games as a learner from preferences sees them: r̂ in place of the reward, and ends that tell nothing.

**The reward.** SB3 gets normalised r̂(o, a). The true reward goes into :class:`~agents.preference.cutting.RecentSteps`,
for synthetic teachers and for curves, and nowhere else. Raw scores of whole games stay in ``info["episode"]``.

**The end of a game.** A learner whose values are 0 after an end has been told something that nobody said: with an r̂
that happens to be positive it would flee every end, with a negative one it would seek them, and a constant added to r̂,
which comparisons cannot tell apart, would change what is best. Christiano et al. 2017 (appendix A) therefore let
episodes never end. There are two ways here:

``hidden`` (the paper's, and ours for Atari games)
    The learner is never told of an end: the next game is just the next thing it sees. A lost life is none either.

``rest`` (for worlds of states and other short games)
    A world whose steps cost something gives no sign at all of its goal under the paper's way: what is good about the
    goal *is* that it is over. So a game that is over stays over, in a clip (which goes on showing the last cell, with
    the action −1) as for the learner: being there is worth r̂(o_end, −1) in every step, for ever. That sum is
    γ r̂ / (1 − γ) and is paid with the last step. What an end is worth is thus exactly what the answers say, and a
    constant added to r̂ changes no policy. A game cut off at its step limit is not over: SB3 goes on with its own
    value of the last observation.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnvWrapper
from stable_baselines3.common.vec_env.base_vec_env import VecEnvObs, VecEnvStepReturn

from agents.deep.games_vec_env import GamesVecEnv
from agents.preference.cutting import RecentSteps
from agents.preference.reward_network import OVER

Floats = NDArray[np.float32]

_MOST_PATIENT = 0.999
"""With γ = 1 being somewhere for ever would be worth infinitely much."""


class Rewarding(Protocol):
    """Whoever says what a step is worth."""

    def reward(self, observations: NDArray[Any], actions: NDArray[np.int64]) -> Floats:
        """Return ``float32 [B]`` of B observations and actions."""


class Straying(Protocol):
    """Whoever says how far a policy has strayed from its reference."""

    def price(self, observations: NDArray[Any], actions: NDArray[np.int64]) -> Floats:
        """Return what it costs, ``float32 [B]``."""


class PreferenceVecEnv(VecEnvWrapper):
    """N games that pay r̂.

    Args:
        games: The games; their true rewards are recorded raw.
        rewards: r̂.
        recent: Takes in every step.
        gamma: Discount of the learner, for ``rest``.
        rests: Whether ends are ``rest``; else they are ``hidden``.

    Attributes:
        straying: Price of straying from a reference policy; ``None`` for none.
        clip_rewards: Set by live changes of a deep run; r̂ is never clipped.
    """

    venv: GamesVecEnv

    def __init__(
        self, games: GamesVecEnv, rewards: Rewarding, recent: RecentSteps, *, gamma: float, rests: bool
    ) -> None:
        games.clip_rewards = False
        super().__init__(games)
        self.rewards = rewards
        self.recent = recent
        self.gamma = gamma
        self.rests = rests
        self.straying: Straying | None = None
        self.clip_rewards = False
        self.clock = 0
        self.predicted = np.zeros(self.num_envs)
        """Σ r̂ of each game so far, ``float64 [N]``."""
        self.ended: list[tuple[float, float]] = []
        """Predicted and true score of the games that ended, until they are taken."""
        self._seen: NDArray[Any] = np.zeros(0)
        self._actions = np.zeros(self.num_envs, np.int64)

    def reset(self) -> VecEnvObs:
        """Begin new games."""
        seen = self.venv.reset()
        self._seen = np.array(seen, copy=True)
        self.predicted[:] = 0.0
        self.recent.forget()
        return seen

    def step_async(self, actions: NDArray[Any]) -> None:
        """Send the actions."""
        self._actions = np.asarray(actions, np.int64).copy()
        self.venv.step_async(actions)

    def step_wait(self) -> VecEnvStepReturn:
        """Let all games do the step, and say what it is worth by the answers."""
        seen, paid, dones, infos = self.venv.step_wait()
        cut = dones & np.array([bool(info.get("TimeLimit.truncated", False)) for info in infos])
        over = dones & ~cut
        whole = np.array(["episode" in info for info in infos])
        # A lost life is a step like any other: only whole games end.
        ended = over & whole
        last = [info.get("terminal_observation") for info in infos]
        self.recent.add(self._seen, self._actions, paid, ended, cut, last, self.clock)
        self.clock += self.num_envs
        worth = self.rewards.reward(self._seen, self._actions).astype(np.float32)
        self.predicted += worth
        for game in np.flatnonzero(whole):
            self.ended.append((float(self.predicted[game]), float(infos[game]["episode"]["r"])))
            self.predicted[game] = 0.0
        if self.straying is not None:
            worth = worth - self.straying.price(self._seen, self._actions)
        if self.rests:
            self._rest(worth, ended, last)
            told = ended | cut
        else:
            told = np.zeros_like(dones)
            for info in infos:
                info.pop("terminal_observation", None)
                info.pop("TimeLimit.truncated", None)
        self._seen = np.array(seen, copy=True)
        return seen, worth, told, infos

    def _rest(self, worth: Floats, ended: NDArray[np.bool_], last: list[Any]) -> None:
        games = np.flatnonzero(ended)
        if not len(games):
            return
        where = np.stack([np.asarray(last[game]) for game in games])
        there = self.rewards.reward(where, np.full(len(games), OVER, np.int64))
        patience = min(self.gamma, _MOST_PATIENT)
        worth[games] += there * patience / (1.0 - patience)

    def take_ended(self) -> list[tuple[float, float]]:
        """Return predicted and true score of the games that ended since this was last asked."""
        ended, self.ended = self.ended, []
        return ended
