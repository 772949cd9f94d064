"""The random numbers an agent gets: those of the run, so that the same seed means the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from agents.tabular.random_numbers import ACTION, EXPLORE
from agents.tabular.recorded_kernel import drawn_number

T = TypeVar("T")

_LEARNING = 2**32
"""Draws made while learning are set apart from those made while choosing in the same step."""


class Luck:
    """Draws for one step after another. The first draws of a choice are those the built-in agents make at that step.

    Args:
        key: ``uint64`` of the run's seed.
    """

    __slots__ = ("_choices", "_integers", "_key", "_numbers", "_tick")

    def __init__(self, key: np.uint64) -> None:
        self._key = key
        self._tick = 0
        self._numbers = self._integers = self._choices = 0

    def at(self, tick: int, *, learning: bool) -> Luck:
        """Begin the draws of a step."""
        self._tick = tick
        self._numbers = self._integers = self._choices = _LEARNING if learning else 0
        return self

    def uniform(self) -> float:
        """Return a number in [0, 1)."""
        index = self._numbers
        self._numbers += 1
        return float(drawn_number(self._key, EXPLORE, self._tick, index))

    def integer(self, below: int) -> int:
        """Return a whole number from 0 to ``below`` − 1.

        Raises:
            ValueError: If there is none.
        """
        if below < 1:
            raise ValueError("random.integer needs at least 1")
        index = self._integers
        self._integers += 1
        return int(drawn_number(self._key, ACTION, self._tick, 2 * index) * below)

    def choice(self, things: Sequence[T]) -> T:
        """Return one of several things, each as likely.

        Raises:
            ValueError: If there are none.
        """
        if not len(things):
            raise ValueError("random.choice needs at least one thing")
        index = self._choices
        self._choices += 1
        draw = drawn_number(self._key, ACTION, self._tick, 2 * index + 1) if len(things) > 1 else 0.0
        return things[int(draw * len(things))]

    def normal(self) -> float:
        """Return a number with mean 0 and variance 1 (Box & Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log(1.0 - self.uniform()))
        return float(radius * np.cos(2.0 * np.pi * self.uniform()))
