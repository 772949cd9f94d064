"""Making and running learners, as the tests of all of them do."""

from __future__ import annotations

import numpy as np

from agents import catalog
from agents.catalog import TABULAR, agent
from agents.tabular.arrays import TABLES, Records, new_records
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.world import TransitionModel

ALL = [entry.id for entry in TABULAR]
SWEEPING = list(catalog.SWEEPING)
SAMPLING = [name for name in ALL if name not in SWEEPING]


def learner(name: str, model: TransitionModel, seed: int = 0, **hyper: object) -> TabularLearner:
    """Make a learner by its catalog name."""
    entry = agent(name)
    made: TabularLearner = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=model, hyperparameters=hyper, seed=seed
    )
    return made


def advance(who: TabularLearner, ticks: int) -> None:
    """Learn for so many ticks, or until finished."""
    records, until = new_records(), who.tick + ticks
    while who.tick < until and not who.finished:
        records.used[:] = 0
        who.advance(until, new_stop(), records)


def recorded(who: TabularLearner, ticks: int) -> tuple[np.ndarray, np.ndarray]:
    """Learn tick by tick and return all rows of ``TICK`` and of ``UPDATE``."""
    steps, updates = [], []
    for _ in range(ticks):
        if who.finished:
            break
        records: Records = who.records_for_one_tick()
        who.advance(who.tick + 1, new_stop(), records)
        assert records.used[0] == 1
        steps.append(records.ticks[:1].copy())
        updates.append(records.updates[: records.used[1]].copy())
    return np.concatenate(steps), np.concatenate(updates)


def table_name(update: np.void) -> str:
    """Return the name of the array an update wrote."""
    return TABLES[int(update["table"])]


def same_arrays(one: TabularLearner, other: TabularLearner) -> bool:
    """Say whether two learners know the same, to the bit."""
    first, second = one.arrays(), other.arrays()
    return first.keys() == second.keys() and all(first[name].tobytes() == second[name].tobytes() for name in first)
