"""The one loop that plays and learns: step mode, run mode and replay all call it, compiled once and kept on disk.

A tick is one ``env_step``. The loop chooses, samples the outcome, calls the rule's update and goes on until the tick
asked for or a stop condition. It writes records only where the caller gave arrays for them; values never depend on
whether anything was recorded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, REAL, STABLE_CHANGE, Mdp, Record, Records, Tables
from agents.tabular.compiled import called, compiled, inlined
from agents.tabular.memory import Memory
from agents.tabular.policies import choose, choose_ranked, expected_value, rank
from agents.tabular.random_numbers import OUTCOME, START, uniform
from agents.tabular.recording import record_tick, record_update, ticks_are_full
from agents.tabular.rules.dispatch import choose_any, expected_any, learn_with_memory, rows_needed
from agents.tabular.rules.monte_carlo import remember, returns_are_finite, returns_into_table
from agents.tabular.rules.one_step import moved, target_of
from agents.tabular.rules.registry import (
    EXPECTED_SARSA,
    FIRST_WITH_MEMORY,
    MONTE_CARLO,
    N_STEP_SARSA,
    Q_LEARNING,
    SARSA,
    SARSA_LAMBDA,
)

REACHED, CHANGED, REWARDED, EPISODE_ENDED, STABLE, RECORDS_FULL, NOT_FINITE, FINISHED = range(8)
"""Why a kernel call came back."""


@inlined
def drawn_outcome(mdp: Mdp, s: int, a: int, draw: float) -> int:
    """Return the first outcome of a pair whose running sum lies above the draw, without a branch on the draw."""
    k = 0
    for j in range(mdp.outcome_count[s, a] - 1):
        k += 1 if mdp.cumulative[s, a, j] <= draw else 0
    return k


@called
def _drawn_start(states: NDArray[np.int32], cumulative: NDArray[np.float64], draw: float) -> int:
    # Binary search: a taxi has 300 starts.
    return int(states[np.searchsorted(cumulative, draw, side="right")])


# Functions called once an episode are inlined where they take the world or the records whole: passing a tuple of
# arrays to a compiled function counts references up and down for each of them, which cost a third of the speed.
@inlined
def _begin_episode(mdp: Mdp, c: Record, key: np.uint64, tick: int) -> int:
    c.next_action = -1
    c.episode_step = 0
    c.episode_return = 0.0
    c.buffered = 0
    if mdp.start_states.shape[0] == 1:
        return int(mdp.start_states[0])
    return int(_drawn_start(mdp.start_states, mdp.start_cumulative, uniform(key, START, tick)))


@called
def _close_block(c: Record, blocks: NDArray[np.void], used: NDArray[np.int64]) -> None:
    row: Record = blocks[used[2]]
    row.first_episode = c.block_first
    row.episodes = c.block_count
    row.tick = c.tick
    row.return_mean = c.block_sum / c.block_count
    row.return_min = c.block_min
    row.return_max = c.block_max
    row.length_mean = c.block_steps / c.block_count
    used[2] += 1
    c.block_count = 0
    # One row an episode up to 1,000, then ten times coarser each time the count grows tenfold: the curve keeps its
    # shape at every scale and its size grows with the logarithm of the run.
    size = 1
    while c.episode >= 1000 * size:
        size *= 10
    c.block_size = size


@inlined
def _end_episode(c: Record, records: Records) -> None:
    value = c.episode_return
    if c.block_count == 0:
        c.block_first = c.episode
        c.block_sum = 0.0
        c.block_steps = 0
        c.block_min = value
        c.block_max = value
    c.block_count += 1
    c.block_sum += value
    c.block_steps += c.episode_step
    c.block_min = min(c.block_min, value)
    c.block_max = max(c.block_max, value)
    c.last_return = value
    c.last_length = c.episode_step
    c.episode += 1
    if c.block_count >= c.block_size:
        _close_block(c, records.blocks, records.used)


@compiled
def advance(
    rule: int,
    key: np.uint64,
    hyper: NDArray[np.void],
    mdp: Mdp,
    tables: Tables,
    memory: Memory | None,
    limit: int,
    stop: NDArray[np.void],
    records: Records,
) -> int:
    """Play and learn until the clock shows ``limit`` or a stop condition holds.

    Args:
        rule: Which update, one of :mod:`agents.tabular.rules.registry`.
        key: ``uint64`` of the seed.
        hyper: ``[1]`` of ``HYPER``; constant during the call.
        mdp: The world.
        tables: What the learner knows; changed in place.
        memory: What it keeps besides, changed in place; ``None`` for rules and ways to explore that need none. The
            compiler then leaves out every line that does.
        limit: Tick to stop at.
        stop: ``[1]`` of ``STOP``.
        records: Where to write; ``used`` is advanced.

    Returns:
        Why it came back, one of the codes of this module. With ``NOT_FINITE`` the tick that would have stored such a
        value has changed nothing.
    """
    h: Record = hyper[0]
    c: Record = tables.counters[0]
    halt: Record = stop[0]
    q, visits = tables.q, tables.visits
    alpha, gamma = h.alpha, h.gamma
    recording = records.updates.shape[0] > 0
    forced_action = halt.forced_action
    largest = records.largest[0]
    reason = REACHED
    # What every tick touches is held in registers and written back at the end.
    tick, state = c.tick, c.state
    # Q-learning ranks the next state's row for its target; unless that very row was changed, the next choice has it.
    ranked, rank_value, rank_action, rank_ties = False, 0.0, 0, 0
    while tick < limit:
        if records.used[2] >= records.blocks.shape[0]:
            reason = RECORDS_FULL
            break
        if recording:
            needed = c.buffered + 1
            if memory is not None:
                needed = rows_needed(rule, h, memory, c, q.shape[1])
            if ticks_are_full(records) or records.used[1] + needed > records.updates.shape[0]:
                reason = RECORDS_FULL
                break
        if state < 0:
            state = _begin_episode(mdp, c, key, tick)
        s = state
        first_update = records.used[1]

        explored, draw, epsilon, best, ties, forced = 0, -1.0, 0.0, 0, 0, 0
        if forced_action >= 0:
            action, forced = forced_action, 1
            forced_action = -1
        elif c.next_action >= 0:
            # SARSA chose this action a tick ago; its draw was recorded as this tick's.
            action, explored = c.next_action, c.explored
            draw, epsilon, best, ties = c.next_draw, c.next_epsilon, c.next_best, c.next_ties
        else:
            if memory is None:
                if not ranked:
                    rank_value, rank_action, rank_ties = rank(q, s)
                action, explored, draw, epsilon, best, ties = choose_ranked(
                    h, q, s, key, tick, c.episode, 0, rank_value, rank_action, rank_ties
                )
            else:
                action, explored, draw, epsilon, best, ties = choose_any(
                    rule, h, q, visits, memory.policy, s, key, tick, c.episode, np.int64(0)
                )
        ranked = False

        k = 0
        if mdp.outcome_count[s, action] > 1:
            k = drawn_outcome(mdp, s, action, uniform(key, OUTCOME, tick))
        r = mdp.reward[s, action, k]
        s_next = mdp.next_state[s, action, k]
        terminated = mdp.terminated[s, action, k]
        truncated = not terminated and c.episode_step + 1 >= mdp.step_limit
        over = terminated or truncated

        change = 0.0
        if rule == MONTE_CARLO:
            remember(tables, c, s, action, r, explored)
            if over:
                if not returns_are_finite(h, tables, c):
                    c.buffered -= 1
                    c.last_state, c.last_action = s, action
                    reason = NOT_FINITE
                    break
                change = returns_into_table(h, tables, c, records, recording, tick)
        elif memory is not None and rule >= FIRST_WITH_MEMORY:
            ahead = rule in (N_STEP_SARSA, SARSA_LAMBDA)
            a_next = -1
            next_explored, next_draw, next_epsilon, next_best, next_ties = explored, -1.0, 0.0, 0, 0
            if ahead and not terminated:
                visits[s, action] += 1
                a_next, next_explored, next_draw, next_epsilon, next_best, next_ties = choose_any(
                    rule, h, q, visits, memory.policy, np.int64(s_next), key, tick + 1, c.episode, 1 if truncated else 0
                )
                visits[s, action] -= 1
            change = learn_with_memory(
                rule, h, tables, memory, c, records, recording, key, tick, s, action, r, np.int64(s_next), a_next,
                terminated, over, explored,
            )  # fmt: skip
            if change < 0.0:
                c.last_state, c.last_action = s, action
                reason = NOT_FINITE
                break
            c.explored = next_explored
            if ahead:
                c.next_action = -1 if over else a_next
                c.next_draw, c.next_epsilon = next_draw, next_epsilon
                c.next_best, c.next_ties = next_best, next_ties
        else:
            bootstrap, a_next = 0.0, -1
            next_explored, next_draw, next_epsilon, next_best, next_ties = 0, -1.0, 0.0, 0, 0
            if not terminated:
                if rule == Q_LEARNING:
                    rank_value, rank_action, rank_ties = rank(q, s_next)
                    bootstrap = rank_value
                    ranked = s_next != s and not over
                elif rule == EXPECTED_SARSA:
                    if memory is None:
                        bootstrap = expected_value(h, q, s_next, tick + 1, c.episode)
                    else:
                        # Whatever is chosen next is chosen after this visit.
                        visits[s, action] += 1
                        bootstrap = expected_any(h, q, visits, np.int64(s_next), tick + 1, c.episode)
                        visits[s, action] -= 1
                elif rule == SARSA:
                    # At truncation this action is never taken: it draws other numbers than the next episode's first.
                    index = 1 if truncated else 0
                    if memory is None:
                        a_next, next_explored, next_draw, next_epsilon, next_best, next_ties = choose(
                            h, q, s_next, key, tick + 1, c.episode, index
                        )
                    else:
                        visits[s, action] += 1
                        a_next, next_explored, next_draw, next_epsilon, next_best, next_ties = choose_any(
                            rule, h, q, visits, memory.policy, np.int64(s_next), key, tick + 1, c.episode, index
                        )
                        visits[s, action] -= 1
                    bootstrap = q[s_next, a_next]
            old = q[s, action]
            target = target_of(r, gamma, bootstrap)
            new = moved(old, alpha, target)
            # Found before anything of this tick is stored: pausing here leaves no half step.
            if not np.isfinite(new):
                c.last_state, c.last_action = s, action
                reason = NOT_FINITE
                break
            q[s, action] = new
            change = abs(new - old)
            c.updates += 1
            if recording:
                record_update(
                    records, tick, c.episode, s, action, old, new, new, r, gamma, bootstrap, target, alpha,
                    target - old, 1.0, REAL, IN_Q, s_next, a_next, explored,
                )  # fmt: skip
            if rule == SARSA:
                c.next_action = -1 if over else a_next
                c.next_draw, c.next_epsilon = next_draw, next_epsilon
                c.next_best, c.next_ties = next_best, next_ties
        if memory is None or rule < FIRST_WITH_MEMORY:
            c.explored = next_explored if rule == SARSA else explored
        c.last_state, c.last_action = s, action
        largest = max(largest, change)
        if change > STABLE_CHANGE:
            c.last_moved_tick = tick
        if recording:
            record_tick(
                records, tick, c.episode, c.episode_step, s, action, r, s_next, terminated, truncated, forced, epsilon,
                draw, explored, best, ties, records.used[1] - first_update,
            )  # fmt: skip
        visits[s, action] += 1
        c.episode_step += 1
        c.episode_return += r
        tick += 1
        state = s_next
        if over:
            if c.first_goal < 0 and mdp.goals[s_next]:
                c.first_goal = tick - 1
            c.tick = tick
            _end_episode(c, records)
            state = -1
            if halt.on_episode >= 0 and c.episode >= halt.on_episode:
                reason = EPISODE_ENDED
                break
        if halt.on_change == 1 and change > 0.0:
            reason = CHANGED
            break
        if halt.on_reward == 1 and r != mdp.usual_reward:
            reason = REWARDED
            break
        if halt.stable_ticks >= 0 and c.last_moved_tick >= 0 and tick - c.last_moved_tick > halt.stable_ticks:
            reason = STABLE
            break
    c.tick, c.state = tick, state
    records.largest[0] = largest
    return reason
