"""Dyna-Q (Sutton 1990; Sutton & Barto 2018, sect. 8.2): after each real step, some imagined ones.

The model remembers what each pair led to the last time. An imagined step picks a state met before and an action tried
there, both at random, and learns from what the model says as if it had happened.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IMAGINED, IN_Q, REAL, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.memory import Memory
from agents.tabular.policies import best_value
from agents.tabular.random_numbers import PLAN, drawn
from agents.tabular.recording import record_update
from agents.tabular.rules.one_step import moved, target_of


@called
def tried_action(model_next: NDArray[np.int32], s: int, draw: float) -> int:
    """Return one of the actions tried in a state, each as likely as any other."""
    tried = 0
    for a in range(model_next.shape[1]):
        tried += 1 if model_next[s, a] >= 0 else 0
    pick = int(draw * tried)
    for a in range(model_next.shape[1]):
        if model_next[s, a] >= 0:
            if pick == 0:
                return a
            pick -= 1
    return 0


@called
def is_known(model_next: NDArray[np.int32], s: int) -> bool:
    """Say whether anything was tried in a state."""
    known = False
    for a in range(model_next.shape[1]):
        known = known or model_next[s, a] >= 0
    return known


@inlined
def learn_dyna(
    h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, key: np.uint64, tick: int,
    s: int, a: int, r: float, s_next: Whole, terminated: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step, and from ``planning_steps`` imagined ones.

    Returns:
        The largest change; −1 if the value of the real step would not be a number, then nothing has changed. An
        imagined step that would leave the numbers is left out: a real one will run into it.
    """
    q = tables.q
    largest = 0.0
    at, did, reward, after, ended, kind, tried = s, a, r, s_next, terminated, REAL, explored
    for i in range(h.planning_steps + 1):
        if i > 0:
            at = memory.known_states[int(drawn(key, PLAN, tick, 2 * i) * memory.known_count[0])]
            did = tried_action(memory.model_next, at, drawn(key, PLAN, tick, 2 * i + 1))
            reward, after = memory.model_reward[at, did], np.int64(memory.model_next[at, did])
            ended, kind, tried = memory.model_ended[at, did] == 1, IMAGINED, 0
        bootstrap = 0.0 if ended else best_value(q, after)
        old = q[at, did]
        target = target_of(reward, h.gamma, bootstrap)
        new = moved(old, h.alpha, target)
        if not np.isfinite(new):
            if i == 0:
                largest = -1.0
                break
            continue
        if i == 0:
            if not is_known(memory.model_next, s):
                memory.known_states[memory.known_count[0]] = s
                memory.known_count[0] += 1
            memory.model_next[s, a] = s_next
            memory.model_reward[s, a] = r
            memory.model_ended[s, a] = 1 if terminated else 0
        q[at, did] = new
        tables.backups[at, did] += 1
        largest = max(largest, abs(new - old))
        c.updates += 1
        if recording:
            record_update(
                records, tick, c.episode, at, did, old, new, new, reward, h.gamma, bootstrap, target, h.alpha,
                target - old, 1.0, kind, IN_Q, after, -1, tried,
            )  # fmt: skip
    return largest
