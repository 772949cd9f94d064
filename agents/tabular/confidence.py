"""Upper confidence bounds: what was tried seldom may be better than it looks.

Auer et al. 2002; Sutton & Barto 2018, sect. 2.7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import FloatTable
from agents.tabular.compiled import called


@called
def log_times(visits: NDArray[np.int64], s: int) -> float:
    """Return ln t: this is the t-th time that something is chosen in the state. Each state has a clock of its own."""
    times = 1
    for a in range(visits.shape[1]):
        times += visits[s, a]
    return float(np.log(times))


@called
def upper_bound(
    q: FloatTable, visits: NDArray[np.int64], s: int, a: int, confidence: float, log_of_times: float
) -> float:
    """Return Q(s, a) + c √(ln t / N(s, a)), ∞ for an action never tried (Sutton & Barto 2018, eq. 2.10)."""
    if visits[s, a] == 0:
        return np.inf
    return float(q[s, a] + confidence * np.sqrt(log_of_times / visits[s, a]))


@called
def ucb_choice(q: FloatTable, visits: NDArray[np.int64], s: int, confidence: float, draw: float) -> int:
    """Return the action with the highest upper bound.

    Bounds that tie, as those of actions never tried do, are told apart by the draw.
    """
    best, ties, log_of_times = -np.inf, 0, log_times(visits, s)
    for a in range(q.shape[1]):
        bound = upper_bound(q, visits, s, a, confidence, log_of_times)
        ties = 1 if bound > best else ties + (1 if bound == best else 0)
        best = max(best, bound)
    pick = int(draw * ties)
    for a in range(q.shape[1]):
        if upper_bound(q, visits, s, a, confidence, log_of_times) == best:
            if pick == 0:
                return a
            pick -= 1
    return 0


@called
def ucb_value(q: FloatTable, visits: NDArray[np.int64], s: int, confidence: float) -> float:
    """Return the mean value of the actions with the highest upper bound: those that may be chosen."""
    best, total, ties, log_of_times = -np.inf, 0.0, 0, log_times(visits, s)
    for a in range(q.shape[1]):
        bound = upper_bound(q, visits, s, a, confidence, log_of_times)
        if bound > best:
            best, total, ties = bound, 0.0, 0
        if bound == best:
            ties += 1
            total += q[s, a]
    return total / ties
