"""Worlds the tests of tabular learners share."""

from __future__ import annotations

import numpy as np

from arena.environments.world import Transition, TransitionModel


def random_world(seed: int, *, states: int = 8, actions: int = 3, step_limit: int = 30) -> TransitionModel:
    """Make a random episodic world: two outcomes a pair, the last state ends the episode.

    Rewards lie in [−1, 1]; every pair has at least 10 % chance to end, so values stay small and learning is quick.
    """
    luck = np.random.default_rng(seed)
    end = states - 1
    table: dict[int, dict[int, list[Transition]]] = {}
    for s in range(end):
        table[s] = {}
        for a in range(actions):
            first, second = luck.integers(0, end, 2)
            p = luck.uniform(0.2, 0.7)
            r = luck.uniform(-1, 1, 3)
            table[s][a] = [
                (p, int(first), float(r[0]), False),
                (0.9 - p, int(second), float(r[1]), False),
                (0.1, end, float(r[2]), True),
            ]
    table[end] = {a: [(1.0, end, 0.0, True)] for a in range(actions)}
    return TransitionModel.from_table(table, {s: 1 / end for s in range(end)}, step_limit)


def corridor(length: int = 6, *, step_limit: int = 50) -> TransitionModel:
    """Make a deterministic corridor: start left, −1 a step, the right end is the goal; action 0 left, 1 right."""
    table: dict[int, dict[int, list[Transition]]] = {}
    for s in range(length - 1):
        table[s] = {
            0: [(1.0, max(0, s - 1), -1.0, False)],
            1: [(1.0, s + 1, -1.0, s + 1 == length - 1)],
        }
    table[length - 1] = {a: [(1.0, length - 1, 0.0, True)] for a in (0, 1)}
    return TransitionModel.from_table(table, {0: 1.0}, step_limit)
