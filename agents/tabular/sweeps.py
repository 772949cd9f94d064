"""Value and policy iteration as learners: a tick is one sweep over all states, or one improvement of the policy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.configuration import Value
from agents.tabular.arrays import FloatTable, Records
from agents.tabular.exact import Solution
from agents.tabular.learner import DISTANCE_STATES, TabularLearner
from agents.tabular.policy_iteration_kernel import advance_policy_iteration
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


class PolicyIterationLearner(ValueIterationLearner):
    """Values a policy sweep by sweep, takes the best actions, and again until they stay (Howard 1960).

    Its counter of episodes counts the improvements.
    """

    def advance(self, limit: int, stop: NDArray[np.void], records: Records) -> int:
        """Evaluate and improve until the clock shows ``limit`` or nothing changes any more."""
        return int(advance_policy_iteration(self._hyper, self._mdp, self.tables, self.memory, limit, stop, records))

    def distance(self, solution: Solution) -> float:
        """Return the largest |V − V*|, V being what the policy is thought to be worth."""
        if not self.tick or self.model.states > DISTANCE_STATES:
            return -1.0
        worth = (self.policy() * self.tables.q).sum(axis=1)
        return float(np.abs(worth - solution.q.max(axis=1)).max())

    def policy(self) -> FloatTable:
        """Return the policy that is valued, ``float64 [S, A]``: one action a state, or all alike at first."""
        chosen, actions = self.memory.chosen, self.model.actions
        return np.where((chosen < 0)[:, None], 1.0 / actions, np.eye(actions)[np.maximum(chosen, 0)])
