"""Policy iteration, one sweep or one improvement a tick (Howard 1960; Sutton & Barto 2018, sect. 4.3, 4.6).

Evaluation: Q(s,a) ← Σ p(s', r | s, a) [ r + γ Q(s', π(s')) ], sweep by sweep until it stands still or has had its share
of sweeps. Improvement: π(s) ← argmax_a Q(s,a). It begins with all actions alike: whatever a world is made of, a policy
that tries everything arrives somewhere, where one fixed move could run against a wall for ever.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import (
    IMPROVEMENT,
    IMPROVING,
    IN_CHOSEN,
    IN_Q,
    REAL,
    SWEEP,
    FloatTable,
    Mdp,
    Record,
    Records,
    Tables,
)
from agents.tabular.compiled import called, compiled
from agents.tabular.kernel import CHANGED, FINISHED, NOT_FINITE, REACHED, RECORDS_FULL
from agents.tabular.memory import Memory
from agents.tabular.recording import record_tick, record_update, ticks_are_full
from agents.tabular.sweep_kernel import backup, halt_on_change, is_terminal, parts

_SAME = 1e-12
"""Another action is no improvement unless it is better by more than this share: equals would be swapped for ever."""


@called
def value_of(q: FloatTable, chosen: NDArray[np.int32], s: int) -> float:
    """Return what a state is worth under the policy: the value of its action, or the mean of all."""
    if chosen[s] >= 0:
        return float(q[s, chosen[s]])
    total = 0.0
    for a in range(q.shape[1]):
        total += q[s, a]
    return float(total / q.shape[1])


@called
def _evaluate_once(
    h: Record, c: Record, mdp: Mdp, tables: Tables, chosen: NDArray[np.int32], values: NDArray[np.float64],
    records: Records, recording: bool,
) -> float:  # fmt: skip
    """Sweep once; return the largest change, −1 if a value would not be a number."""
    q, change = tables.q, 0.0
    for s in range(q.shape[0]):
        if is_terminal(mdp, s):
            continue
        for a in range(q.shape[1]):
            old, new = q[s, a], backup(mdp, values, h.gamma, s, a)
            if not np.isfinite(new):
                c.last_state, c.last_action = s, a
                return -1.0
            q[s, a] = new
            tables.visits[s, a] += 1
            change = max(change, abs(new - old))
            if recording and new != old:
                r, future, s_next = parts(mdp, values, s, a)
                record_update(
                    records, c.tick, 0, s, a, old, new, new, r, h.gamma, future, new, 1.0, new - old, 1.0, REAL, IN_Q,
                    s_next, chosen[s_next] if s_next >= 0 else -1, 0,
                )  # fmt: skip
    return change


@called
def _improve(
    h: Record, c: Record, mdp: Mdp, q: FloatTable, chosen: NDArray[np.int32], records: Records, recording: bool
) -> int:
    """Take the best action everywhere; return in how many states it is another one."""
    changed = 0
    for s in range(q.shape[0]):
        if is_terminal(mdp, s):
            continue
        best = 0
        for a in range(1, q.shape[1]):
            if q[s, a] > q[s, best]:
                best = a
        old = value_of(q, chosen, s)
        if chosen[s] >= 0 and q[s, best] - old <= max(h.tolerance, _SAME * abs(old)):
            continue
        chosen[s] = best
        changed += 1
        if recording:
            record_update(
                records, c.tick, 0, s, best, old, q[s, best], q[s, best], 0.0, h.gamma, 0.0, q[s, best], 1.0,
                q[s, best] - old, 1.0, IMPROVEMENT, IN_CHOSEN, -1, -1, 0,
            )  # fmt: skip
    return changed


@compiled
def advance_policy_iteration(
    hyper: NDArray[np.void],
    mdp: Mdp,
    tables: Tables,
    memory: Memory,
    limit: int,
    stop: NDArray[np.void],
    records: Records,
) -> int:
    """Evaluate and improve until the clock shows ``limit``, or the policy and its values stand still.

    Args:
        hyper: ``[1]`` of ``HYPER``.
        mdp: The world.
        tables: What is known; changed in place.
        memory: The policy; changed in place.
        limit: Tick to stop at.
        stop: ``[1]`` of ``STOP``; only ``on_change`` matters here.
        records: Where to write.

    Returns:
        Why it came back, a code of :mod:`agents.tabular.kernel`.
    """
    h: Record = hyper[0]
    c: Record = tables.counters[0]
    q, chosen, iteration = tables.q, memory.chosen, memory.iteration
    recording = records.updates.shape[0] > 0
    values = np.zeros(q.shape[0])
    while c.tick < limit:
        if c.finished == 1:
            return FINISHED
        if recording and (ticks_are_full(records) or records.used[1] + q.size > records.updates.shape[0]):
            return RECORDS_FULL
        first, change, improving = records.used[1], 0.0, iteration[1] == 1
        if improving:
            changed = _improve(h, c, mdp, q, chosen, records, recording)
            iteration[0], iteration[1] = 0, 0
            c.episode += 1
            change = float(changed)
            # With few sweeps an evaluation the policy may stand still before its values do.
            if changed == 0 and iteration[2] == 0:
                c.finished = 1
        else:
            for s in range(q.shape[0]):
                values[s] = value_of(q, chosen, s)
            change = _evaluate_once(h, c, mdp, tables, chosen, values, records, recording)
            if change < 0.0:
                return NOT_FINITE
            iteration[0] += 1
            still = change <= h.tolerance
            iteration[1] = 1 if still or iteration[0] >= h.evaluation_sweeps else 0
            iteration[2] = 0 if still else 1
            c.updates += q.size
            records.largest[0] = max(records.largest[0], change)
        if recording:
            record_tick(
                records, c.tick, 0, 0, -1, -1, 0.0, -1, False, False, 0, -1.0, -1.0, 0, -1, 0, records.used[1] - first
            )
            if records.ticks.shape[0] > 0:
                records.ticks[records.used[0] - 1].kind = IMPROVING if improving else SWEEP
        c.tick += 1
        if c.finished == 1:
            return FINISHED
        if halt_on_change(stop) and change > 0.0:
            return CHANGED
    return REACHED
