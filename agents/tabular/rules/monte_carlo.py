"""Every-visit Monte Carlo control (Sutton & Barto 2018, sect. 5.1, 5.4): nothing is learned until the episode ends."""

from __future__ import annotations

import numpy as np

from agents.tabular.arrays import Record, Records, Tables
from agents.tabular.compiled import called, inlined
from agents.tabular.recording import record_update
from agents.tabular.rules.one_step import moved


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
    """Say whether every return of the buffered episode is a finite number; nothing is changed."""
    g = 0.0
    for i in range(c.buffered - 1, -1, -1):
        g = tables.episode_rewards[i] + h.gamma * g
        if not np.isfinite(g):
            return False
    return True


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
    for i in range(c.buffered - 1, -1, -1):
        s, a = tables.episode_states[i], tables.episode_actions[i]
        r = tables.episode_rewards[i]
        after = g
        g = r + h.gamma * g
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
                records, tick, c.episode, s, a, old, new, r, h.gamma, after, g, size,
                tables.episode_states[i + 1] if follows else -1,
                tables.episode_actions[i + 1] if follows else -1,
                tables.episode_explored[i],
            )  # fmt: skip
    c.buffered = 0
    return largest
