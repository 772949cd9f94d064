"""Eligibility traces: SARSA(λ) and Watkins's Q(λ), one error that moves every pair that led here.

δ = r + γ·B − Q(s,a), with B = Q(s',a') for SARSA(λ) and max_a' Q(s',a') for Q(λ); every pair with a trace e moves by
α·δ·e, then its trace fades by γλ. The trace of the pair just taken grows by 1 (accumulating) or is set to 1
(replacing).
Rummery & Niranjan 1994; Watkins 1989; Singh & Sutton 1996; Sutton & Barto 2018, sect. 12.2, 12.7, 12.10.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, REAL, TRACE, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.memory import Memory
from agents.tabular.policies import best_value
from agents.tabular.recording import record_update

SMALLEST_TRACE = 1e-6
"""A trace below this is forgotten: what it would still move is less than a millionth of the error."""

_HUGE = 1e100
"""Errors up to here move no finite value out of the numbers; above, each value is looked at before anything changes."""


@called
def forget_traces(trace: FloatTable, pairs: NDArray[np.int32], count: int) -> None:
    """Take the trace of so many pairs away."""
    actions = trace.shape[1]
    for k in range(count):
        trace[pairs[k] // actions, pairs[k] % actions] = 0.0


@called
def mark(trace: FloatTable, pairs: NDArray[np.int32], count: int, s: int, a: int, replacing: bool) -> int:
    """Let the trace of a pair grow, or begin; return how many pairs have one."""
    begins = trace[s, a] == 0.0
    if begins:
        pairs[count] = s * trace.shape[1] + a
    trace[s, a] = 1.0 if replacing else trace[s, a] + 1.0
    return count + 1 if begins else count


@called
def fade(trace: FloatTable, pairs: NDArray[np.int32], count: int, factor: float) -> int:
    """Multiply all traces by γλ and forget those that get too small; return how many are left."""
    actions = trace.shape[1]
    left = 0
    for k in range(count):
        pair = pairs[k]
        e = trace[pair // actions, pair % actions] * factor
        if e < SMALLEST_TRACE:
            trace[pair // actions, pair % actions] = 0.0
        else:
            trace[pair // actions, pair % actions] = e
            pairs[left] = pair
            left += 1
    return left


@called
def _would_overflow(
    q: FloatTable, trace: FloatTable, pairs: NDArray[np.int32], count: int, step: float, s: int, a: int
) -> bool:
    """Say whether a huge error would move a value with a trace, or that of the pair just taken, out of the numbers."""
    actions = q.shape[1]
    worst = abs(q[s, a]) + abs(step * (trace[s, a] + 1.0))
    for k in range(count):
        at, did = pairs[k] // actions, pairs[k] % actions
        worst = max(worst, abs(q[at, did]) + abs(step * trace[at, did]))
    # A NaN compares with nothing.
    return not worst < 1.7e308


@inlined
def learn_traces(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, tick: int, s: int, a: int,
    r: float, s_next: Whole, bootstrap: float, a_next: Whole, off_policy: bool, over: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step, given B; off-policy a move that was not greedy cuts all traces before it (Watkins).

    Returns:
        The largest change; −1 if a value would not be a number, then nothing has changed.
    """
    q, trace, pairs, actions = tables.q, memory.trace, memory.trace_pairs, tables.q.shape[1]
    count = memory.trace_count[0]
    target = r + h.gamma * bootstrap
    delta = target - q[s, a]
    step = h.alpha * delta
    largest = 0.0
    if not abs(delta) <= _HUGE and _would_overflow(q, trace, pairs, count, step, s, a):
        largest = -1.0
    else:
        if off_policy and q[s, a] < best_value(q, s):
            forget_traces(trace, pairs, count)
            count = 0
        count = mark(trace, pairs, count, s, a, h.traces == 0)
        last = s * actions + a
        # The pair just taken comes last: its update is the one that is told in words.
        for k in range(count + 1):
            pair = last if k == count else pairs[k]
            if pair == last and k < count:
                continue
            at, did = pair // actions, pair % actions
            e = trace[at, did]
            old = q[at, did]
            new = old + step * e
            q[at, did] = new
            tables.backups[at, did] += 1
            largest = max(largest, abs(new - old))
            c.updates += 1
            if recording:
                record_update(
                    records, tick, c.episode, at, did, old, new, new, r, h.gamma, bootstrap, target, h.alpha, delta, e,
                    REAL if pair == last else TRACE, IN_Q, s_next, a_next, explored,
                )  # fmt: skip
        if over:
            forget_traces(trace, pairs, count)
            memory.trace_count[0] = 0
        else:
            memory.trace_count[0] = fade(trace, pairs, count, h.gamma * h.lam)
    return largest
