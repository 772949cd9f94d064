"""n-step TD on the 19-state random walk, Sutton & Barto 2018, figure 7.2: neither one step nor very many are best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agents.experiments.plan import Candidate
from agents.experiments.reproduction.problem import LONG, Floats, Problem, errors_of
from agents.experiments.reproduction.worlds import random_walk

EPISODES, STATES = 10, 19
SIZES = (1, 2, 4, 8, 16, 32)
"""Steps after which a value moves."""

ALPHAS = np.arange(1, 21) / 20.0


class NStepWalk(Problem):
    """Curves: one n each. Over step sizes: error (root of the mean square over states), mean of the first episodes."""

    def __init__(self) -> None:
        self.x = ALPHAS
        self._true = np.arange(1, STATES + 1) / (STATES + 1) * 2.0 - 1.0
        world = random_walk(STATES, -1.0, 1.0, LONG)
        super().__init__(
            [
                Candidate(
                    env_id=world.env_id,
                    agent="n_step_sarsa",
                    hyperparameters={"n": n, "alpha": alpha, "gamma": 1.0, "initial_value": 0.0},
                )
                for n in SIZES
                for alpha in ALPHAS.tolist()
            ],
            world,
        )

    @property
    def curves(self) -> int:
        return len(SIZES)

    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        found = np.empty(len(ALPHAS))
        for place in range(len(ALPHAS)):
            learner = self.ready[curve * len(ALPHAS) + place].learner(seed)
            errors = errors_of(learner, self._true, EPISODES, stopped)
            if errors is None:
                return None
            found[place] = errors[1:].mean()
        return found, np.zeros(0)

    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        assert len(extras) == len(curves)
        means = [each.mean(axis=0) for each in curves]
        least = np.array([each.min() for each in means])
        best = int(least.argmin())
        errors = {f"error{n}": float(value) for n, value in zip(SIZES, least, strict=True)}
        return {"best_n": float(SIZES[best]), "best_alpha": float(ALPHAS[means[best].argmin()]), **errors}
