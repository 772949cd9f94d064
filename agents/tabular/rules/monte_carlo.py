"""Every-visit Monte Carlo control (Sutton & Barto 2018, sect. 5.1, 5.4): nothing is learned until the episode ends."""

from __future__ import annotations

import numpy as np
from numba import njit

from agents.tabular.rules.one_step import moved


@njit(inline="always")
def remember(tables, c, s, a, r, explored):  # type: ignore[no-untyped-def]
    """Append one step to the episode buffers."""
    i = c.buffered
    tables.episode_states[i] = s
    tables.episode_actions[i] = a
    tables.episode_rewards[i] = r
    tables.episode_explored[i] = explored
    c.buffered = i + 1


@njit
def returns_are_finite(h, tables, c):  # type: ignore[no-untyped-def]
    """Say whether every return of the buffered episode is a finite number; nothing is changed."""
    g = 0.0
    for i in range(c.buffered - 1, -1, -1):
        g = tables.episode_rewards[i] + h.gamma * g
        if not np.isfinite(g):
            return False
    return True


@njit
def returns_into_table(h, tables, c, records, recording):  # type: ignore[no-untyped-def]
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
        tables.returns[s, a] += 1
        size = h.alpha if h.alpha > 0.0 else 1.0 / tables.returns[s, a]
        old = q[s, a]
        new = moved(old, size, g)
        q[s, a] = new
        largest = max(largest, abs(new - old))
        c.updates += 1
        if recording:
            row = records.updates[records.used[1]]
            row.tick = c.tick
            row.state = s
            row.action = a
            row.old = old
            row.new = new
            row.reward = r
            row.gamma = h.gamma
            row.bootstrap = after
            row.target = g
            row.step_size = size
            row.next_state = tables.episode_states[i + 1] if i + 1 < c.buffered else -1
            row.next_action = tables.episode_actions[i + 1] if i + 1 < c.buffered else -1
            row.explored = tables.episode_explored[i]
            records.used[1] += 1
    c.buffered = 0
    return largest
