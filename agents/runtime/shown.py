"""What of a learner travels to a window: its arrays, where it stands, and what one tick did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.configuration import values_of
from agents.tabular.arrays import IMAGINED, Records
from agents.tabular.exact import Solution, optimal_return
from agents.tabular.learner import TabularLearner
from arena.environments.world import World
from arena.protocol.messages import TickHappened, WorldReady
from arena.protocol.world_codec import describe
from arena.runs.run_folder import RunFolder

SHOWN_ARRAYS = ("q", "visits", "backups", "trace", "v", "policy")
"""Arrays that travel to a window when it asks for them."""

SHOWN_COUNTERS = (
    "state", "episode_step", "episode_return", "last_return", "last_length", "last_state", "last_action", "explored",
    "finished", "first_goal",
)  # fmt: skip
"""Counters that travel with every view."""

MOST_CHANGES_SENT = 200
"""Updates of one tick that travel to a window; a sweep over a large world has more."""


def view_arrays(learner: TabularLearner, layers: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Return copies of a learner's arrays that a window draws; names it does not have are left out."""
    tables = {**learner.tables._asdict(), **learner.memory._asdict()}
    acts_by = learner.policy() if "policy" in layers else None
    if acts_by is not None:
        tables["policy"] = acts_by
    return {name: tables[name].copy() for name in layers if name in SHOWN_ARRAYS and tables[name].size}


def scalars_of(learner: TabularLearner) -> dict[str, float]:
    """Return where a learner stands, as in ``View.scalars``."""
    c = learner.counters
    return {**{name: float(c[name]) for name in SHOWN_COUNTERS}, "epsilon": learner.epsilon}


def tick_records(records: Records) -> tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]:
    """Return the fields of the last recorded tick and of its updates; empty where none was recorded.

    What really happened comes last, behind imagined steps: it is the one update told in words.
    """
    if not records.used[0]:
        return {}, ()
    rows = records.updates[: records.used[1]]
    rows = np.concatenate([rows[rows["kind"] == IMAGINED], rows[rows["kind"] != IMAGINED]])
    return _plain(records.ticks[records.used[0] - 1]), tuple(_plain(row) for row in rows[-MOST_CHANGES_SENT:])


def world_ready(folder: RunFolder, world: World, learner: TabularLearner, solution: Solution) -> WorldReady:
    """Return what a window needs to draw a run."""
    plain, arrays = describe(world)
    config = {**folder.config.plain(), "hyperparameters": values_of(learner.config), "mover": learner.mover}
    return WorldReady(
        config=config,
        world=plain,
        arrays={**arrays, "solution_q": learner.exact_values(solution)},
        optimum=optimal_return(world.model, solution.q),
        folder=str(folder.path),
    )


def tick_event(records: Records) -> TickHappened:
    """Return the last recorded tick as an event."""
    tick, changes = tick_records(records)
    return TickHappened(tick=tick, changes=changes)


def _plain(row: np.void) -> Mapping[str, Any]:
    names = row.dtype.names or ()
    return dict(zip(names, row.item(), strict=True))
