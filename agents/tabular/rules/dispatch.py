"""The rules that need a memory, by number: what the loop calls for anything it does not do itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import BY_POLICY, BY_UCB, FloatTable, Record, Records, Tables, Whole
from agents.tabular.compiled import called, inlined
from agents.tabular.confidence import ucb_choice, ucb_value
from agents.tabular.memory import Memory
from agents.tabular.policies import best_value, choose, expected_value, rank, softmax_choice
from agents.tabular.random_numbers import EXPLORE, drawn
from agents.tabular.rules.double_q import learn_double
from agents.tabular.rules.dyna import learn_dyna
from agents.tabular.rules.n_step import learn_n_step
from agents.tabular.rules.policy_gradient import learn_actor_critic, learn_reinforce
from agents.tabular.rules.prediction import learn_mc_prediction, learn_td_prediction, policy_choice
from agents.tabular.rules.registry import (
    ACTOR_CRITIC,
    DOUBLE_Q,
    DYNA_Q,
    FIRST_BY_POLICY,
    MC_PREDICTION,
    N_STEP_SARSA,
    Q_LAMBDA,
    REINFORCE,
    SARSA_LAMBDA,
    TD_PREDICTION,
)
from agents.tabular.rules.traces import learn_traces


@called
def choose_any(
    rule: int, h: Record, q: FloatTable, visits: NDArray[np.int64], policy: FloatTable, s: Whole, key: np.uint64,
    tick: int, episode: int, index: Whole,
) -> tuple[int, int, float, float, int, int]:  # fmt: skip
    """Choose an action in any of the ways there are; see :func:`agents.tabular.policies.choose`."""
    if h.mover == 1 or (h.exploration != 2 and rule < FIRST_BY_POLICY):
        return choose(h, q, s, key, tick, episode, index)
    draw = drawn(key, EXPLORE, tick, index)
    if rule in (TD_PREDICTION, MC_PREDICTION):
        _, best, ties = rank(policy, s)
        return policy_choice(policy, s, draw), 0, draw, BY_POLICY, best, ties
    value, best, ties = rank(q, s)
    if rule >= FIRST_BY_POLICY:
        action = int(softmax_choice(q, s, 1.0, draw))
        return action, 1 if q[s, action] < value else 0, draw, BY_POLICY, best, ties
    action = ucb_choice(q, visits, s, h.confidence, draw)
    return action, 1 if q[s, action] < value else 0, draw, BY_UCB, best, ties


@called
def expected_any(h: Record, q: FloatTable, visits: NDArray[np.int64], s: Whole, tick: int, episode: int) -> float:
    """Return Σ_a π(a|s) Q(s, a) for any way to choose; see :func:`agents.tabular.policies.expected_value`."""
    if h.mover == 1 or h.exploration != 2:
        return float(expected_value(h, q, s, tick, episode))
    return float(ucb_value(q, visits, s, h.confidence))


@called
def rows_needed(rule: int, h: Record, memory: Memory, c: Record, actions: int) -> int:
    """Return how many updates the next tick may write."""
    if rule in (SARSA_LAMBDA, Q_LAMBDA):
        return int(memory.trace_count[0] + 1)
    if rule == DYNA_Q:
        return int(h.planning_steps + 1)
    if rule == ACTOR_CRITIC:
        return actions + 1
    if rule == REINFORCE:
        return int((c.buffered + 1) * (actions + 1))
    return int(c.buffered + 1)


@inlined
def learn_with_memory(
    rule: int, h: Record, tables: Tables, memory: Memory, c: Record, records: Records, recording: bool, key: np.uint64,
    tick: int, s: int, a: int, r: float, s_next: Whole, a_next: Whole, terminated: bool, over: bool, explored: int,
) -> float:  # fmt: skip
    """Learn from one step by a rule that needs a memory; ``a_next`` is −1 where the next action is not chosen yet.

    Returns:
        The largest change of a value; −1 if one would not be a number, then nothing has changed.
    """
    change = 0.0
    if rule == DOUBLE_Q:
        change = learn_double(
            h, tables, memory, c, records, recording, key, tick, s, a, r, s_next, terminated, explored
        )
    elif rule == N_STEP_SARSA:
        change = learn_n_step(h, tables, c, records, recording, tick, s, a, r, s_next, a_next, over, explored)
    elif rule == DYNA_Q:
        change = learn_dyna(h, tables, memory, c, records, recording, key, tick, s, a, r, s_next, terminated, explored)
    elif rule == TD_PREDICTION:
        change = learn_td_prediction(
            h, tables, memory, c, records, recording, tick, s, a, r, s_next, terminated, explored
        )
    elif rule == MC_PREDICTION:
        change = learn_mc_prediction(h, tables, memory, c, records, recording, tick, s, a, r, over, explored)
    elif rule == REINFORCE:
        change = learn_reinforce(h, tables, memory, c, records, recording, tick, s, a, r, over, explored)
    elif rule == ACTOR_CRITIC:
        change = learn_actor_critic(
            h, tables, memory, c, records, recording, tick, s, a, r, s_next, terminated, explored
        )
    else:
        bootstrap = 0.0
        if not terminated and rule == SARSA_LAMBDA:
            bootstrap = float(tables.q[s_next, a_next])
        elif not terminated:
            bootstrap = float(best_value(tables.q, s_next))
        change = learn_traces(
            h, tables, memory, c, records, recording, tick, s, a, r, s_next, bootstrap, a_next, rule == Q_LAMBDA, over,
            explored,
        )  # fmt: skip
    return change
