"""Value iteration, one sweep a tick (Bellman 1957; Sutton & Barto 2018, eq. 4.10), over the transition arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, REAL, FloatTable, Mdp, Record, Records, Tables
from agents.tabular.compiled import called, compiled
from agents.tabular.kernel import CHANGED, FINISHED, NOT_FINITE, REACHED, RECORDS_FULL
from agents.tabular.policies import best_value
from agents.tabular.recording import record_tick, record_update, ticks_are_full


@called
def backup(mdp: Mdp, values: NDArray[np.float64], gamma: float, s: int, a: int) -> float:
    """Return Σ p(s', r | s, a) [ r + γ V(s') ], with V = 0 where the episode terminated."""
    total = 0.0
    for k in range(mdp.outcome_count[s, a]):
        future = 0.0 if mdp.terminated[s, a, k] else values[mdp.next_state[s, a, k]]
        total += mdp.probability[s, a, k] * (mdp.reward[s, a, k] + gamma * future)
    return total


@called
def parts(mdp: Mdp, values: NDArray[np.float64], s: int, a: int) -> tuple[float, float, int]:
    """Return the expected reward, the expected V(s'), and s' where there is only one that matters, else −1."""
    r, future, s_next, kinds = 0.0, 0.0, -1, 0
    for k in range(mdp.outcome_count[s, a]):
        r += mdp.probability[s, a, k] * mdp.reward[s, a, k]
        if not mdp.terminated[s, a, k]:
            future += mdp.probability[s, a, k] * values[mdp.next_state[s, a, k]]
            kinds += 0 if mdp.next_state[s, a, k] == s_next else 1
            s_next = mdp.next_state[s, a, k]
    if mdp.outcome_count[s, a] == 1:
        s_next = mdp.next_state[s, a, 0]
    return r, future, s_next if kinds <= 1 else -1


@called
def is_terminal(mdp: Mdp, s: int) -> bool:
    """Say whether a state is only an end: every action stays there, terminated, for nothing."""
    for a in range(mdp.outcome_count.shape[1]):
        if mdp.outcome_count[s, a] != 1 or not mdp.terminated[s, a, 0]:
            return False
        if mdp.next_state[s, a, 0] != s or mdp.reward[s, a, 0] != 0.0:
            return False
    return True


@called
def state_values(q: FloatTable, values: NDArray[np.float64]) -> None:
    """Write V(s) = max_a Q(s, a) into ``values``."""
    for s in range(q.shape[0]):
        values[s] = best_value(q, s)


@compiled
def advance_sweeps(
    hyper: NDArray[np.void],
    mdp: Mdp,
    tables: Tables,
    limit: int,
    stop: NDArray[np.void],
    records: Records,
) -> int:
    """Sweep over all states until the clock shows ``limit`` or a sweep changed nothing by more than the tolerance.

    Every sweep reads the values of the one before (synchronous backups), so the order of states does not matter.

    Args:
        hyper: ``[1]`` of ``HYPER``.
        mdp: The world.
        tables: What is known; changed in place.
        limit: Sweep to stop at.
        stop: ``[1]`` of ``STOP``; only ``on_change`` matters here.
        records: Where to write.

    Returns:
        Why it came back, a code of :mod:`agents.tabular.kernel`.
    """
    h: Record = hyper[0]
    c: Record = tables.counters[0]
    q = tables.q
    recording = records.updates.shape[0] > 0
    values = np.zeros(q.shape[0])
    while c.tick < limit:
        if c.finished == 1:
            return FINISHED
        if recording and (ticks_are_full(records) or records.used[1] + q.size > records.updates.shape[0]):
            return RECORDS_FULL
        state_values(q, values)
        first, change = records.used[1], 0.0
        for s in range(q.shape[0]):
            if is_terminal(mdp, s):
                continue
            for a in range(q.shape[1]):
                old, new = q[s, a], backup(mdp, values, h.gamma, s, a)
                if not np.isfinite(new):
                    c.last_state, c.last_action = s, a
                    return NOT_FINITE
                q[s, a] = new
                tables.visits[s, a] += 1
                change = max(change, abs(new - old))
                if recording and new != old:
                    r, future, s_next = parts(mdp, values, s, a)
                    record_update(
                        records, c.tick, 0, s, a, old, new, new, r, h.gamma, future, new, 1.0, new - old, 1.0, REAL,
                        IN_Q, s_next, -1, 0,
                    )  # fmt: skip
        if recording:
            record_tick(
                records, c.tick, 0, 0, -1, -1, 0.0, -1, False, False, 0, -1.0, -1.0, 0, -1, 0, records.used[1] - first
            )
        c.updates += q.size
        records.largest[0] = max(records.largest[0], change)
        c.tick += 1
        if change <= h.tolerance:
            c.finished = 1
            return FINISHED
        if halt_on_change(stop) and change > 0.0:
            return CHANGED
    return REACHED


@called
def halt_on_change(stop: NDArray[np.void]) -> bool:
    """Say whether the caller wants to come back after a change."""
    halt: Record = stop[0]
    return bool(halt.on_change == 1)
