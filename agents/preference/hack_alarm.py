"""Notices when an agent games its reward model: what the model predicts rises while the true score falls."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

GAMES = 40
"""Games of the newer and of the older half that are compared."""

SURE = 3.0
"""Standard errors that both means must have moved by: one alarm in thousands of comparisons by chance."""


class HackAlarm:
    """Watches predicted and true scores of whole games (Amodei et al. 2016, "reward hacking").

    Attributes:
        told: Games after which it was raised last; −1 for never.
    """

    def __init__(self) -> None:
        self._games: deque[tuple[float, float]] = deque(maxlen=2 * GAMES)
        self._seen = 0
        self.told = -1

    def take(self, predicted: float, true: float) -> bool:
        """Take in a game that ended.

        Args:
            predicted: Its score by r̂.
            true: Its true score.

        Returns:
            Whether there is reason for an alarm now; not again before as many games more have ended.
        """
        self._seen += 1
        self._games.append((predicted, true))
        if len(self._games) < 2 * GAMES or (self.told >= 0 and self._seen - self.told < 2 * GAMES):
            return False
        games = np.array(self._games)
        rising = _moved(games[:GAMES, 0], games[GAMES:, 0])
        falling = _moved(games[:GAMES, 1], games[GAMES:, 1])
        if rising < SURE or falling > -SURE:
            return False
        self.told = self._seen
        return True

    def forget(self) -> None:
        """Begin anew: r̂ has changed, so what it predicted before cannot be compared with what it predicts now."""
        self._games.clear()


def _moved(before: np.ndarray, after: np.ndarray) -> float:
    error = math.sqrt(float(before.var(ddof=1) + after.var(ddof=1)) / len(before))
    apart = float(after.mean() - before.mean())
    return apart / error if error > 0.0 else math.copysign(math.inf, apart) if apart else 0.0
