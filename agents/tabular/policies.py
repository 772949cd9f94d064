"""How an action is chosen from a row of the table: greedy, ε-greedy, softmax, random."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.tabular.arrays import BY_SOFTMAX, FloatTable, Record
from agents.tabular.compiled import called, inlined
from agents.tabular.random_numbers import ACTION, EXPLORE, uniform


@inlined
def best_value(q: FloatTable, s: int) -> Any:
    """Return max_a Q(s, a)."""
    best = q[s, 0]
    for a in range(1, q.shape[1]):
        if q[s, a] > best:
            best = q[s, a]
    return best


@inlined
def rank(q: FloatTable, s: int) -> tuple[float, int, int]:
    """Return ``(max_a Q(s, a), first action that has it, how many share it)``, without a branch on the values."""
    best, action, ties = q[s, 0], 0, 1
    for a in range(1, q.shape[1]):
        value = q[s, a]
        better = value > best
        ties = 1 if better else ties + (1 if value == best else 0)
        action = a if better else action
        best = value if better else best
    return best, action, ties


@called
def tied_action(q: FloatTable, s: int, best: float, ties: int, draw: float) -> int:
    """Return the one of the tied best actions that a draw in [0, 1) picks."""
    pick = int(draw * ties)
    for a in range(q.shape[1]):
        if q[s, a] == best:
            if pick == 0:
                return a
            pick -= 1
    return 0


@inlined
def greedy(q: FloatTable, s: int, key: np.uint64, tick: int, index: int) -> tuple[int, int]:
    """Return ``(argmax_a Q(s, a), how many actions share it)``; ties are broken by a draw of their own."""
    best, action, ties = rank(q, s)
    if ties > 1:
        action = tied_action(q, s, best, ties, uniform(key, ACTION, tick, index))
    return action, ties


@inlined
def epsilon_at(h: Record, tick: int, episode: int) -> Any:
    """Return ε at a moment: constant, linear to its end over the horizon, or exponential with that time constant."""
    if h.epsilon_schedule == 0:
        return h.epsilon
    at = (episode if h.epsilon_clock == 1 else tick) / h.epsilon_horizon
    if h.epsilon_schedule == 1:
        return h.epsilon_end if at >= 1.0 else h.epsilon + at * (h.epsilon_end - h.epsilon)
    return h.epsilon_end + (h.epsilon - h.epsilon_end) * np.exp(-at)


@called
def softmax_choice(q: FloatTable, s: int, temperature: float, draw: float) -> Any:
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
def choose_ranked(
    h: Record,
    q: FloatTable,
    s: int,
    key: np.uint64,
    tick: int,
    episode: int,
    index: int,
    best_value: float,
    best: int,
    ties: int,
) -> tuple[int, int, float, float, int, int]:
    """Choose an action for a state whose row is ranked already; see :func:`choose`."""
    if h.mover == 1:
        pick = int(uniform(key, ACTION, tick, 2 * index) * q.shape[1])
        return pick, 1, -1.0, 1.0, best, ties
    draw = uniform(key, EXPLORE, tick, index)
    if h.exploration == 1:
        pick = softmax_choice(q, s, h.temperature, draw)
        return pick, 1 if q[s, pick] < best_value else 0, draw, BY_SOFTMAX, best, ties
    epsilon = epsilon_at(h, tick, episode)
    if draw < epsilon:
        return int(uniform(key, ACTION, tick, 2 * index) * q.shape[1]), 1, draw, epsilon, best, ties
    if ties > 1:
        best = tied_action(q, s, best_value, ties, uniform(key, ACTION, tick, 2 * index + 1))
    return best, 0, draw, epsilon, best, ties


@inlined
def choose(
    h: Record, q: FloatTable, s: int, key: np.uint64, tick: int, episode: int, index: int
) -> tuple[int, int, float, float, int, int]:
    """Choose an action for state s, ε-greedily, by softmax or at random.

    Returns:
        ``(action, explored, draw, ε or how else it was chosen, greedy action, ties)``, as in ``TICK``. ``explored`` is
        1 whenever the draw against ε explored, even if it hit the greedy action; without ε, whenever the action is not
        a best one. Of tied best actions the first is named where none was taken.
    """
    value, best, ties = rank(q, s)
    return choose_ranked(h, q, s, key, tick, episode, index, value, best, ties)


@called
def expected_value(h: Record, q: FloatTable, s: int, tick: int, episode: int) -> Any:
    """Return Σ_a π(a|s) Q(s, a) under the behaviour policy (Sutton & Barto 2018, eq. 6.9); ties share evenly."""
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
