"""Compiles every kernel once, so that the first click does not wait: ``python -m agents.tabular.warm_up``."""

from __future__ import annotations

import contextlib

import numpy as np

from agents.catalog import TABULAR
from agents.tabular.arrays import UPDATE, new_records
from agents.tabular.compiled import CACHE
from agents.tabular.exact import greedy_policy, policy_values, solve
from agents.tabular.landmarks import last_policy_change
from agents.tabular.learner import new_stop
from agents.tabular.play import play_episodes
from agents.tabular.recorded_kernel import warm_up_recorded
from arena.environments.world import Transition, TransitionModel

_DONE = "all-compiled"
"""A file beside the compiled kernels: the last of them was compiled too."""


def is_warm() -> bool:
    """Say whether compiled kernels of these very sources lie on disk."""
    return CACHE is not None and (CACHE / _DONE).exists()


def warm_up() -> None:
    """Run every kernel for a few steps on a world of two states."""
    stay: list[Transition] = [(1.0, 1, 0.0, True)]
    go: list[Transition] = [(0.5, 0, 0.0, False), (0.5, 1, 1.0, True)]
    model = TransitionModel.from_table({0: {0: go, 1: go}, 1: {0: stay, 1: stay}}, {0: 1.0}, 10)
    for entry in TABULAR:
        learner = entry.learner_class()(
            rule=entry.rule, config_class=entry.config_class(), model=model, hyperparameters={}, seed=0
        )
        learner.advance(10, new_stop(), new_records())
    last_policy_change(np.zeros((2, 2)), np.zeros(1, UPDATE))
    warm_up_recorded(model)
    solution = solve(model, 0.9)
    policy_values(model, greedy_policy(solution.q), 0.9)
    play_episodes(model, solution.q, 2, seed=0)
    if CACHE is not None:
        with contextlib.suppress(OSError):
            (CACHE / _DONE).touch()


if __name__ == "__main__":
    warm_up()
