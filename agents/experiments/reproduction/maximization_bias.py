"""Maximisation bias, Sutton & Barto 2018, example 6.7: Q-learning runs after luck, Double Q-learning hardly does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import Floats, Problem
from agents.experiments.reproduction.worlds import CHOICES, maximization
from agents.tabular.arrays import new_records
from agents.tabular.learner import new_stop

EPISODES, LATE = 300, 20
"""Episodes of a run, and those at its end that are compared."""


class MaximizationBias(Problem):
    """Curves: Q-learning, Double Q-learning. Over episodes: in how many of a hundred A was left to the left."""

    def __init__(self) -> None:
        self.x = np.arange(1.0, EPISODES + 1)
        world = maximization()
        settings = {"alpha": 0.1, "gamma": 1.0, "epsilon": 0.1}
        super().__init__(
            [
                Candidate(env_id=world.env_id, agent=agent, hyperparameters=settings)
                for agent in ("q_learning", "double_q_learning")
            ],
            world,
        )

    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        if stopped():
            return None
        learner = self.ready[curve].learner(seed)
        # Every episode has one or two steps, and each of them one update.
        records = new_records(ticks=2 * EPISODES, updates=2 * EPISODES, blocks=EPISODES)
        learner.advance(2 * EPISODES, new_stop(on_episode=EPISODES), records)
        ticks = records.ticks[: records.used[0]]
        first = ticks[ticks["state"] == 0]
        return np.where(first["action"] < CHOICES // 2, 100.0, 0.0), np.zeros(0)

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        assert len(extras) == len(curves)
        q_learning, double = (each.mean(axis=0) for each in curves)
        return {
            "q_peak": float(q_learning.max()),
            "q_late": float(q_learning[-LATE:].mean()),
            "double_peak": float(double.max()),
            "double_late": float(double[-LATE:].mean()),
        }
