"""n-step SARSA (Sutton & Barto 2018, sect. 7.2): a value moves n steps after it was acted on, toward what came since.

G = r_{t+1} + γ r_{t+2} + … + γⁿ⁻¹ r_{t+n} + γⁿ Q(s_{t+n}, a_{t+n}); where the episode ends sooner, what there was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, REAL, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.recording import record_update
from agents.tabular.rules.monte_carlo import remember
from agents.tabular.rules.one_step import LARGEST, moved


@called
def _return_after(rewards: NDArray[np.float64], held: int, gamma: float, tail: float, first: int) -> float:
    """Return what came after the buffered step ``first``: later rewards, and the tail behind the last of them."""
    g = tail
    for i in range(held - 1, first, -1):
        g = rewards[i] + gamma * g
    return g


@called
def _all_are_finite(
    q: FloatTable, states: NDArray[np.int32], actions: NDArray[np.int32], rewards: NDArray[np.float64], held: int,
    gamma: float, tail: float, steps: int,
) -> bool:  # fmt: skip
    """Say whether the first buffered steps can move to their returns and stay numbers."""
    g = tail
    for i in range(held - 1, -1, -1):
        g = rewards[i] + gamma * g
        # Written so that a NaN, which compares with nothing, is refused too.
        if i < steps and not (abs(g) <= LARGEST and abs(q[states[i], actions[i]]) <= LARGEST):
            return False
    return True


@called
def _forget_first(
    states: NDArray[np.int32], actions: NDArray[np.int32], rewards: NDArray[np.float64], explored: NDArray[np.int8],
    held: int, steps: int,
) -> int:  # fmt: skip
    """Drop the oldest buffered steps and return how many are left."""
    left = held - steps
    for i in range(left):
        states[i] = states[i + steps]
        actions[i] = actions[i + steps]
        rewards[i] = rewards[i + steps]
        explored[i] = explored[i + steps]
    return left


@inlined
def learn_n_step(
    h: Record, tables: Tables, c: Record, records: Records, recording: bool, tick: int, s: int, a: int, r: float,
    s_next: Whole, a_next: Whole, over: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step: move the pair of n steps ago, or all that wait where the episode is over.

    The tail is worth the action it will take next, and nothing where the episode terminated (no action, −1).

    Returns:
        The largest change; −1 if a value would not be a number, then nothing has changed.
    """
    q = tables.q
    states, actions, rewards = tables.episode_states, tables.episode_actions, tables.episode_rewards
    remember(tables, c, s, a, r, explored)
    tail = 0.0
    if a_next >= 0:
        tail = float(q[s_next, a_next])
    waiting = c.buffered
    steps = waiting if over else 1 if waiting >= h.n else 0
    largest = 0.0
    if steps > 0 and not _all_are_finite(q, states, actions, rewards, waiting, h.gamma, tail, steps):
        c.buffered = waiting - 1
        largest = -1.0
    else:
        for i in range(steps):
            at, did = states[i], actions[i]
            after = _return_after(rewards, waiting, h.gamma, tail, i)
            target = rewards[i] + h.gamma * after
            old = q[at, did]
            new = moved(old, h.alpha, target)
            q[at, did] = new
            tables.backups[at, did] += 1
            largest = max(largest, abs(new - old))
            c.updates += 1
            if recording:
                record_update(
                    records, tick, c.episode, at, did, old, new, new, rewards[i], h.gamma, after, target, h.alpha,
                    target - old, 1.0, REAL, IN_Q, s_next, a_next, tables.episode_explored[i],
                )  # fmt: skip
        c.buffered = _forget_first(states, actions, rewards, tables.episode_explored, waiting, steps)
    return largest
