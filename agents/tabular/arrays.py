"""The named arrays of a tabular learner: everything it needs to continue exactly, as numpy structures.

Kernels (compiled), keyframes (stored) and views (shown) all read these; there is no second copy of any of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.environments.world import TransitionModel

FloatTable = NDArray[np.float64]
"""``float64 [S, A]``."""

Record = Any
"""One record of a structured array as compiled code sees it: its fields are attributes."""

Whole = Any
"""A whole number of 64 bits: numbers of another width make the compiler prepare the function called once more."""

HYPER = np.dtype(
    [
        ("alpha", "f8"),  # step size; 0 = 1/N, the mean of the returns (Monte Carlo)
        ("gamma", "f8"),
        ("epsilon", "f8"),
        ("epsilon_end", "f8"),
        ("epsilon_horizon", "f8"),  # in env_steps or episodes
        ("epsilon_schedule", "i8"),  # 0 constant, 1 linear, 2 exponential
        ("epsilon_clock", "i8"),  # 0 env_steps, 1 episodes
        ("exploration", "i8"),  # 0 epsilon-greedy, 1 softmax, 2 UCB
        ("temperature", "f8"),
        ("confidence", "f8"),  # c of UCB
        ("visit", "i8"),  # Monte Carlo: 0 every visit counts, 1 the first of an episode
        ("n", "i8"),  # steps an n-step return looks ahead
        ("lam", "f8"),  # λ
        ("traces", "i8"),  # 0 replacing, 1 accumulating
        ("planning_steps", "i8"),  # imagined steps after each real one
        ("alpha_v", "f8"),  # step size of V beside a policy
        ("baseline", "i8"),  # REINFORCE: 0 V(s) is subtracted, 1 nothing is
        ("evaluation_sweeps", "i8"),  # policy iteration: most sweeps before the policy is improved
        ("tolerance", "f8"),  # value iteration: stop when a sweep changes nothing by more
        ("mover", "i8"),  # 0 the agent, 1 random, 2 a person
    ]
)
"""Hyper-parameters as the kernels read them; one record."""

COUNTERS = np.dtype(
    [
        ("tick", "i8"),  # env_steps done; sweeps for dynamic programming
        ("episode", "i8"),  # episodes ended
        ("episode_step", "i8"),  # steps done in the running episode
        ("updates", "i8"),  # table updates done
        ("state", "i8"),  # −1: an episode is about to begin
        ("next_action", "i8"),  # action already chosen for the next tick (SARSA), −1: none
        ("next_draw", "f8"),  # how that action was chosen, for the record of its tick
        ("next_epsilon", "f8"),
        ("next_best", "i8"),
        ("next_ties", "i8"),
        ("buffered", "i8"),  # steps held in the episode buffers
        ("finished", "i8"),  # 1: converged, nothing left to do
        ("episode_return", "f8"),
        ("last_return", "f8"),
        ("last_length", "i8"),
        ("last_state", "i8"),
        ("last_action", "i8"),
        ("first_goal", "i8"),  # tick of the first arrival at a goal, −1: none yet
        ("last_moved_tick", "i8"),  # last tick that moved a value by more than STABLE_CHANGE, −1: none
        ("explored", "i8"),  # 1: the last move (SARSA: the one chosen for the next tick) was an exploratory draw
        ("block_size", "i8"),  # episodes that make the next row of the return curve
        ("block_first", "i8"),
        ("block_count", "i8"),
        ("block_sum", "f8"),
        ("block_min", "f8"),
        ("block_max", "f8"),
        ("block_steps", "i8"),
    ]
)
"""Where a run stands; one record."""

TICK = np.dtype(
    [
        ("tick", "i8"),
        ("episode", "i8"),
        ("episode_step", "i8"),
        ("state", "i8"),
        ("action", "i8"),
        ("reward", "f8"),
        ("next_state", "i8"),
        ("terminated", "i8"),
        ("truncated", "i8"),
        ("forced", "i8"),  # 1: a person chose the action
        ("epsilon", "f8"),  # or one of the codes below: how else the action was chosen
        ("draw", "f8"),  # the number drawn; −1: none was drawn
        ("explored", "i8"),
        ("greedy_action", "i8"),
        ("ties", "i8"),  # how many actions share the best value
        ("updates", "i8"),  # rows of UPDATE this tick wrote
        ("kind", "i8"),  # 0 a step, 1 a sweep over all states, 2 an improvement of the policy
    ]
)
"""One step as it happened: the draw, the move, the reward."""

STEP, SWEEP, IMPROVING = range(3)

BY_SOFTMAX, BY_UCB, BY_POLICY = -1.0, -2.0, -3.0
"""What ``epsilon`` of a :data:`TICK` says where there is none: drawn in proportion to values, the highest upper bound,
drawn from the agent's policy."""

UPDATE = np.dtype(
    [
        ("tick", "i8"),
        ("episode", "i8"),
        ("state", "i8"),
        ("action", "i8"),
        ("old", "f8"),
        ("new", "f8"),
        ("shown", "f8"),  # what q has for the pair after it: new, but for the mean of two tables
        ("reward", "f8"),  # r, or the expected reward in a sweep
        ("gamma", "f8"),
        ("bootstrap", "f8"),  # what γ multiplies: max Q(s'), Q(s',a'), ΣπQ(s'), or G of the next step
        ("target", "f8"),
        ("step_size", "f8"),
        ("delta", "f8"),  # δ: the error that moved the value; target − old, but of the step's own pair for traces
        ("weight", "f8"),  # what αδ counts for here: 1, a trace, or a slope of ln π
        ("kind", "i8"),  # one of KINDS
        ("table", "i8"),  # the array written, one of TABLES
        ("next_state", "i8"),
        ("next_action", "i8"),  # SARSA's a'; −1 where there is none
        ("explored", "i8"),
    ]
)
"""One value changed: the sub-updates of a tick, in order. ``new = old + step_size · delta · weight``, in that order of
multiplication, wherever a value moved by a step."""

KINDS = ("real", "imagined", "trace", "improvement")
"""Why a value changed: by what happened to it, by a step the agent imagined, by an error that came later. An
improvement changes no value: another action was found better, by what ``new`` is above ``old``."""

REAL, IMAGINED, TRACE, IMPROVEMENT = range(4)

TABLES = ("q", "q1", "q2", "v", "chosen")
"""Names of the arrays that updates write."""

IN_Q, IN_Q1, IN_Q2, IN_V, IN_CHOSEN = range(5)

BLOCK = np.dtype(
    [
        ("first_episode", "i8"),
        ("episodes", "i8"),
        ("tick", "i8"),
        ("return_mean", "f8"),
        ("return_min", "f8"),
        ("return_max", "f8"),
        ("length_mean", "f8"),
    ]
)
"""One row of the return curve: one episode at first, ten each after 1,000 episodes, a hundred after 10,000 …"""

STOP = np.dtype(
    [
        ("forced_action", "i8"),  # action of the first tick; −1: the agent chooses
        ("on_change", "i8"),  # 1: stop after a tick that changed a value
        ("on_reward", "i8"),  # 1: stop after a reward that is not the world's usual one
        ("on_episode", "i8"),  # stop when that many episodes have ended; −1: never
        ("stable_ticks", "i8"),  # stop when no value moved for that many ticks; −1: never
    ]
)
"""When a call of the kernel ends early; one record."""

STABLE_CHANGE = 1e-3
"""A change below this counts as "did not move" when waiting for stable values."""


class Tables(NamedTuple):
    """What a tabular learner knows; the names are those of the arrays in keyframes and views."""

    q: NDArray[np.float64]
    """``[S, A]`` what it acts on: action values (Double Q-learning: the mean of its two tables; prediction: V(s) in
    every entry of a row; policies learned directly: preferences)."""
    visits: NDArray[np.int64]
    """``[S, A]`` how often each pair was tried (backed up, in a sweep)."""
    backups: NDArray[np.int64]
    """``[S, A]`` how often the value was written, where that is not once a visit (Monte Carlo); else ``[0, A]``."""
    counters: NDArray[np.void]
    """``[1]`` of :data:`COUNTERS`."""
    episode_states: NDArray[np.int32]
    """``[L]`` states of the running episode (Monte Carlo); empty where no buffer is kept."""
    episode_actions: NDArray[np.int32]
    """``[L]`` actions of the running episode."""
    episode_rewards: NDArray[np.float64]
    """``[L]`` rewards of the running episode."""
    episode_explored: NDArray[np.int8]
    """``[L]`` 1 where the move was an exploratory draw."""


class Mdp(NamedTuple):
    """The arrays of a :class:`TransitionModel` as compiled code takes them."""

    outcome_count: NDArray[np.int32]
    cumulative: NDArray[np.float64]
    probability: NDArray[np.float64]
    next_state: NDArray[np.int32]
    reward: NDArray[np.float64]
    terminated: NDArray[np.bool_]
    start_states: NDArray[np.int32]
    start_cumulative: NDArray[np.float64]
    goals: NDArray[np.bool_]
    step_limit: int
    usual_reward: float


class Records(NamedTuple):
    """What a kernel call writes down for people.

    Updates are recorded where there is room for any, ticks too where there is room for those.
    """

    ticks: NDArray[np.void]
    updates: NDArray[np.void]
    blocks: NDArray[np.void]
    used: NDArray[np.int64]
    """``[3]`` rows in use of ticks, updates and blocks."""
    largest: NDArray[np.float64]
    """``[1]`` largest |new − old| since somebody last set it to 0; no part of what the learner knows."""
    watch: NDArray[np.int64]
    """``[2]`` state and action whose updates alone are recorded; −1, −1 for those of all."""


def mdp_of(model: TransitionModel) -> Mdp:
    """Hand the arrays of a model to compiled code, C-contiguous."""
    arrays = {
        name: np.ascontiguousarray(value)
        for name in Mdp._fields
        if isinstance(value := getattr(model, name), np.ndarray)
    }
    return Mdp(**arrays, step_limit=model.step_limit, usual_reward=model.usual_reward)


def new_records(ticks: int = 0, updates: int = 0, blocks: int = 4096, watch: tuple[int, int] = (-1, -1)) -> Records:
    """Make empty record arrays for that many rows.

    Args:
        ticks: Rows of ``TICK``; 0 records no steps.
        updates: Rows of ``UPDATE``; 0 records nothing at all.
        blocks: Rows of ``BLOCK``.
        watch: State and action whose updates alone are recorded; −1, −1 for those of all.
    """
    return Records(
        np.zeros(ticks, TICK),
        np.zeros(updates, UPDATE),
        np.zeros(blocks, BLOCK),
        np.zeros(3, np.int64),
        np.zeros(1),
        np.array(watch, np.int64),
    )


def new_tables(
    states: int, actions: int, initial_value: float, episode_buffer: int, *, counted: bool = False
) -> Tables:
    """Make the tables of a learner that has seen nothing.

    Args:
        states: S.
        actions: A.
        initial_value: Every action value at the start.
        episode_buffer: Steps of an episode to be held, 0 for none.
        counted: Whether writes are counted apart from visits.
    """
    counters = np.zeros(1, COUNTERS)
    counters["state"] = counters["next_action"] = -1
    for name in ("last_state", "last_action", "last_moved_tick", "first_goal"):
        counters[name] = -1
    counters["block_size"] = 1
    return Tables(
        np.full((states, actions), float(initial_value)),
        np.zeros((states, actions), np.int64),
        np.zeros((states if counted else 0, actions), np.int64),
        counters,
        np.zeros(episode_buffer, np.int32),
        np.zeros(episode_buffer, np.int32),
        np.zeros(episode_buffer, np.float64),
        np.zeros(episode_buffer, np.int8),
    )
