"""Monte Carlo control (Sutton & Barto 2018, sect. 5.1, 5.4): nothing is learned until the episode ends.

Either every visit of a pair counts, or only the first of each episode.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, REAL, Record, Records, Tables
from agents.tabular.compiled import called, inlined
from agents.tabular.recording import record_update
from agents.tabular.rules.one_step import LARGEST, moved


@inlined
def remember(tables: Tables, c: Record, s: int, a: int, r: float, explored: int) -> None:
    """Append one step to the episode buffers."""
    i = c.buffered
    tables.episode_states[i] = s
    tables.episode_actions[i] = a
    tables.episode_rewards[i] = r
    tables.episode_explored[i] = explored
    c.buffered = i + 1


@called
def returns_are_finite(h: Record, tables: Tables, c: Record) -> bool:
    """Say whether every pair of the buffered episode stays a number when it moves to its return; nothing is changed."""
    g = 0.0
    for i in range(c.buffered - 1, -1, -1):
        g = tables.episode_rewards[i] + h.gamma * g
        # Written so that a NaN, which compares with nothing, is refused too.
        if not (abs(g) <= LARGEST and abs(tables.q[tables.episode_states[i], tables.episode_actions[i]]) <= LARGEST):
            return False
    return True


@called
def first_steps(tables: Tables, c: Record) -> NDArray[np.int32]:
    """Return the step of each pair's first visit in the buffered episode, ``int32 [S, A]``; of others, anything."""
    # Not cleared, as only entries written here are ever read: an episode costs its length, not the table's size.
    first = np.empty(tables.q.shape, np.int32)
    for i in range(c.buffered - 1, -1, -1):
        first[tables.episode_states[i], tables.episode_actions[i]] = i
    return first


@called
def returns_into_table(h: Record, tables: Tables, c: Record, records: Records, recording: bool, tick: int) -> float:
    """Walk the episode backwards, G ← r + γG, and move every visited pair toward its return.

    With α = 0 the value is the mean of its returns (step size 1/N, N = returns averaged so far), else a constant step.

    Returns:
        Largest change.
    """
    largest = 0.0
    g = 0.0
    q = tables.q
    first = first_steps(tables, c) if h.visit == 1 else np.empty((0, 0), np.int32)
    for i in range(c.buffered - 1, -1, -1):
        s, a = tables.episode_states[i], tables.episode_actions[i]
        r = tables.episode_rewards[i]
        after = g
        g = r + h.gamma * g
        if h.visit == 1 and first[s, a] != i:
            continue
        tables.backups[s, a] += 1
        size = h.alpha if h.alpha > 0.0 else 1.0 / tables.backups[s, a]
        old = q[s, a]
        new = moved(old, size, g)
        q[s, a] = new
        largest = max(largest, abs(new - old))
        c.updates += 1
        if recording:
            follows = i + 1 < c.buffered
            record_update(
                records, tick, c.episode, s, a, old, new, new, r, h.gamma, after, g, size, g - old, 1.0, REAL,
                IN_Q,
                tables.episode_states[i + 1] if follows else -1,
                tables.episode_actions[i + 1] if follows else -1,
                tables.episode_explored[i],
            )  # fmt: skip
    c.buffered = 0
    return largest
