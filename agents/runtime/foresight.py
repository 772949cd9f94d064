"""What a learner will do next, found on a copy of it: the same luck does the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.hosting.live import OwnLearner
from agents.runtime.replay import Inputs, learner_for
from agents.tabular.arrays import new_records
from agents.tabular.kernel import RECORDS_FULL
from agents.tabular.learner import TabularLearner
from arena.errors import UsageError
from arena.runs.run_config import RunConfig


def look_ahead(
    config: RunConfig, inputs: Inputs, learner: TabularLearner, limit: int, stop: NDArray[np.void]
) -> tuple[int, int]:
    """Let a copy of a learner go on until a condition holds.

    Args:
        config: Of its run.
        inputs: What came from outside; an action foreseen for its tick is done first.
        learner: The learner; it stays where it is.
        limit: Tick to look to.
        stop: Stop condition, see :func:`agents.tabular.learner.new_stop`.

    Returns:
        The tick at which the condition will hold, or how far it looked; and why it came back, a code of
        :mod:`agents.tabular.kernel`.

    Raises:
        UsageError: If somebody's own agent learns: what it keeps for itself cannot be copied.
    """
    if isinstance(learner, OwnLearner):
        raise UsageError("error.own.foresee")
    ahead = learner_for(config, inputs.worlds[0])
    inputs.set_until(ahead, learner.tick)
    ahead.load(learner.arrays())
    records, stop = new_records(), stop.copy()
    forced = inputs.forced.get(ahead.tick)
    stop["forced_action"] = -1 if forced is None else forced
    reason = RECORDS_FULL
    while reason == RECORDS_FULL:
        records.used[:] = 0
        reason = ahead.advance(limit, stop, records)
        stop["forced_action"] = -1
    return ahead.tick, reason
