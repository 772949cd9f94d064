"""The games of training, counted as people count them: whole games, raw scores."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.statistics.intervals import mean_interval

AVERAGED = 100
"""Games a mean score is taken over, as everybody does."""


class GamesPlayed:
    """Takes in every step of all games.

    Args:
        count: Games played at once.

    Attributes:
        games: Whole games that have ended.
        best: Highest score so far, ``None`` before the first game has ended.
    """

    def __init__(self, count: int) -> None:
        self.games = 0
        self.best: float | None = None
        self._recent: deque[tuple[float, int]] = deque(maxlen=AVERAGED)
        self._rewards: deque[float] = deque(maxlen=AVERAGED)
        self._new: list[tuple[float, int, int]] = []
        self.episode_reward = np.zeros(count)
        """Reward of each game's episode so far, as the learner gets it, ``float64 [N]``."""
        self.episode_length = np.zeros(count, np.int64)
        """Steps of each game's episode so far, ``int64 [N]``."""
        self.last_reward = 0.0
        """Reward of the newest episode of training that ended."""
        self.last_length = 0
        """Its steps."""

    def take(
        self, rewards: NDArray[Any], dones: NDArray[Any], infos: Sequence[Mapping[str, Any]], env_steps: int
    ) -> None:
        """Take in one step of all games.

        Args:
            rewards: ``float [N]``, as the learner gets them.
            dones: ``bool [N]``: an episode of training ended, which may be a life.
            infos: ``episode`` in one of them: a whole game ended, with its raw score ``r`` and its length ``l``.
            env_steps: The clock.
        """
        self.episode_reward += rewards
        self.episode_length += 1
        if dones.any():
            for index in np.flatnonzero(dones):
                self.last_reward = float(self.episode_reward[index])
                self.last_length = int(self.episode_length[index])
                self._rewards.append(self.last_reward)
            self.episode_reward[dones] = 0.0
            self.episode_length[dones] = 0
        for info in infos:
            if "episode" in info:
                self._end(float(info["episode"]["r"]), int(info["episode"]["l"]), env_steps)

    def _end(self, score: float, length: int, env_steps: int) -> None:
        self.games += 1
        self.best = score if self.best is None else max(self.best, score)
        self._recent.append((score, length))
        self._new.append((score, length, env_steps))

    def cut_off(self) -> None:
        """Forget the episodes that are being played: new games begin."""
        self.episode_reward[:] = 0.0
        self.episode_length[:] = 0

    @property
    def score(self) -> float | None:
        """Mean score of the last games, ``None`` before one has ended."""
        return float(np.mean([score for score, _ in self._recent])) if self._recent else None

    @property
    def length(self) -> float | None:
        """Mean length of the last games, ``None`` before one has ended."""
        return float(np.mean([length for _, length in self._recent])) if self._recent else None

    def row(self, env_steps: int) -> tuple[float, ...] | None:
        """Return a row of :data:`arena.protocol.training_messages.SCORE_COLUMNS`; ``None`` before two games ended."""
        if len(self._recent) < 2 or self.length is None:
            # One game says nothing of how sure its score is.
            return None
        mean, _, low, high = mean_interval([score for score, _ in self._recent])
        reward = float(np.mean(self._rewards)) if self._rewards else 0.0
        return (float(env_steps), float(self.games), mean, low, high, self.length, reward)

    def take_new(self) -> list[tuple[float, int, int]]:
        """Return score, length and clock of the games that ended since this was last asked, in order."""
        new, self._new = self._new, []
        return new

    # ── for checkpoints, and for a rollout that is dropped ─────────────────────────────────────────────────────────

    def plain(self) -> dict[str, Any]:
        """Return what must be known to go on, ready for JSON."""
        return {
            "games": self.games,
            "best": self.best,
            "recent": [list(pair) for pair in self._recent],
            "rewards": list(self._rewards),
        }

    def go_on(self, plain: Mapping[str, Any]) -> None:
        """Set everything back to what :meth:`plain` returned; episodes that are being played are cut off."""
        kept = deepcopy(dict(plain))
        self.games = int(kept["games"])
        self.best = None if kept["best"] is None else float(kept["best"])
        self._recent = deque(((float(score), int(length)) for score, length in kept["recent"]), maxlen=AVERAGED)
        self._rewards = deque((float(reward) for reward in kept["rewards"]), maxlen=AVERAGED)
        self._new = []
        self.cut_off()
