"""Giving what one learner knows to another one: of another algorithm, or in another world of the same size.

What is one table to both comes along: same name, same type, and the same shape once the states of the other world have
been found again cell by cell. What only the new one has begins fresh. The clock goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.tabular.learner import EPISODE_BUFFERS, TabularLearner
from agents.tabular.memory import POLICY_LEARNING
from arena.errors import UsageError

CLOCK = (
    "tick", "episode", "episode_step", "updates", "state", "episode_return", "last_return", "last_length", "last_state",
    "last_action", "first_goal", "block_size", "block_first", "block_count", "block_sum", "block_min", "block_max",
    "block_steps",
)  # fmt: skip
"""Counters that mean the same to every algorithm; another one begins with its own of the rest."""

_COUNTS = ("visits", "backups")
"""Tables that say how often something was done; they alone are no knowledge."""

Arrays = dict[str, NDArray[Any]]


def transfer(old: TabularLearner, new: TabularLearner, places: NDArray[np.int32] | None = None) -> None:
    """Let a fresh learner go on from what another one knows.

    Args:
        old: Who knows.
        new: Who is to go on; it has done nothing yet.
        places: ``int32 [S_new]``, the state of the old world at the place of each of the new one, −1 for none; ``None``
            where the world is the same.

    Raises:
        UsageError: If the other algorithm has no table that this one could give it.
    """
    given, made = old.arrays(), new.arrays()
    same_algorithm = old.rule == new.rule
    if not same_algorithm:
        # Another algorithm counts its writes from here on, and takes preferences for nothing but preferences.
        given.pop("backups")
        if new.rule not in POLICY_LEARNING or old.rule not in POLICY_LEARNING:
            given["q"] = old.action_values()
    arrays: Arrays = {name: array.copy() for name, array in new.arrays().items()}
    known = False
    for name, own in made.items():
        if name == "counters" or name in EPISODE_BUFFERS or name not in given:
            continue
        moved = _moved(given[name], own, old.model.states, places)
        if moved is not None:
            arrays[name] = moved
            known = known or (own.size > 0 and name not in _COUNTS)
    new.complete(arrays, given, places)
    if not known:
        raise UsageError("error.fork.nothing_fits", old=old.rule, new=new.rule)
    counters = _counters(old, new, places, same_algorithm=same_algorithm)
    arrays["counters"] = counters
    if same_algorithm:
        _keep_episode(given, arrays, new, places)
    new.load(arrays)


def _moved(
    array: NDArray[Any], own: NDArray[Any], states: int, places: NDArray[np.int32] | None
) -> NDArray[Any] | None:
    """Return a table as the new learner needs it, ``None`` if it does not fit."""
    if array.dtype != own.dtype:
        return None
    if places is None:
        return array if array.shape == own.shape else None
    if array.shape[:1] != (states,) or own.shape != (places.size, *array.shape[1:]):
        return array if array.shape == own.shape else None
    made = own.copy()
    made[places >= 0] = array[places[places >= 0]]
    return made


def _counters(
    old: TabularLearner, new: TabularLearner, places: NDArray[np.int32] | None, *, same_algorithm: bool
) -> NDArray[np.void]:
    counters = old.tables.counters.copy()
    if not same_algorithm:
        fresh = new.tables.counters.copy()
        for name in set(CLOCK) & set(counters.dtype.names or ()):
            fresh[name] = counters[name]
        counters = fresh
        # Whether values stand still is asked of the new algorithm from here on.
        counters["last_moved_tick"] = counters["tick"]
    counters["finished"] = 0
    if places is not None:
        for name in ("state", "last_state"):
            counters[name] = _new_number(int(counters[name][0]), places)
        if counters["state"][0] < 0:
            # It stood where there is no standing any more: an episode begins with the next tick.
            counters["next_action"] = -1
            counters["buffered"] = 0
    return counters


def _new_number(state: int, places: NDArray[np.int32]) -> int:
    found = np.flatnonzero(places == state) if state >= 0 else np.zeros(0, int)
    return int(found[0]) if found.size else -1


def _keep_episode(
    given: Mapping[str, NDArray[Any]], arrays: Arrays, new: TabularLearner, places: NDArray[np.int32] | None
) -> None:
    """Take the running episode along, where all of it still has a place; else it is learned from here on only."""
    counters = arrays["counters"][0]
    used, room = int(counters["buffered"]), new.tables.episode_states.shape[0]
    states = given["episode_states"][:used]
    if places is not None:
        states = np.array([_new_number(int(state), places) for state in states], given["episode_states"].dtype)
    if used >= room or (states < 0).any():
        counters["buffered"] = 0
        return
    for name in EPISODE_BUFFERS:
        arrays[name] = given[name][:used].copy()
    arrays["episode_states"] = states
