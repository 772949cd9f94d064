"""Windy grid world, Sutton & Barto 2018, example 6.5: how SARSA's episodes become shorter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import BLOCKS, LONG, Floats, Problem
from agents.tabular.arrays import new_records
from agents.tabular.exact import solve, start_value
from agents.tabular.learner import new_stop
from agents.tabular.play import one_episode

STEPS, POINTS, LATE = 8_000, 80, 1_000
"""Time steps of a run, points of its curve, and the steps at its end in which the length of episodes is measured."""


SETTINGS = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1}


class WindyGrid(Problem):
    """One curve: SARSA. Over time steps: how many episodes have ended."""

    def __init__(self) -> None:
        self.x = np.linspace(0.0, STEPS, POINTS + 1)
        super().__init__(
            [
                Candidate(env_id="Arena/GridWorld-v0", env_kwargs={"map": "windy", "step_limit": LONG}, agent="sarsa",
                          hyperparameters=SETTINGS)
            ]
        )  # fmt: skip
        model = self.ready[0].world.model
        soft = solve(model, 1.0, SETTINGS["epsilon"])
        self._soft = -start_value(model, soft.v)

    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        if stopped():
            return None
        learner = self.ready[curve].learner(seed)
        records = new_records(blocks=BLOCKS)
        learner.advance(STEPS, new_stop(), records)
        ends = records.blocks[: records.used[2]]["tick"]
        trail, _ = one_episode(learner.model, learner.q, seed)
        return np.searchsorted(ends, self.x, side="right").astype(np.float64), np.array([len(trail) - 1.0])

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        ended = curves[0].mean(axis=0)
        before = int(np.searchsorted(self.x, STEPS - LATE))
        return {
            "episodes": float(ended[-1]),
            "length": float((self.x[-1] - self.x[before]) / (ended[-1] - ended[before])),
            # The book draws the greedy path of one run; many of ours are still detours or circles then.
            "path": float(extras[0].min()),
            "soft": self._soft,
        }
