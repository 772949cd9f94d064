"""What every figure of the book needs of its problem: settings, one run as a curve, and numbers from many runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from agents.experiments.plan import Candidate
from agents.experiments.ready import Ready, ready_in
from agents.tabular.arrays import new_records
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.environments.world import World

Floats = NDArray[np.float64]

LONG = 100_000
"""A step limit nobody reaches: the book's episodes end at their goal only."""

BLOCKS = 2_048


class Problem(ABC):
    """A figure's problem, made ready to be run with any seed.

    Args:
        candidates: The setting behind each curve.
        world: The world of all of them, where it is none that has an id.

    Attributes:
        x: ``float64 [P]``, where the curves have points.
    """

    x: Floats

    def __init__(self, candidates: Sequence[Candidate], world: World | None = None) -> None:
        # All curves of a figure are of the same world.
        shared = world if world is not None else make_world(candidates[0].env_id, candidates[0].env_kwargs)
        self.ready: tuple[Ready, ...] = tuple(ready_in(each, shared) for each in candidates)

    @property
    def curves(self) -> int:
        """How many curves the figure has."""
        return len(self.ready)

    @abstractmethod
    def sample(self, curve: int, seed: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
        """Learn once.

        Args:
            curve: Place of the curve.
            seed: Seed of all random numbers of the run.
            stopped: Whether somebody wants to stop.

        Returns:
            Its curve ``float64 [P]`` and what else is read off the run, ``float64 [E]``; ``None`` if it was stopped.
        """

    @abstractmethod
    def numbers(self, curves: Sequence[Floats], extras: Sequence[Floats]) -> dict[str, float]:
        """Return the numbers that are compared with the book's, by name.

        Args:
            curves: ``float64 [N, P]`` of each curve, N ≥ 1 runs.
            extras: ``float64 [N, E]`` of each curve.
        """


def episodes_of(learner: TabularLearner, episodes: int, stopped: Callable[[], bool]) -> tuple[Floats, Floats] | None:
    """Learn for so many episodes, at most a thousand.

    Returns:
        Return and length of each, ``float64 [episodes]``; ``None`` if it was stopped.
    """
    records = new_records(blocks=BLOCKS)
    while int(learner.counters["episode"]) < episodes:
        if stopped():
            return None
        learner.advance(learner.tick + LONG, new_stop(on_episode=episodes), records)
    made = records.blocks[: records.used[2]]
    return made["return_mean"].copy(), made["length_mean"].copy()


def errors_of(learner: TabularLearner, true: Floats, episodes: int, stopped: Callable[[], bool]) -> Floats | None:
    """Learn for so many episodes in a world with one action, and measure the values after each.

    Args:
        learner: As it is before its first step.
        true: ``float64 [S]`` true value of each state.
        episodes: At most a thousand.
        stopped: Whether somebody wants to stop.

    Returns:
        Root of the mean square error over the states before the first and after each episode, ``float64
        [episodes + 1]``; ``None`` if it was stopped.
    """
    if stopped():
        return None
    records = new_records(blocks=episodes + 1)
    errors = np.empty(episodes + 1)
    for episode in range(episodes + 1):
        if episode:
            learner.advance(learner.tick + LONG, new_stop(on_episode=episode), records)
        errors[episode] = np.sqrt(np.mean((learner.q[:, 0] - true) ** 2))
    return errors
