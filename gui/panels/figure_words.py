"""How many decimals a figure deserves: as many as its interval leaves meaning, never more."""

from __future__ import annotations

import math

from agents.experiments.reproduction.verdict import short_number


def decimals_for(value: float, low: float, high: float) -> int:
    """Return how many decimals to write a value and its interval with: two digits of the interval's width.

    Args:
        value: The value.
        low: Lower end of its interval; not finite if there is none.
        high: Upper end.
    """
    width = high - low
    if not math.isfinite(width) or width <= 0.0:
        return 2 if abs(value) < 10 else 1
    return max(0, min(3, 1 - math.floor(math.log10(width))))


def figure_number(value: float) -> str:
    """Return a number of a figure of the book, with as many decimals as its size deserves and a real minus sign."""
    return short_number(value).replace("-", "\u2212")
