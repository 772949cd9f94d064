"""Cliff walking, Sutton & Barto 2018, example 6.6: SARSA earns more while learning, Q-learning finds the best path."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import LONG, Floats, Problem, episodes_of
from agents.tabular.play import one_episode

EPISODES, POOLED, LATE = 500, 10, 100
"""Episodes of a run, how many make a point, and those at the end that the plot's level is read off."""

SETTINGS = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1}


class CliffWalking(Problem):
    """Curves: Q-learning, SARSA. Over episodes: the sum of rewards in one, mean of ten; the book smooths too."""

    def __init__(self) -> None:
        self.x = np.arange(POOLED, EPISODES + 1.0, POOLED)
        super().__init__(
            [
                Candidate(env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff", "step_limit": LONG}, agent=name,
                          hyperparameters=SETTINGS)
                for name in ("q_learning", "sarsa")
            ]
        )  # fmt: skip

    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        learner = self.ready[curve].learner(seed)
        made = episodes_of(learner, EPISODES, stopped)
        if made is None:
            return None
        _, path = one_episode(learner.model, learner.q, seed)
        return made[0].reshape(-1, POOLED).mean(axis=1), np.array([path])

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        q_learning, sarsa = (float(each[:, -LATE // POOLED :].mean()) for each in curves)
        # The median: a constant step size shakes the table, and the greedy path of a few runs walks in circles.
        q_path, sarsa_path = (float(np.median(each)) for each in extras)
        return {"q_online": q_learning, "sarsa_online": sarsa, "q_path": q_path, "sarsa_path": sarsa_path}
