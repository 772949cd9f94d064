"""Doing again what somebody's own agent did, from its recorded moves and writes: its code is not needed for that.

A live agent goes through the same loop: its code says which move and which writes, this loop does the rest. So what is
seen while it learns and what is seen when it is rewound are one computation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import (
    IN_Q,
    REAL,
    STABLE_CHANGE,
    STOP,
    Mdp,
    Record,
    Records,
    Tables,
    mdp_of,
    new_records,
    new_tables,
)
from agents.tabular.compiled import called, compiled, inlined
from agents.tabular.kernel import (
    CHANGED,
    EPISODE_ENDED,
    FINISHED,
    REACHED,
    RECORDS_FULL,
    REWARDED,
    STABLE,
    _begin_episode,
    _drawn_start,
    _end_episode,
    drawn_outcome,
)
from agents.tabular.policies import rank
from agents.tabular.random_numbers import OUTCOME, START, key_of, uniform
from agents.tabular.recording import record_tick, record_update, ticks_are_full
from arena.environments.world import TransitionModel

AGENT_FAILED = 100
"""Why a live own agent came back, besides the codes of :mod:`agents.tabular.kernel`: its code raised, or asked for what
it may not have. The tick in which it did has changed nothing."""


class Script(NamedTuple):
    """Moves and writes of a stretch of ticks, as in :class:`arena.runs.write_block.WriteBlock`."""

    actions: NDArray[np.int32]
    counts: NDArray[np.int32]
    indices: NDArray[np.int64]
    values: NDArray[np.float64]


class Chances(NamedTuple):
    """The two arrays of a world that say which outcome a draw means: handing over all of them costs 4 µs a call."""

    outcome_count: NDArray[np.int32]
    cumulative: NDArray[np.float64]


@compiled
def drawn_number(key: np.uint64, purpose: int, tick: int, index: int) -> float:
    """Return the number in [0, 1) of a purpose, a tick and an index."""
    return uniform(key, purpose, tick, index)


@compiled
def start_state(states: NDArray[np.int32], cumulative: NDArray[np.float64], key: np.uint64, tick: int) -> int:
    """Return the state in which an episode that begins at this tick starts."""
    if states.shape[0] == 1:
        return int(states[0])
    return int(_drawn_start(states, cumulative, uniform(key, START, tick)))


@inlined
def outcome_of(chances: Chances | Mdp, key: np.uint64, tick: int, s: int, a: int) -> int:
    """Return which outcome a move has at a tick."""
    k = 0
    if chances.outcome_count[s, a] > 1:
        k = drawn_outcome(chances, s, a, uniform(key, OUTCOME, tick))  # type: ignore[arg-type]
    return k


@compiled
def drawn_move(chances: Chances, key: np.uint64, tick: int, s: int, a: int) -> int:
    """Return which outcome a move has at a tick, for callers in Python."""
    return outcome_of(chances, key, tick, s, a)


@called
def _rows_needed(script: Script, watched: bool, write: int, count: int, pairs: int) -> int:
    """Return how many rows of ``UPDATE`` a tick can need: one for each write to the table that is shown."""
    if watched:
        return count
    rows = 0
    for w in range(write, write + count):
        rows += 1 if script.indices[w] < pairs else 0
    return rows


@compiled
def advance_recorded(
    key: np.uint64,
    gamma: float,
    mdp: Mdp,
    tables: Tables,
    pool: NDArray[np.float64],
    script: Script,
    place: NDArray[np.int64],
    limit: int,
    stop: NDArray[np.void],
    records: Records,
) -> int:
    """Do again what a script says until the clock shows ``limit``, a stop condition holds or the script ends.

    Args:
        key: ``uint64`` of the seed.
        gamma: Discount, for the records.
        mdp: The world.
        tables: What is known; changed in place.
        pool: All numbers of the agent laid end to end, the table ``q`` first; changed in place.
        script: Moves and writes.
        place: ``[2]`` which tick and which write of the script come next; advanced.
        limit: Tick to stop at.
        stop: ``[1]`` of ``STOP``; a forced action only marks the tick as forced.
        records: Where to write.

    Returns:
        Why it came back, a code of :mod:`agents.tabular.kernel`; ``FINISHED`` where the script ends before the limit.
    """
    c: Record = tables.counters[0]
    halt: Record = stop[0]
    q = tables.q
    pairs = q.size
    recording = records.updates.shape[0] > 0
    forced = 1 if halt.forced_action >= 0 else 0
    while c.tick < limit:
        if place[0] >= script.actions.shape[0]:
            return FINISHED
        if records.used[2] >= records.blocks.shape[0]:
            return RECORDS_FULL
        count = script.counts[place[0]]
        if recording:
            needed = _rows_needed(script, records.watch[0] >= 0, place[1], count, pairs)
            if ticks_are_full(records) or records.used[1] + needed > records.updates.shape[0]:
                return RECORDS_FULL
        tick = c.tick
        if c.state < 0:
            c.state = _begin_episode(mdp, c, key, tick)
        s, a = c.state, script.actions[place[0]]
        first_update = records.used[1]
        best_value, best, ties = rank(q, s)
        # Whether somebody's code explored it alone knows: a move that is not among the best ones surely did.
        explored = 1 if q[s, a] < best_value else 0

        k = outcome_of(mdp, key, tick, s, a)
        r = mdp.reward[s, a, k]
        s_next = mdp.next_state[s, a, k]
        terminated = mdp.terminated[s, a, k]
        truncated = not terminated and c.episode_step + 1 >= mdp.step_limit
        over = terminated or truncated

        change = 0.0
        for w in range(place[1], place[1] + count):
            i, new = script.indices[w], script.values[w]
            old = pool[i]
            pool[i] = new
            if i >= pairs:
                continue
            wrote_s, wrote_a = i // q.shape[1], i % q.shape[1]
            change = max(change, abs(new - old))
            c.updates += 1
            tables.backups[wrote_s, wrote_a] += 1
            if recording:
                record_update(
                    records, tick, c.episode, wrote_s, wrote_a, old, new, new, r, gamma, 0.0, new, 1.0, new - old, 1.0,
                    REAL, IN_Q, s_next, -1, explored,
                )  # fmt: skip
        place[0] += 1
        place[1] += count
        c.explored = explored
        c.last_state, c.last_action = s, a
        records.largest[0] = max(records.largest[0], change)
        if change > STABLE_CHANGE:
            c.last_moved_tick = tick
        if recording:
            record_tick(
                records, tick, c.episode, c.episode_step, s, a, r, s_next, terminated, truncated, forced, -1.0, -1.0,
                explored, best, ties, records.used[1] - first_update,
            )  # fmt: skip
        forced = 0
        tables.visits[s, a] += 1
        c.episode_step += 1
        c.episode_return += r
        c.tick = tick + 1
        c.state = s_next
        if over:
            if c.first_goal < 0 and mdp.goals[s_next]:
                c.first_goal = tick
            _end_episode(c, records)
            c.state = -1
            if halt.on_episode >= 0 and c.episode >= halt.on_episode:
                return EPISODE_ENDED
        if halt.on_change == 1 and change > 0.0:
            return CHANGED
        if halt.on_reward == 1 and r != mdp.usual_reward:
            return REWARDED
        if halt.stable_ticks >= 0 and c.last_moved_tick >= 0 and c.tick - c.last_moved_tick > halt.stable_ticks:
            return STABLE
    return REACHED


def warm_up_recorded(model: TransitionModel) -> None:
    """Compile what own agents need, on a small world."""
    mdp, key = mdp_of(model), key_of(0)
    tables = new_tables(model.states, model.actions, 0.0, 0)
    pool = np.zeros(tables.q.size)
    tables = tables._replace(q=pool.reshape(tables.q.shape), backups=np.zeros(tables.q.shape, np.int64))
    script = Script(np.zeros(2, np.int32), np.ones(2, np.int32), np.zeros(2, np.int64), np.ones(2))
    stop = np.zeros(1, STOP)
    stop["forced_action"] = stop["on_episode"] = stop["stable_ticks"] = -1
    place = np.zeros(2, np.int64)
    advance_recorded(key, 0.9, mdp, tables, pool, script, place, 2, stop, new_records())
    start_state(mdp.start_states, mdp.start_cumulative, key, 0)
    drawn_move(Chances(mdp.outcome_count, mdp.cumulative), key, 0, 0, 0)
    drawn_number(key, OUTCOME, 0, 0)
