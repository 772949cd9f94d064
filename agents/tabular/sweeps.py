"""Value iteration as a learner: its tick is one sweep over all states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.configuration import Value
from agents.tabular.arrays import Records
from agents.tabular.learner import TabularLearner
from agents.tabular.sweep_kernel import advance_sweeps


class ValueIterationLearner(TabularLearner):
    """Solves a world it knows exactly, sweep by sweep (Bellman 1957)."""

    @property
    def acts(self) -> bool:
        """It sweeps."""
        return False

    @property
    def epsilon(self) -> float:
        """There is nothing to explore: −1."""
        return -1.0

    def set(self, name: str, value: object) -> Value:
        """Change a hyper-parameter; values that stood still may move again under the new one."""
        new = super().set(name, value)
        self.tables.counters["finished"] = 0
        return new

    def advance(self, limit: int, stop: NDArray[np.void], records: Records) -> int:
        """Sweep until the clock shows ``limit`` or the values stand still; see :meth:`TabularLearner.advance`."""
        return int(advance_sweeps(self._hyper, self._mdp, self.tables, limit, stop, records))

    def _most_updates_a_tick(self) -> int:
        return self.tables.q.size
