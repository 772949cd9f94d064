"""Policies learned directly, in a table of preferences: REINFORCE and the one-step actor–critic.

π(a|s) = exp h(s,a) / Σ_b exp h(s,b), so ∂ ln π(a|s) / ∂ h(s,b) = 1[a = b] − π(b|s).
REINFORCE (Williams 1992; Sutton & Barto 2018, sect. 13.3, 13.4), at the end of the episode, for each of its steps:
h(s_t,b) ← h(s_t,b) + α γᵗ δ (1[a_t = b] − π(b|s_t)), with δ = G_t, or G_t − V(s_t) with a baseline, and
V(s_t) ← V(s_t) + α_v δ.
Actor–critic (sect. 13.5), at every step: the same with δ = r + γ V(s') − V(s).
The preferences h are the array ``q`` of these agents.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, IN_V, REAL, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.memory import Memory
from agents.tabular.policies import best_value
from agents.tabular.recording import record_update
from agents.tabular.rules.monte_carlo import remember
from agents.tabular.rules.one_step import LARGEST, moved
from agents.tabular.rules.prediction import told_action


@called
def softmax_row(preferences: FloatTable, s: int, into: NDArray[np.float64]) -> None:
    """Write π(·|s) into ``float64 [A]``."""
    top = best_value(preferences, s)
    total = 0.0
    for a in range(preferences.shape[1]):
        into[a] = np.exp(preferences[s, a] - top)
        total += into[a]
    for a in range(preferences.shape[1]):
        into[a] /= total


@called
def action_last(i: int, a: int, actions: int) -> int:
    """Return the i-th action in an order that ends with ``a``: its update is the one told in words."""
    return a if i == actions - 1 else i if i < a else i + 1


@called
def _preferences_can_move(preferences: FloatTable, s: int, step: float) -> bool:
    """Say whether every preference of a state stays a number, whichever way the step moves it."""
    worst = abs(step)
    for a in range(preferences.shape[1]):
        worst = max(worst, abs(preferences[s, a]))
    return worst <= LARGEST


@called
def _episode_can_move(
    h: Record, preferences: FloatTable, v: NDArray[np.float64], states: NDArray[np.int32],
    rewards: NDArray[np.float64], held: int,
) -> bool:  # fmt: skip
    """Say whether everything stays a number, even if all steps push the same way."""
    g, most_g, most_v, most_h = 0.0, 0.0, 0.0, 0.0
    for i in range(held - 1, -1, -1):
        s = states[i]
        g = rewards[i] + h.gamma * g
        if not abs(g) <= LARGEST:
            return False
        most_g = max(most_g, abs(g))
        if h.baseline == 0:
            most_v = max(most_v, abs(v[s]))
        for a in range(preferences.shape[1]):
            most_h = max(most_h, abs(preferences[s, a]))
    return most_v <= LARGEST and most_h + held * h.alpha * (most_g + max(most_g, most_v)) <= LARGEST


@inlined
def learn_actor_critic(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, tick: int, s: int, a: int,
    r: float, s_next: Whole, terminated: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step: the critic's value first, then every preference of the state.

    Returns:
        The largest change; −1 if something would not be a number, then nothing has changed.
    """
    preferences, v, actions = tables.q, memory.v, tables.q.shape[1]
    bootstrap = 0.0 if terminated else float(v[s_next])
    target = r + h.gamma * bootstrap
    old = v[s]
    delta = target - old
    new = old + h.alpha_v * delta
    discounted = h.gamma**c.episode_step
    change = -1.0
    if np.isfinite(new) and _preferences_can_move(preferences, s, h.alpha * delta):
        v[s] = new
        change = abs(new - old)
        c.updates += 1
        if recording:
            record_update(
                records, tick, c.episode, s, told_action(records.watch, s, a), old, new, preferences[s, a], r, h.gamma,
                bootstrap, target, h.alpha_v, delta, 1.0, REAL, IN_V, s_next, -1, explored,
            )  # fmt: skip
        chances = np.empty(actions)
        softmax_row(preferences, s, chances)
        for i in range(actions):
            b = action_last(i, a, actions)
            weight = discounted * ((1.0 if b == a else 0.0) - chances[b])
            old = preferences[s, b]
            new = old + h.alpha * delta * weight
            preferences[s, b] = new
            tables.backups[s, b] += 1
            change = max(change, abs(new - old))
            c.updates += 1
            if recording:
                record_update(
                    records, tick, c.episode, s, b, old, new, new, r, h.gamma, bootstrap, target, h.alpha, delta,
                    weight, REAL, IN_Q, s_next, -1, explored,
                )  # fmt: skip
    return change


@inlined
def learn_reinforce(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, tick: int, s: int, a: int,
    r: float, over: bool, explored: int,
) -> float:  # fmt: skip
    """Remember one step; where the episode is over, walk forward through it and push every preference on its way.

    Returns:
        The largest change; −1 if something would not be a number, then nothing has changed.
    """
    preferences, v, actions = tables.q, memory.v, tables.q.shape[1]
    states, rewards = tables.episode_states, tables.episode_rewards
    remember(tables, c, s, a, r, explored)
    held = c.buffered
    change = 0.0
    if over and not _episode_can_move(h, preferences, v, states, rewards, held):
        c.buffered = held - 1
        change = -1.0
    elif over:
        returns = np.zeros(held + 1)
        for i in range(held - 1, -1, -1):
            returns[i] = rewards[i] + h.gamma * returns[i + 1]
        chances = np.empty(actions)
        discounted = 1.0
        for i in range(held):
            at, did, tried = states[i], tables.episode_actions[i], tables.episode_explored[i]
            after, next_action = -1, -1
            if i + 1 < held:
                after = states[i + 1]
                # Without a V to look at, the return goes on with what was done next.
                next_action = -1 if h.baseline == 0 else tables.episode_actions[i + 1]
            delta = returns[i]
            if h.baseline == 0:
                old = v[at]
                delta = returns[i] - old
                new = moved(old, h.alpha_v, returns[i])
                v[at] = new
                change = max(change, abs(new - old))
                c.updates += 1
                if recording:
                    record_update(
                        records, tick, c.episode, at, told_action(records.watch, at, did), old, new,
                        preferences[at, did], rewards[i], h.gamma, returns[i + 1], returns[i], h.alpha_v, delta, 1.0,
                        REAL, IN_V, after, -1, tried,
                    )  # fmt: skip
            softmax_row(preferences, at, chances)
            for j in range(actions):
                b = action_last(j, did, actions)
                weight = discounted * ((1.0 if b == did else 0.0) - chances[b])
                old = preferences[at, b]
                new = old + h.alpha * delta * weight
                preferences[at, b] = new
                tables.backups[at, b] += 1
                change = max(change, abs(new - old))
                c.updates += 1
                if recording:
                    record_update(
                        records, tick, c.episode, at, b, old, new, new, rewards[i], h.gamma, returns[i + 1],
                        returns[i], h.alpha, delta, weight, REAL, IN_Q, after, next_action, tried,
                    )  # fmt: skip
            discounted *= h.gamma
        c.buffered = 0
    return change
