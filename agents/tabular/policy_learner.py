"""Learners of a policy: a table of preferences, and beside it what the states are worth."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import FloatTable
from agents.tabular.exact import Solution, policy_values
from agents.tabular.learner import TabularLearner

MOST_BACKUPS = 5_000_000
"""Above so many backups a policy is not valued twenty times a second."""


def softmax_policy(preferences: FloatTable) -> FloatTable:
    """Return π(a|s) ∝ exp h(s, a), ``float64 [S, A]``."""
    weight = np.exp(preferences - preferences.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


class PolicyLearner(TabularLearner):
    """Learns preferences, its array ``q``, that make its policy."""

    def complete(
        self, arrays: dict[str, NDArray[Any]], given: Collection[str], places: NDArray[np.int32] | None
    ) -> None:
        """Fill in V: the other learner's, or what its action values, taken for preferences, make of it."""
        super().complete(arrays, given, places)
        if "v" not in given:
            arrays["v"] = (softmax_policy(arrays["q"]) * arrays["q"]).sum(axis=1)

    def _most_updates_a_tick(self) -> int:
        # V, and the preference of each action; REINFORCE does so for every step of an episode.
        return max(1, self._buffer_length()) * (self.model.actions + 1) + 1

    def action_values(self) -> FloatTable:
        """Return V(s) for every action: preferences are no values."""
        return np.repeat(self.memory.v[:, None], self.model.actions, axis=1)

    def policy(self) -> FloatTable:
        """Return its policy, ``float64 [S, A]``."""
        return softmax_policy(self.tables.q)

    def distance(self, solution: Solution) -> float:
        """Return the largest V* − V_π over states tried, V_π being what its policy earns within the step limit."""
        tried = self.tables.visits.any(axis=1)
        if not tried.any() or self.model.step_limit * self.model.probability.size > MOST_BACKUPS:
            return -1.0
        worth = policy_values(self.model, self.policy(), float(self.config.gamma))
        return float(np.abs(worth - solution.q.max(axis=1))[tried].max())
