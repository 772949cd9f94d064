"""Finding moments worth looking at in recorded updates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_CHOSEN, IN_V, FloatTable, Record
from agents.tabular.compiled import compiled
from agents.tabular.policies import best_value


@compiled
def last_policy_change(q: FloatTable, updates: NDArray[np.void]) -> int:
    """Carry updates out on a table and return the tick of the last one that changed which actions are best.

    Args:
        q: ``float64 [S, A]`` before the updates; changed in place.
        updates: ``[n]`` of ``UPDATE``, in order.

    Returns:
        The tick; −1 where none did.
    """
    found = -1
    for i in range(updates.shape[0]):
        row: Record = updates[i]
        if row.table in (IN_V, IN_CHOSEN):
            continue
        s, a = row.state, row.action
        top = best_value(q, s)
        old = q[s, a]
        q[s, a] = row.shown
        top_now = best_value(q, s)
        changed = False
        for other in range(q.shape[1]):
            before = old if other == a else q[s, other]
            if (before == top) != (q[s, other] == top_now):
                changed = True
        if changed:
            found = row.tick
    return found
