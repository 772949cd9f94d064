"""Random walk, Sutton & Barto 2018, example 6.2: TD(0) against constant-α Monte Carlo, error over episodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import LONG, Floats, Problem, errors_of
from agents.experiments.reproduction.worlds import random_walk

EPISODES, STATES = 100, 5
TD, MC = (0.05, 0.1, 0.15), (0.01, 0.02, 0.04)
"""Step sizes."""


class RandomWalk(Problem):
    """Curves: three step sizes of TD, three of Monte Carlo. Over episodes: the root mean square error over states."""

    def __init__(self) -> None:
        self.x = np.arange(EPISODES + 1.0)
        self._true = np.arange(1, STATES + 1) / (STATES + 1)
        world = random_walk(STATES, 0.0, 1.0, LONG)
        pairs = [("sarsa", alpha) for alpha in TD] + [("monte_carlo", alpha) for alpha in MC]
        super().__init__(
            [
                Candidate(
                    env_id=world.env_id,
                    agent=agent,
                    hyperparameters={"alpha": alpha, "gamma": 1.0, "initial_value": 0.5},
                )
                for agent, alpha in pairs
            ],
            world,
        )

    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        made = errors_of(self.ready[curve].learner(seed), self._true, EPISODES, stopped)
        return None if made is None else (made, np.zeros(0))

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        assert len(extras) == len(curves)
        mean = np.array([each.mean(axis=0) for each in curves])
        td, mc = mean[: len(TD)].min(axis=0), mean[len(TD) :].min(axis=0)
        return {
            "start": float(mean[0, 0]),
            **{f"td{place}": float(mean[place, -1]) for place in range(len(TD))},
            **{f"mc{place}": float(mean[len(TD) + place, -1]) for place in range(len(MC))},
            "ahead": float((td[1:] < mc[1:]).mean() * 100.0),
        }
