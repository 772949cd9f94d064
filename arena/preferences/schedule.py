"""When the next label is due: many at first, fewer and fewer later, never more than the budget.

Christiano et al. 2017, A.1 and A.2: labels are asked for at a rate proportional to h / (T + h) after T steps, with
h = 5·10⁶ for Atari and 2·10⁶ for control, after a first batch on a random policy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

HALF_ATARI = 5_000_000
"""The paper's h for Atari: after so many steps the rate has halved."""


@dataclass(frozen=True, kw_only=True)
class LabelSchedule:
    """How many labels are wanted by when.

    With c chosen so that the budget is spent at the horizon H, labels wanted by step T are

        L(T) = L₀ + ∫₀ᵀ c·h / (t + h) dt = L₀ + c·h·ln(1 + T/h),   c = (B − L₀) / (h·ln(1 + H/h)).

    Attributes:
        first: L₀, labels wanted before anything is learned.
        budget: B, labels that may be asked for in all.
        horizon: H, steps of the policy the budget is for.
        half: h, steps after which the rate has halved.

    Raises:
        ValueError: If a number is negative, or the first labels are more than the budget.
    """

    first: int
    budget: int
    horizon: int
    half: int = HALF_ATARI

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.budget or self.horizon <= 0 or self.half <= 0:
            raise ValueError("schedule")

    @property
    def _c(self) -> float:
        return (self.budget - self.first) / (self.half * math.log1p(self.horizon / self.half))

    def rate(self, step: int) -> float:
        """Return labels wanted per step of the policy after ``step`` steps; 0 once the budget is spent.

        Args:
            step: T, steps of the policy since it began to learn.
        """
        return self._c * self.half / (step + self.half) if step < self.horizon else 0.0

    def wanted(self, step: int) -> float:
        """Return L(T), labels wanted by then.

        Args:
            step: T, steps of the policy since it began to learn.
        """
        grown = self.first + self._c * self.half * math.log1p(max(0, step) / self.half)
        return min(float(self.budget), grown)

    def due(self, step: int, asked: int) -> int:
        """Return how many labels should be asked for now.

        Args:
            step: T, steps of the policy since it began to learn.
            asked: Labels given or waiting for an answer.
        """
        # Rounding must not keep the last label back for ever.
        return max(0, min(self.budget, math.floor(self.wanted(step) + 1e-9)) - asked)

    def left(self, given: int) -> int:
        """Return how many labels may still be asked for.

        Args:
            given: Labels that count.
        """
        return max(0, self.budget - given)

    def step_of(self, number: int) -> int | None:
        """Return after how many steps the label with that number is due.

        Args:
            number: 1 for the first one.

        Returns:
            T, or ``None`` if it is beyond the budget.
        """
        if number > self.budget:
            return None
        if number <= self.first:
            return 0
        grown = (number - self.first) / (self.budget - self.first)
        return math.ceil(self.half * math.expm1(grown * math.log1p(self.horizon / self.half)) - 1e-6)
