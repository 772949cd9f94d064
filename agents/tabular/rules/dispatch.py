"""The rules that need a memory, by number: what the loop calls for anything it does not do itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import BY_UCB, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.confidence import ucb_choice, ucb_value
from agents.tabular.memory import Memory
from agents.tabular.policies import choose, expected_value, rank
from agents.tabular.random_numbers import EXPLORE, drawn
from agents.tabular.rules.double_q import learn_double


@called
def choose_any(
    h: Record, q: FloatTable, visits: NDArray[np.int64], s: Whole, key: np.uint64, tick: int, episode: int, index: Whole
) -> tuple[int, int, float, float, int, int]:
    """Choose an action in any of the ways there are; see :func:`agents.tabular.policies.choose`."""
    if h.mover == 1 or h.exploration != 2:
        return choose(h, q, s, key, tick, episode, index)
    value, best, ties = rank(q, s)
    draw = drawn(key, EXPLORE, tick, index)
    action = ucb_choice(q, visits, s, h.confidence, draw)
    return action, 1 if q[s, action] < value else 0, draw, BY_UCB, best, ties


@called
def expected_any(h: Record, q: FloatTable, visits: NDArray[np.int64], s: Whole, tick: int, episode: int) -> float:
    """Return Σ_a π(a|s) Q(s, a) for any way to choose; see :func:`agents.tabular.policies.expected_value`."""
    if h.mover == 1 or h.exploration != 2:
        return float(expected_value(h, q, s, tick, episode))
    return float(ucb_value(q, visits, s, h.confidence))


@inlined
def learn_with_memory(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, key: np.uint64, tick: int,
    s: int, a: int, r: float, s_next: Whole, terminated: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step by a rule that needs a memory.

    Returns:
        The largest change of a value; −1 if one would not be a number, then nothing has changed.
    """
    return learn_double(h, tables, memory, c, records, recording, key, tick, s, a, r, s_next, terminated, explored)
