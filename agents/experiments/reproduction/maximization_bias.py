"""Maximisation bias, Sutton & Barto 2018, example 6.7: Q-learning runs after luck, Double Q-learning hardly does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import Floats, Problem
from agents.experiments.reproduction.worlds import CHOICES, maximization
from agents.tabular.arrays import Records, new_records
from agents.tabular.learner import TabularLearner, new_stop

EPISODES, LATE = 300, 20
"""Episodes of a run, and those at its end that are compared."""

SIDES = (slice(0, CHOICES // 2), slice(CHOICES // 2, CHOICES))
"""Names of the two ways out of A: left, right."""


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
        ticks = played(self.ready[curve].learner(seed)).ticks
        first = ticks["action"][ticks["state"] == 0][:EPISODES]
        return np.where(first < SIDES[0].stop, 100.0, 0.0), np.zeros(0)

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        assert len(extras) == len(curves)
        q_learning, double = (each.mean(axis=0) for each in curves)
        return {
            "q_peak": float(q_learning.max()),
            "q_late": float(q_learning[-LATE:].mean()),
            "double_peak": float(double.max()),
            "double_late": float(double[-LATE:].mean()),
        }


def played(learner: TabularLearner) -> Records:
    """Learn for so many episodes as a figure needs, and return everything that happened; later rows have state −1."""
    # Every episode has one or two steps, and each of them one update.
    records = new_records(ticks=2 * EPISODES, updates=2 * EPISODES, blocks=EPISODES)
    records.ticks["state"] = -1
    stop = new_stop()
    for episode in range(EPISODES):
        first = records.used[0]
        stop["on_episode"] = episode + 1
        learner.advance(2 * EPISODES, stop, records)
        _name_alike(learner, int(records.ticks["action"][first]))
    return records


def _name_alike(learner: TabularLearner, action: int) -> None:
    """Give all names of a way out of A the value one of them has just learned.

    A world has as many actions in each state, so left and right have five names each in A. With one value for all names
    of a side the agent is in the book's world with two actions: a greedy choice between names of one side, a random one
    and a tie of both sides come out as there. Were the names learned apart, the maximum over five of them would be a
    second source of the very bias that is to be seen.
    """
    side = SIDES[0] if action < SIDES[0].stop else SIDES[1]
    for table in (learner.tables.q, learner.memory.q1, learner.memory.q2):
        if len(table):
            table[0, side] = table[0, action]
