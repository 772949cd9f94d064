"""What some learners keep besides their tables: a second table. Those that keep none of it learn in a loop without it.

The one loop is compiled twice from the same source: without a memory (``None``) everything that needs one is left out
by the compiler, so that plain Q-learning pays nothing for what it does not use (docs/decisions/0010).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Memory(NamedTuple):
    """Arrays of learners that keep more than tables; the names are those in keyframes. Where unused, no rows."""

    q1: NDArray[np.float64]
    """``[S, A]`` first table of Double Q-learning."""
    q2: NDArray[np.float64]
    """``[S, A]`` second table of Double Q-learning."""


def new_memory(rule: str, states: int, actions: int, initial_value: float) -> Memory:
    """Make the memory of a learner that has seen nothing.

    Args:
        rule: Name of the update rule, as in the catalog.
        states: S.
        actions: A.
        initial_value: Every action value at the start.
    """
    double = states if rule == "double_q_learning" else 0
    return Memory(
        q1=np.full((double, actions), float(initial_value)),
        q2=np.full((double, actions), float(initial_value)),
    )
