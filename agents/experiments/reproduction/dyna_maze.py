"""Dyna maze, Sutton & Barto 2018, example 8.1: the more steps are imagined, the fewer real episodes it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import LONG, Floats, Problem, episodes_of
from agents.tabular.play import one_episode

EPISODES = 50
PLANNING = (0, 5, 50)
"""Imagined steps after each real one."""

NEAR = 20.0
"""Steps of an episode from which on it counts as near the optimum: 14, and what exploration costs on the way."""


class DynaMaze(Problem):
    """Curves: 0, 5 and 50 imagined steps. Over episodes from the second on, as in the book: real steps."""

    def __init__(self) -> None:
        self.x = np.arange(2.0, EPISODES + 1)
        settings = {"alpha": 0.1, "gamma": 0.95, "epsilon": 0.1}
        super().__init__(
            [
                Candidate(
                    env_id="Arena/GridWorld-v0",
                    env_kwargs={"map": "dyna_maze", "step_limit": LONG},
                    agent="dyna_q",
                    hyperparameters={**settings, "planning_steps": steps},
                )
                for steps in PLANNING
            ]
        )

    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        learner = self.ready[curve].learner(seed)
        made = episodes_of(learner, EPISODES, stopped)
        if made is None:
            return None
        trail, _ = one_episode(learner.model, learner.q, seed)
        return made[1][1:], np.array([made[1][0], len(trail) - 1.0])

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        found = {f"near{place}": self._near(curve.mean(axis=0)) for place, curve in enumerate(curves)}
        # Nothing is known in the first episode, so it is the same for all curves: one of them counts.
        return {**found, "first": float(extras[0][:, 0].mean()), "path": float(np.median(extras[-1][:, 1]))}

    def _near(self, steps: Floats) -> float:
        """Return the first episode whose mean over seeds is near the optimum; one past the last if there is none."""
        near = np.flatnonzero(steps <= NEAR)
        return float(self.x[near[0]]) if near.size else EPISODES + 1.0
