"""How an action is chosen from a row of the table: greedy, ε-greedy, softmax, random."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.tabular.arrays import FloatTable, Record
from agents.tabular.compiled import called, inlined
from agents.tabular.random_numbers import ACTION, EXPLORE, uniform


@inlined
def best_value(q: FloatTable, s: int) -> float:
    """Return max_a Q(s, a)."""
    best = q[s, 0]
    for a in range(1, q.shape[1]):
        if q[s, a] > best:
            best = q[s, a]
    return best


@inlined
def greedy(q: FloatTable, s: int, key: np.uint64, tick: int, index: int) -> tuple[int, int]:
    """Return ``(argmax_a Q(s, a), how many actions share it)``; ties are broken by a draw of their own."""
    best, action, ties = q[s, 0], 0, 1
    for a in range(1, q.shape[1]):
        value = q[s, a]
        if value > best:
            best, action, ties = value, a, 1
        elif value == best:
            ties += 1
    if ties > 1:
        pick = int(uniform(key, ACTION, tick, index) * ties)
        for a in range(q.shape[1]):
            if q[s, a] == best:
                if pick == 0:
                    return a, ties
                pick -= 1
    return action, ties


@inlined
def epsilon_at(h: Record, tick: int, episode: int) -> Any:
    """Return ε at a moment: constant, linear from ε to its end over the horizon, or exponential with that time constant."""
    if h.epsilon_schedule == 0:
        return h.epsilon
    at = (episode if h.epsilon_clock == 1 else tick) / h.epsilon_horizon
    if h.epsilon_schedule == 1:
        return h.epsilon_end if at >= 1.0 else h.epsilon + at * (h.epsilon_end - h.epsilon)
    return h.epsilon_end + (h.epsilon - h.epsilon_end) * np.exp(-at)


@called
def softmax_choice(q: FloatTable, s: int, temperature: float, draw: float) -> int:
    """Draw an action with probability ∝ exp(Q(s, a) / temperature) (Sutton & Barto 2018, eq. 13.2 over values)."""
    top = best_value(q, s)
    total = 0.0
    for a in range(q.shape[1]):
        total += np.exp((q[s, a] - top) / temperature)
    left = draw * total
    for a in range(q.shape[1]):
        left -= np.exp((q[s, a] - top) / temperature)
        if left < 0.0:
            return a
    return q.shape[1] - 1


@inlined
def choose(
    h: Record, q: FloatTable, s: int, key: np.uint64, tick: int, episode: int, index: int
) -> tuple[int, int, float, float, int, int]:
    """Choose an action for state s.

    Returns:
        ``(action, explored, draw against ε or −1, ε, greedy action, ties)``. ``explored`` is 1 whenever the draw
        explored, even if it hit the greedy action.
    """
    best, ties = greedy(q, s, key, tick, 2 * index + 1)
    if h.mover == 1:
        pick = int(uniform(key, ACTION, tick, 2 * index) * q.shape[1])
        return pick, 1, -1.0, 1.0, best, ties
    draw = uniform(key, EXPLORE, tick, index)
    if h.exploration == 1:
        pick = softmax_choice(q, s, h.temperature, draw)
        return pick, np.int64(q[s, pick] < q[s, best]), draw, -1.0, best, ties
    epsilon = epsilon_at(h, tick, episode)
    if draw < epsilon:
        return int(uniform(key, ACTION, tick, 2 * index) * q.shape[1]), 1, draw, epsilon, best, ties
    return best, 0, draw, epsilon, best, ties


@called
def expected_value(h: Record, q: FloatTable, s: int, tick: int, episode: int) -> Any:
    """Return Σ_a π(a|s) Q(s, a) under the behaviour policy (Sutton & Barto 2018, eq. 6.9); ties share the greedy part."""
    actions = q.shape[1]
    top = best_value(q, s)
    if h.mover != 1 and h.exploration == 1:
        total, weighted = 0.0, 0.0
        for a in range(actions):
            weight = np.exp((q[s, a] - top) / h.temperature)
            total += weight
            weighted += weight * q[s, a]
        return weighted / total
    epsilon = 1.0 if h.mover == 1 else epsilon_at(h, tick, episode)
    mean = 0.0
    for a in range(actions):
        mean += q[s, a]
    return (1.0 - epsilon) * top + epsilon * mean / actions
