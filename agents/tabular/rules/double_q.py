"""Double Q-learning: one table names the best action, the other says what it is worth.

van Hasselt 2010; Sutton & Barto 2018, sect. 6.7.
A coin decides which table learns. With heads, Q₁(s,a) ← Q₁(s,a) + α [ r + γ Q₂(s', argmax_a' Q₁(s',a')) − Q₁(s,a) ];
with tails the two change places. A value that luck made too high is then not the one that is believed.
"""

from __future__ import annotations

import numpy as np

from agents.tabular.arrays import IN_Q1, IN_Q2, REAL, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.memory import Memory
from agents.tabular.policies import rank, tied_action
from agents.tabular.random_numbers import ACTION, TABLE, drawn
from agents.tabular.recording import record_update
from agents.tabular.rules.one_step import moved, target_of

_TIE = 4
"""Index of the draw among actions the learning table ranks equal; those below belong to the choice of moves."""


@called
def second_learns(key: np.uint64, tick: int) -> bool:
    """Say whether the coin of a tick lets the second table learn."""
    return bool(drawn(key, TABLE, tick, 0) >= 0.5)


@called
def double_bootstrap(
    learning: FloatTable, judging: FloatTable, s_next: int, key: np.uint64, tick: int
) -> tuple[float, int]:
    """Return ``(what the judging table thinks of it, best action of the next state by the learning table)``."""
    best, action, ties = rank(learning, s_next)
    if ties > 1:
        action = tied_action(learning, s_next, best, ties, drawn(key, ACTION, tick, _TIE))
    return judging[s_next, action], action


@inlined
def learn_double(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, key: np.uint64, tick: int,
    s: int, a: int, r: float, s_next: Whole, terminated: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step.

    Returns:
        The change of the value that moved; −1 if it would not be a number, then nothing has changed.
    """
    second = second_learns(key, tick)
    learning, judging = (memory.q2, memory.q1) if second else (memory.q1, memory.q2)
    bootstrap, a_next = 0.0, -1
    if not terminated:
        bootstrap, a_next = double_bootstrap(learning, judging, s_next, key, tick)
    old = learning[s, a]
    target = target_of(r, h.gamma, bootstrap)
    new = moved(old, h.alpha, target)
    if not np.isfinite(new):
        return -1.0
    write_double(tables.q, memory.q1, memory.q2, second, s, a, new)
    c.updates += 1
    if recording:
        record_update(
            records, tick, c.episode, s, a, old, new, tables.q[s, a], r, h.gamma, bootstrap, target, h.alpha,
            target - old, 1.0, REAL, IN_Q2 if second else IN_Q1, s_next, a_next, explored,
        )  # fmt: skip
    return float(abs(new - old))


@called
def write_double(q: FloatTable, q1: FloatTable, q2: FloatTable, second: bool, s: int, a: int, new: float) -> None:
    """Store a new value in the table that learned, and the mean of both in the one the agent acts on."""
    if second:
        q2[s, a] = new
    else:
        q1[s, a] = new
    # Halved before they are added: the sum of two large values need not be finite.
    q[s, a] = 0.5 * q1[s, a] + 0.5 * q2[s, a]
