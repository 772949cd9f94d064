"""Learners that value a policy that is given, and choose nothing themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import FloatTable
from agents.tabular.exact import Solution, greedy_policy, policy_solution, solve
from agents.tabular.learner import DISTANCE_STATES, TabularLearner


class PredictionLearner(TabularLearner):
    """Learns V of a policy that is given: all moves alike, or the optimum's with a share of random ones.

    The policy follows from the settings in force, so it is in no keyframe.
    """

    _made_of: tuple[object, ...] = ()
    _exact: NDArray[np.float64] | None = None

    def _write_hyper(self) -> None:
        super()._write_hyper()
        self._make_policy()

    def _make_policy(self) -> None:
        config = self.config
        made_of = (self.model, config.policy, config.gamma, config.epsilon)
        if made_of == self._made_of:
            return
        self._made_of = made_of
        if config.policy == "best":
            best = solve(self.model, config.gamma).q
            self.memory.policy[:] = greedy_policy(best, config.epsilon)
        else:
            self.memory.policy[:] = 1.0 / self.model.actions
        self._exact = None

    def complete(
        self, arrays: dict[str, NDArray[Any]], given: Collection[str], places: NDArray[np.int32] | None
    ) -> None:
        """Fill in V: the other learner's, or what its action values are worth under the policy."""
        super().complete(arrays, given, places)
        if "v" not in given:
            arrays["v"] = (self.memory.policy * arrays["q"]).sum(axis=1)
        arrays["q"] = np.repeat(arrays["v"][:, None], self.model.actions, axis=1)

    def policy(self) -> FloatTable:
        """Return the policy it values, ``float64 [S, A]``."""
        return self.memory.policy

    exact_settings = ("gamma", "policy", "epsilon")

    def exact_values(self, solution: Solution) -> FloatTable:  # noqa: ARG002 — as below
        """Return V_π in every entry of a row; 0 where the policy never gets to, or where it has no value."""
        exact = self._policy_values() if self.model.states <= DISTANCE_STATES else np.zeros(self.model.states)
        return np.repeat(np.nan_to_num(exact)[:, None], self.model.actions, axis=1)

    def _policy_values(self) -> NDArray[np.float64]:
        if self._exact is None:
            found = policy_solution(self.model, self.memory.policy, float(self.config.gamma))
            self._exact = np.full(self.model.states, np.nan) if found is None else found
        return self._exact

    def distance(self, solution: Solution) -> float:  # noqa: ARG002 — the optimum is not what it looks for
        """Return the largest |V − V_π| over states tried, −1 where V_π is unknown."""
        tried = self.tables.visits.any(axis=1)
        if not tried.any() or self.model.states > DISTANCE_STATES:
            return -1.0
        apart = np.abs(self.memory.v - self._policy_values())[tried]
        known = apart[np.isfinite(apart)]
        return float(known.max()) if known.size else -1.0
