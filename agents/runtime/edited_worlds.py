"""Worlds that were edited while a run learned: what a learner knows moves along, cell by cell."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from agents.tabular.learner import TabularLearner
from agents.tabular.transfer import transfer
from arena.environments.correspondence import states_at_same_place
from arena.environments.registry import make_world
from arena.environments.world import World
from arena.errors import UsageError


def edited(world: World, changes: Mapping[str, Any]) -> World:
    """Return a world with some of its arguments changed.

    Args:
        world: The world.
        changes: Arguments by name; ``None`` takes one away.

    Raises:
        UsageError: If an argument is not allowed, or the grid is of another size: that needs a run of its own.
    """
    given = {**world.env_kwargs, **changes}
    made = make_world(world.env_id, {name: value for name, value in given.items() if value is not None})
    states_at_same_place(world, made)
    return made


def enter(learner: TabularLearner, before: World, after: World) -> None:
    """Let a learner go on in an edited world; nothing happens where it is there already.

    Values of places that are new begin as all did; what ends an episode keeps none.

    Raises:
        UsageError: If it learns by code of somebody's own, which was told the size of its world once.
    """
    if learner.model is after.model:
        return
    if learner.rule == "own" and before.model.states != after.model.states:
        raise UsageError("error.own.fork_world")
    known = copy.copy(learner)
    learner.begin_in(after.model)
    transfer(known, learner, states_at_same_place(before, after))
