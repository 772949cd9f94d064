"""Exact solutions from the transition arrays: the optimum, the best ε-soft policy, and what a policy is worth.

References: Bellman 1957; Sutton & Barto 2018, sect. 4.1 (policy evaluation), 4.4 (value iteration), 5.4 (ε-soft).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import FloatTable, Mdp, mdp_of
from agents.tabular.compiled import compiled
from agents.tabular.policies import best_value
from agents.tabular.sweep_kernel import backup
from arena.environments.world import TransitionModel

MOST_SWEEPS = 20_000
"""Sweeps after which a world without a finite solution (γ = 1 and no way out) is given up."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """An exact solution.

    Attributes:
        q: ``float64 [S, A]`` action values.
        v: ``float64 [S]`` state values under the policy the solution is for.
        sweeps: Sweeps it took.
        residual: Largest change in the last sweep; above the tolerance where none was reached.
    """

    q: FloatTable
    v: NDArray[np.float64]
    sweeps: int
    residual: float


@compiled
def _sweep_until(
    mdp: Mdp, gamma: float, epsilon: float, tolerance: float, most: int, q: FloatTable, values: NDArray[np.float64]
) -> tuple[int, float]:
    actions = q.shape[1]
    change = np.inf
    for sweep in range(most):
        change = 0.0
        # In place (Gauss–Seidel): half the sweeps of the synchronous kind, and nobody watches these.
        for s in range(q.shape[0]):
            mean = 0.0
            for a in range(actions):
                q[s, a] = backup(mdp, values, gamma, s, a)
                mean += q[s, a] / actions
            value = (1.0 - epsilon) * best_value(q, s) + epsilon * mean
            change = max(change, abs(value - values[s]))
            values[s] = value
        if change <= tolerance:
            return sweep + 1, change
    return most, change


def solve(model: TransitionModel, gamma: float, epsilon: float = 0.0, tolerance: float = 1e-10) -> Solution:
    """Find the best policy among all ε-soft ones (ε = 0: the optimum) by value iteration.

    Args:
        model: The world.
        gamma: Discount in [0, 1].
        epsilon: Share of uniformly random moves every policy must make.
        tolerance: Largest change of a value in the last sweep.
    """
    q = np.zeros((model.states, model.actions))
    values = np.zeros(model.states)
    sweeps, residual = _sweep_until(mdp_of(model), gamma, epsilon, tolerance, MOST_SWEEPS, q, values)
    return Solution(q=q, v=values, sweeps=sweeps, residual=residual)


@compiled
def _evaluate(
    mdp: Mdp, policy: FloatTable, gamma: float, horizon: int, tolerance: float, values: NDArray[np.float64]
) -> None:
    new = np.zeros(values.shape[0])
    for _ in range(horizon):
        change = 0.0
        for s in range(values.shape[0]):
            total = 0.0
            for a in range(policy.shape[1]):
                if policy[s, a] > 0.0:
                    total += policy[s, a] * backup(mdp, values, gamma, s, a)
            new[s] = total
            change = max(change, abs(total - values[s]))
        values[:] = new
        if change <= tolerance:
            return


def policy_values(
    model: TransitionModel, policy: FloatTable, gamma: float, horizon: int | None = None
) -> NDArray[np.float64]:
    """Return the expected return of a policy from every state, ``float64 [S]``.

    Args:
        model: The world.
        policy: ``float64 [S, A]`` probabilities.
        gamma: Discount; 1 gives the return as people count it.
        horizon: Steps that count; the world's step limit where not given.
    """
    values = np.zeros(model.states)
    _evaluate(mdp_of(model), policy, gamma, horizon or model.step_limit, 1e-12, values)
    return values


def policy_solution(model: TransitionModel, policy: FloatTable, gamma: float) -> NDArray[np.float64] | None:
    """Return what a policy is worth from every state it gets to, without a limit of steps, ``float64 [S]``.

    The linear equations V = r + γ P V are solved (Sutton & Barto 2018, eq. 4.4). States it never gets to have NaN.

    Args:
        model: The world.
        policy: ``float64 [S, A]`` probabilities.
        gamma: Discount.

    Returns:
        The values; ``None`` where there are none, because with γ = 1 it may wander for ever.
    """
    from scipy.sparse import coo_array, csgraph, eye_array
    from scipy.sparse.linalg import spsolve

    states = model.states
    weight = policy[:, :, None] * model.probability
    rewards = (weight * model.reward).sum(axis=(1, 2))
    goes_on = np.where(model.terminated, 0.0, weight)
    origin = np.broadcast_to(np.arange(states)[:, None, None], weight.shape)
    used = goes_on > 0.0
    steps = coo_array((goes_on[used], (origin[used], model.next_state[used])), shape=(states, states)).tocsr()
    reached = np.zeros(states, np.bool_)
    for start in model.start_states:
        if not reached[start]:
            reached[csgraph.breadth_first_order(steps, int(start), return_predecessors=False)] = True
    inside = np.flatnonzero(reached)
    steps = steps[inside][:, inside]
    if gamma == 1.0:
        # From everywhere some step that ends an episode must be within reach, or nothing holds the sums together.
        ends = np.asarray(steps.sum(axis=1)).ravel() < 1.0 - 1e-12
        linked = coo_array(steps.T)
        source = np.concatenate([linked.row, np.full(int(ends.sum()), len(inside))])
        target = np.concatenate([linked.col, np.flatnonzero(ends)])
        back = coo_array((np.ones(len(source)), (source, target)), shape=(len(inside) + 1, len(inside) + 1)).tocsr()
        if len(csgraph.breadth_first_order(back, len(inside), return_predecessors=False)) <= len(inside):
            return None
    values = np.full(states, np.nan)
    values[inside] = spsolve((eye_array(len(inside)) - gamma * steps).tocsc(), rewards[inside])
    return values


def greedy_policy(q: FloatTable, epsilon: float = 0.0) -> FloatTable:
    """Return the ε-greedy policy of a table, ``float64 [S, A]``; tied best actions share their probability."""
    best = q >= q.max(axis=1, keepdims=True) - 1e-9 * np.maximum(1.0, np.abs(q).max(axis=1, keepdims=True))
    return np.asarray((1.0 - epsilon) * best / best.sum(axis=1, keepdims=True) + epsilon / q.shape[1])


def start_value(model: TransitionModel, values: NDArray[np.float64]) -> float:
    """Return the mean of state values over where episodes start."""
    weights = np.diff(model.start_cumulative, prepend=0.0)
    return float(weights @ values[model.start_states])


def optimal_return(model: TransitionModel, q: FloatTable) -> float:
    """Return what the greedy policy of exact values earns from the start, undiscounted, within the step limit."""
    return start_value(model, policy_values(model, greedy_policy(q), 1.0))
