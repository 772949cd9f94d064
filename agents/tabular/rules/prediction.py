"""Prediction: what the states are worth under a policy that is given, by TD(0) or by the mean of returns.

TD(0) (Sutton 1988; Sutton & Barto 2018, eq. 6.2): V(s) ← V(s) + α [ r + γ V(s') − V(s) ].
Monte Carlo (sect. 5.1): V(s) ← V(s) + (1/N(s)) [ G − V(s) ], at the end of the episode.
The table that is shown has V(s) in every entry of a row: it tells states apart, not actions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_V, REAL, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.memory import Memory
from agents.tabular.recording import record_update
from agents.tabular.rules.monte_carlo import remember
from agents.tabular.rules.one_step import LARGEST, moved, target_of


@called
def policy_choice(policy: FloatTable, s: int, draw: float) -> int:
    """Return the action a draw in [0, 1) picks from the probabilities of a state."""
    left = draw
    last = 0
    for a in range(policy.shape[1]):
        if policy[s, a] > 0.0:
            last = a
            left -= policy[s, a]
            if left < 0.0:
                return a
    # Probabilities add up to 1 but for rounding.
    return last


@called
def write_state(q: FloatTable, backups: NDArray[np.int64], v: NDArray[np.float64], s: int, new: float) -> None:
    """Store the value of a state, in its row of the table too."""
    v[s] = new
    for a in range(q.shape[1]):
        q[s, a] = new
        backups[s, a] += 1


@called
def told_action(watch: NDArray[np.int64], s: int, a: int) -> int:
    """Return the action an update is recorded for: whoever watches an entry of a row watches all of it."""
    return int(watch[1]) if watch[0] == s else a


@inlined
def learn_td_prediction(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, tick: int, s: int, a: int,
    r: float, s_next: Whole, terminated: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step.

    Returns:
        The change; −1 if the value would not be a number, then nothing has changed.
    """
    v = memory.v
    bootstrap = 0.0 if terminated else float(v[s_next])
    old = v[s]
    target = target_of(r, h.gamma, bootstrap)
    new = moved(old, h.alpha, target)
    change = -1.0
    if np.isfinite(new):
        write_state(tables.q, tables.backups, v, s, new)
        change = abs(new - old)
        c.updates += 1
        if recording:
            record_update(
                records, tick, c.episode, s, told_action(records.watch, s, a), old, new, new, r, h.gamma, bootstrap,
                target, h.alpha, target - old, 1.0, REAL, IN_V, s_next, -1, explored,
            )  # fmt: skip
    return change


@called
def _states_can_learn(
    v: NDArray[np.float64], states: NDArray[np.int32], rewards: NDArray[np.float64], held: int, gamma: float
) -> bool:
    g = 0.0
    for i in range(held - 1, -1, -1):
        g = rewards[i] + gamma * g
        # Written so that a NaN, which compares with nothing, is refused too.
        if not (abs(g) <= LARGEST and abs(v[states[i]]) <= LARGEST):
            return False
    return True


@called
def _first_steps(states: NDArray[np.int32], held: int, count: int) -> NDArray[np.int32]:
    """Return the step of each state's first visit, ``int32 [S]``; of states not visited, anything."""
    first = np.empty(count, np.int32)
    for i in range(held - 1, -1, -1):
        first[states[i]] = i
    return first


@inlined
def learn_mc_prediction(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, tick: int, s: int, a: int,
    r: float, over: bool, explored: int,
) -> float:  # fmt: skip
    """Remember one step; where the episode is over, walk back and move every visited state toward its return.

    Returns:
        The largest change; −1 if a value would not be a number, then nothing has changed.
    """
    v, states, rewards = memory.v, tables.episode_states, tables.episode_rewards
    remember(tables, c, s, a, r, explored)
    held = c.buffered
    change = 0.0
    if over and not _states_can_learn(v, states, rewards, held, h.gamma):
        c.buffered = held - 1
        change = -1.0
    elif over:
        first = _first_steps(states, held, v.shape[0])
        g = 0.0
        for i in range(held - 1, -1, -1):
            at = states[i]
            after = g
            g = rewards[i] + h.gamma * g
            if h.visit == 1 and first[at] != i:
                continue
            old = v[at]
            size = h.alpha if h.alpha > 0.0 else 1.0 / (tables.backups[at, 0] + 1)
            new = moved(old, size, g)
            write_state(tables.q, tables.backups, v, at, new)
            change = max(change, abs(new - old))
            c.updates += 1
            if recording:
                follows = i + 1 < held
                record_update(
                    records, tick, c.episode, at, told_action(records.watch, at, tables.episode_actions[i]), old, new,
                    new, rewards[i], h.gamma, after, g, size, g - old, 1.0, REAL, IN_V,
                    states[i + 1] if follows else -1, -1, tables.episode_explored[i],
                )  # fmt: skip
        c.buffered = 0
    return change
