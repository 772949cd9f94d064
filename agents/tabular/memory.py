"""What some learners keep besides their tables: a second table, traces, a model. Others learn in a loop without it.

The one loop is compiled twice from the same source: without a memory (``None``) everything that needs one is left out
by the compiler, so that plain Q-learning pays nothing for what it does not use (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.errors import RunError

Arrays = dict[str, NDArray[Any]]

TRACED = ("sarsa_lambda", "q_lambda")
"""Rules that keep traces."""

PREDICTING = ("td_prediction", "mc_prediction")
"""Rules that value a policy that is given."""

POLICY_LEARNING = ("reinforce", "actor_critic")
"""Rules that learn a policy, as preferences."""


class Memory(NamedTuple):
    """Arrays of learners that keep more than tables. Where a rule does not use one, it has no rows."""

    q1: NDArray[np.float64]
    """``[S, A]`` first table of Double Q-learning."""
    q2: NDArray[np.float64]
    """``[S, A]`` second table of Double Q-learning."""
    trace: NDArray[np.float64]
    """``[S, A]`` eligibility of each pair, 0 for most."""
    trace_pairs: NDArray[np.int32]
    """``[S · A]`` which pairs have a trace, as s · A + a, the oldest first; as far as ``trace_count`` says."""
    trace_count: NDArray[np.int64]
    """``[1]`` how many pairs have a trace."""
    model_next: NDArray[np.int32]
    """``[S, A]`` the state a pair last led to, −1 for a pair never tried."""
    model_reward: NDArray[np.float64]
    """``[S, A]`` the reward it last brought."""
    model_ended: NDArray[np.int8]
    """``[S, A]`` 1 where the episode ended with it."""
    known_states: NDArray[np.int32]
    """``[S]`` states something was tried in, in the order they were met; as far as ``known_count`` says."""
    known_count: NDArray[np.int64]
    """``[1]`` how many such states there are."""
    v: NDArray[np.float64]
    """``[S]`` state values, of prediction and beside a policy that is learned."""
    policy: NDArray[np.float64]
    """``[S, A]`` probabilities of the policy that is given; made from the settings, so it is not stored."""
    chosen: NDArray[np.int32]
    """``[S]`` the action of policy iteration in each state, −1: all alike."""
    iteration: NDArray[np.int64]
    """``[3]`` sweeps of this evaluation done; 1 if the policy is to be improved next; 1 if the last sweep moved any."""


PACKED = ("trace", "trace_pairs", "trace_count", "known_states", "known_count", "policy")
"""Arrays that are stored only as far as they are used, or not at all; see :func:`packed`."""


def new_memory(rule: str, states: int, actions: int, initial_value: float) -> Memory:
    """Make the memory of a learner that has seen nothing.

    Args:
        rule: Name of the update rule, as in the catalog.
        states: S.
        actions: A.
        initial_value: Every action value at the start.
    """
    double = states if rule == "double_q_learning" else 0
    traced = states if rule in TRACED else 0
    modelled = states if rule == "dyna_q" else 0
    given = states if rule in PREDICTING else 0
    valued = states if rule in (*PREDICTING, *POLICY_LEARNING) else 0
    iterated = states if rule == "policy_iteration" else 0
    return Memory(
        q1=np.full((double, actions), float(initial_value)),
        q2=np.full((double, actions), float(initial_value)),
        trace=np.zeros((traced, actions)),
        trace_pairs=np.zeros(traced * actions, np.int32),
        trace_count=np.zeros(1 if traced else 0, np.int64),
        model_next=np.full((modelled, actions), -1, np.int32),
        model_reward=np.zeros((modelled, actions)),
        model_ended=np.zeros((modelled, actions), np.int8),
        known_states=np.zeros(modelled, np.int32),
        known_count=np.zeros(1 if modelled else 0, np.int64),
        v=np.full(valued, float(initial_value)),
        policy=np.full((given, actions), 1.0 / actions),
        chosen=np.full(iterated, -1, np.int32),
        iteration=np.zeros(3 if iterated else 0, np.int64),
    )


def packed(memory: Memory) -> Arrays:
    """Return copies of what is in use, by name: ``trace_pairs`` and ``trace_values`` instead of a table of zeros."""
    arrays = {name: array.copy() for name, array in memory._asdict().items() if array.size and name not in PACKED}
    if memory.trace.size:
        pairs = memory.trace_pairs[: int(memory.trace_count[0])].copy()
        arrays |= {"trace_pairs": pairs, "trace_values": memory.trace.ravel()[pairs]}
    if memory.known_states.size:
        arrays["known_states"] = memory.known_states[: int(memory.known_count[0])].copy()
    return arrays


def check_packed(memory: Memory, arrays: Mapping[str, NDArray[Any]], step_limit: int) -> None:
    """Refuse arrays that would lead compiled code astray: it indexes with them unchecked.

    Args:
        memory: Of the learner that is to go on from them.
        arrays: As :func:`packed` returns them, possibly from a stranger.
        step_limit: Steps an episode can have.

    Raises:
        RunError: If an array is missing, of another kind, or says what cannot be.
    """
    for name, own in packed(memory).items():
        given = arrays.get(name)
        counted = name in ("trace_pairs", "trace_values", "known_states")
        if given is None or given.dtype != own.dtype or given.ndim != own.ndim:
            raise RunError("error.run.arrays", name=name)
        if not counted and given.shape != own.shape:
            raise RunError("error.run.arrays", name=name)
        if given.dtype.kind == "f" and not np.isfinite(given).all():
            raise RunError("error.run.arrays", name=name)
    if memory.trace.size:
        _check_traces(arrays["trace_pairs"], arrays["trace_values"], memory.trace.size, step_limit)
    if memory.known_states.size:
        _check_model(arrays)
    if memory.policy.size and not np.array_equal(
        arrays["q"], np.repeat(arrays["v"][:, None], len(memory.policy[0]), 1)
    ):
        raise RunError("error.run.arrays", name="v")
    if memory.chosen.size:
        chosen, iteration = arrays["chosen"], arrays["iteration"]
        if not ((chosen >= -1) & (chosen < arrays["q"].shape[1])).all():
            raise RunError("error.run.arrays", name="chosen")
        if iteration[0] < 0 or iteration[1] not in (0, 1) or iteration[2] not in (0, 1):
            raise RunError("error.run.arrays", name="iteration")


def _check_traces(pairs: NDArray[np.int32], values: NDArray[np.float64], most: int, step_limit: int) -> None:
    # No pair has been visited more often in an episode than that has steps, nor is there twice in the list.
    if pairs.shape != values.shape or not ((pairs >= 0) & (pairs < most)).all() or len(np.unique(pairs)) != len(pairs):
        raise RunError("error.run.arrays", name="trace_pairs")
    if not ((values > 0.0) & (values <= step_limit)).all():
        raise RunError("error.run.arrays", name="trace_values")


def _check_model(arrays: Mapping[str, NDArray[Any]]) -> None:
    after, ended, known = arrays["model_next"], arrays["model_ended"], arrays["known_states"]
    states = len(after)
    if not ((after >= -1) & (after < states)).all() or not ((ended == 0) | (ended == 1)).all():
        raise RunError("error.run.arrays", name="model_next")
    tried = np.flatnonzero((after >= 0).any(axis=1))
    if not np.array_equal(np.sort(known), tried):
        raise RunError("error.run.arrays", name="known_states")


def unpack(memory: Memory, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Take over arrays that :func:`check_packed` let pass."""
    for name, own in memory._asdict().items():
        if own.size and name not in PACKED:
            own[:] = arrays[name]
    if memory.trace.size:
        pairs = arrays["trace_pairs"]
        memory.trace[:] = 0.0
        memory.trace.ravel()[pairs] = arrays["trace_values"]
        memory.trace_pairs[: len(pairs)] = pairs
        memory.trace_count[0] = len(pairs)
    if memory.known_states.size:
        known = arrays["known_states"]
        memory.known_states[: len(known)] = known
        memory.known_count[0] = len(known)


def moved_model(arrays: Arrays, places: NDArray[np.int32]) -> None:
    """Let a model know its own world again after an edit: states by their new numbers, what is gone forgotten.

    Args:
        arrays: As :func:`packed` returns them, the rows of ``model_next`` in the new order but the states named in them
            by their old numbers; changed in place.
        places: ``int32 [S_new]``, the old number of each state of the new world, −1 for none.
    """
    new_numbers = np.full(max(int(places.max(initial=-1)), int(arrays["model_next"].max(initial=-1))) + 2, -1, np.int32)
    new_numbers[places[places >= 0]] = np.flatnonzero(places >= 0)
    # The last entry stands for −1, nowhere.
    after = new_numbers[arrays["model_next"]]
    arrays["model_next"] = after
    arrays["model_reward"] = np.where(after >= 0, arrays["model_reward"], 0.0)
    arrays["model_ended"] = np.where(after >= 0, arrays["model_ended"], 0).astype(np.int8)
    arrays["known_states"] = np.flatnonzero((after >= 0).any(axis=1)).astype(np.int32)
