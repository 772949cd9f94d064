"""Playing whole episodes with a table that no longer learns: evaluation and watching."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import FloatTable, Mdp, mdp_of
from agents.tabular.compiled import compiled
from agents.tabular.kernel import drawn_outcome
from agents.tabular.policies import greedy
from agents.tabular.random_numbers import EXPLORE, OUTCOME, START, key_of, uniform
from agents.tabular.rules.prediction import policy_choice
from arena.environments.world import TransitionModel

_APART = np.uint64(0x5851F42D4C957F2D)
"""Sets the luck of playing apart from that of learning: under the same seed a table would else meet again the very
draws it learned from."""


@compiled
def _play(
    mdp: Mdp,
    q: FloatTable,
    policy: FloatTable,
    epsilon: float,
    key: np.uint64,
    returns: NDArray[np.float64],
    lengths: NDArray[np.int64],
    trail: NDArray[np.int32],
) -> None:
    tick = 0
    for episode in range(returns.shape[0]):
        draw = uniform(key, START, tick)
        s = mdp.start_states[np.searchsorted(mdp.start_cumulative, draw, side="right")]
        total, steps = 0.0, 0
        while steps < mdp.step_limit:
            if episode == 0 and steps < trail.shape[0]:
                trail[steps] = s
            if policy.shape[0] > 0:
                a = policy_choice(policy, s, uniform(key, EXPLORE, tick, 1))
            else:
                a, _ = greedy(q, s, key, tick, 1)
            if epsilon > 0.0 and uniform(key, EXPLORE, tick) < epsilon:
                a = int(uniform(key, EXPLORE, tick, 1) * q.shape[1])
            k = drawn_outcome(mdp, s, a, uniform(key, OUTCOME, tick))
            total += mdp.reward[s, a, k]
            over = mdp.terminated[s, a, k]
            s = mdp.next_state[s, a, k]
            tick += 1
            steps += 1
            if over:
                break
        if episode == 0 and steps < trail.shape[0]:
            trail[steps] = s
        returns[episode] = total
        lengths[episode] = steps


def _key(seed: int) -> np.uint64:
    return key_of(seed) ^ _APART


def _given(policy: FloatTable | None, q: FloatTable) -> FloatTable:
    return np.zeros((0, q.shape[1])) if policy is None else np.ascontiguousarray(policy)


def play_episodes(
    model: TransitionModel,
    q: FloatTable,
    episodes: int,
    seed: int,
    epsilon: float = 0.0,
    policy: FloatTable | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Play whole episodes with the ε-greedy policy of a table, or with another one; ties are broken at random.

    Args:
        model: The world.
        q: ``float64 [S, A]`` action values, not changed.
        episodes: How many.
        seed: Seed of the luck.
        epsilon: Share of random moves.
        policy: ``float64 [S, A]`` probabilities to act by instead of the greedy policy.

    Returns:
        Undiscounted returns ``float64 [episodes]`` and lengths ``int64 [episodes]`` in steps.
    """
    returns, lengths = np.zeros(episodes), np.zeros(episodes, np.int64)
    _play(mdp_of(model), q, _given(policy, q), epsilon, _key(seed), returns, lengths, np.zeros(0, np.int32))
    return returns, lengths


def one_episode(
    model: TransitionModel, q: FloatTable, seed: int, policy: FloatTable | None = None
) -> tuple[NDArray[np.int32], float]:
    """Play one episode, greedy or by a policy, and return its states, ``int32 [steps + 1]``, and its return."""
    returns, lengths = np.zeros(1), np.zeros(1, np.int64)
    trail = np.zeros(model.step_limit + 1, np.int32)
    _play(mdp_of(model), q, _given(policy, q), 0.0, _key(seed), returns, lengths, trail)
    return trail[: int(lengths[0]) + 1], float(returns[0])
