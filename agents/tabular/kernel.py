"""The one loop that plays and learns: step mode, run mode and replay all call it, compiled once and kept on disk.

A tick is one ``env_step``. The loop chooses, samples the outcome, calls the rule's update and goes on until the tick
asked for or a stop condition. It writes records only where the caller gave arrays for them; values never depend on
whether anything was recorded.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from agents.tabular.arrays import STABLE_CHANGE
from agents.tabular.policies import best_value, choose, expected_value
from agents.tabular.random_numbers import OUTCOME, START, uniform
from agents.tabular.rules.monte_carlo import remember, returns_are_finite, returns_into_table
from agents.tabular.rules.one_step import moved, target_of
from agents.tabular.rules.registry import EXPECTED_SARSA, MONTE_CARLO, Q_LEARNING, SARSA

REACHED, CHANGED, REWARDED, EPISODE_ENDED, STABLE, RECORDS_FULL, NOT_FINITE, FINISHED = range(8)
"""Why a kernel call came back."""


@njit(inline="always")
def _draw_from(cumulative, draw):  # type: ignore[no-untyped-def]
    k = 0
    while cumulative[k] <= draw:
        k += 1
    return k


@njit
def _begin_episode(mdp, c, key):  # type: ignore[no-untyped-def]
    state = mdp.start_states[0]
    if mdp.start_states.shape[0] > 1:
        # Binary search: a taxi has 300 starts.
        draw = uniform(key, START, c.tick)
        state = mdp.start_states[np.searchsorted(mdp.start_cumulative, draw, side="right")]
    c.state = state
    c.next_action = -1
    c.episode_step = 0
    c.episode_return = 0.0
    c.buffered = 0


@njit
def _close_block(c, records):  # type: ignore[no-untyped-def]
    row = records.blocks[records.used[2]]
    row.first_episode = c.block_first
    row.episodes = c.block_count
    row.tick = c.tick
    row.return_mean = c.block_sum / c.block_count
    row.return_min = c.block_min
    row.return_max = c.block_max
    row.length_mean = c.block_steps / c.block_count
    records.used[2] += 1
    c.block_count = 0
    # One row an episode up to 1,000, then ten times coarser each time the count grows tenfold: the curve keeps its
    # shape at every scale and its size grows with the logarithm of the run.
    size = 1
    while c.episode >= 1000 * size:
        size *= 10
    c.block_size = size


@njit
def _end_episode(c, records):  # type: ignore[no-untyped-def]
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
    c.state = -1
    if c.block_count >= c.block_size:
        _close_block(c, records)


@njit
def _record_update(records, c, s, a, old, new, r, gamma, bootstrap, target, size, s_next, a_next, explored):  # type: ignore[no-untyped-def]
    row = records.updates[records.used[1]]
    row.tick = c.tick
    row.state = s
    row.action = a
    row.old = old
    row.new = new
    row.reward = r
    row.gamma = gamma
    row.bootstrap = bootstrap
    row.target = target
    row.step_size = size
    row.next_state = s_next
    row.next_action = a_next
    row.explored = explored
    records.used[1] += 1


@njit
def _record_tick(records, c, s, a, r, s_next, terminated, truncated, forced, epsilon, draw, explored, best, ties, first):  # type: ignore[no-untyped-def]
    row = records.ticks[records.used[0]]
    row.tick = c.tick
    row.episode = c.episode
    row.episode_step = c.episode_step
    row.state = s
    row.action = a
    row.reward = r
    row.next_state = s_next
    row.terminated = terminated
    row.truncated = truncated
    row.forced = forced
    row.epsilon = epsilon
    row.draw = draw
    row.explored = explored
    row.greedy_action = best
    row.ties = ties
    row.updates = records.used[1] - first
    records.used[0] += 1


@njit(cache=True, nogil=True)
def advance(rule, key, hyper, mdp, tables, limit, stop, records):  # type: ignore[no-untyped-def]
    """Play and learn until the clock shows ``limit`` or a stop condition holds.

    Args:
        rule: Which update, one of :mod:`agents.tabular.rules.registry`.
        key: ``uint64`` of the seed.
        hyper: ``[1]`` of ``HYPER``; constant during the call.
        mdp: The world.
        tables: What the learner knows; changed in place.
        limit: Tick to stop at.
        stop: ``[1]`` of ``STOP``.
        records: Where to write; ``used`` is advanced.

    Returns:
        Why it came back, one of the codes of this module. With ``NOT_FINITE`` the offending value was not stored.
    """
    h = hyper[0]
    c = tables.counters[0]
    halt = stop[0]
    q = tables.q
    recording = records.ticks.shape[0] > 0
    forced_action = halt.forced_action
    alpha, gamma = h.alpha, h.gamma
    while c.tick < limit:
        if records.used[2] >= records.blocks.shape[0]:
            return RECORDS_FULL
        if recording and (
            records.used[0] >= records.ticks.shape[0]
            or records.used[1] + c.buffered + 1 > records.updates.shape[0]
        ):
            return RECORDS_FULL
        if c.state < 0:
            _begin_episode(mdp, c, key)
        tick, s = c.tick, c.state
        first_update = records.used[1]

        if c.next_action >= 0 and not recording and forced_action < 0:
            action, explored, draw, epsilon, best, ties = c.next_action, c.explored, -1.0, 0.0, 0, 0
        else:
            # An action SARSA chose a tick ago is drawn again for the record only: same numbers, same table then.
            action, explored, draw, epsilon, best, ties = choose(h, q, s, key, tick, c.episode, 0)
            if c.next_action >= 0:
                action, explored = c.next_action, c.explored
        forced = 0
        if forced_action >= 0:
            action, explored, forced = forced_action, 0, 1
            forced_action = -1

        k = 0
        if mdp.outcome_count[s, action] > 1:
            k = _draw_from(mdp.cumulative[s, action], uniform(key, OUTCOME, tick))
        r = mdp.reward[s, action, k]
        s_next = mdp.next_state[s, action, k]
        terminated = mdp.terminated[s, action, k]
        truncated = not terminated and c.episode_step + 1 >= mdp.step_limit
        over = terminated or truncated

        # Whatever is not finite is found before anything of this tick is stored: pausing here leaves no half step.
        change = 0.0
        if rule == MONTE_CARLO:
            remember(tables, c, s, action, r, explored)
            if over:
                if not returns_are_finite(h, tables, c):
                    c.buffered -= 1
                    c.last_state, c.last_action = s, action
                    return NOT_FINITE
                change = returns_into_table(h, tables, c, records, recording)
        else:
            bootstrap = 0.0
            a_next, next_explored = -1, 0
            if not terminated:
                if rule == Q_LEARNING:
                    bootstrap = best_value(q, s_next)
                elif rule == EXPECTED_SARSA:
                    bootstrap = expected_value(h, q, s_next, tick + 1, c.episode)
                elif rule == SARSA:
                    # At truncation this action is never taken: it draws other numbers than the next episode's first.
                    a_next, next_explored, _, _, _, _ = choose(
                        h, q, s_next, key, tick + 1, c.episode, 1 if truncated else 0
                    )
                    bootstrap = q[s_next, a_next]
            old = q[s, action]
            target = target_of(r, gamma, bootstrap)
            new = moved(old, alpha, target)
            if not np.isfinite(new):
                c.last_state, c.last_action = s, action
                return NOT_FINITE
            q[s, action] = new
            change = abs(new - old)
            c.updates += 1
            if recording:
                _record_update(
                    records, c, s, action, old, new, r, gamma, bootstrap, target, alpha, s_next, a_next, explored
                )
            if rule == SARSA:
                c.next_action = -1 if over else a_next
                c.explored = next_explored
        c.last_state, c.last_action = s, action
        if rule != SARSA:
            c.explored = explored
        c.largest_change = max(c.largest_change, change)
        if change > STABLE_CHANGE:
            c.last_moved_tick = tick
        if recording:
            _record_tick(
                records, c, s, action, r, s_next, terminated, truncated, forced, epsilon, draw, explored, best, ties,
                first_update,
            )
        tables.visits[s, action] += 1
        c.episode_step += 1
        c.episode_return += r
        c.tick = tick + 1
        c.state = s_next
        if over:
            _end_episode(c, records)
            if halt.on_episode >= 0 and c.episode >= halt.on_episode:
                return EPISODE_ENDED
        if halt.on_change == 1 and change > 0.0:
            return CHANGED
        if halt.on_reward == 1 and r != mdp.usual_reward:
            return REWARDED
        if halt.stable_ticks >= 0 and tick - c.last_moved_tick >= halt.stable_ticks:
            return STABLE
    return REACHED
