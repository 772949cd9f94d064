"""Worlds of the book that are no grids: its random walks, and the one in which taking the maximum goes wrong."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from arena.environments.world import Transition, TransitionModel, World, WorldLayout
from arena.texts import LANGUAGES

CHOICES = 10
"""Actions in each state of the maximisation world; half of those in A go left."""

OUTCOMES = 64
"""Rewards that stand for a normal distribution: the middles of as many equally likely parts of it."""


def random_walk(states: int, left: float, right: float, step_limit: int) -> World:
    """Return a row of states between two ends, begun in its middle; every step goes either way by chance.

    There is one action only, so the value of a state is that of the action: SARSA is TD(0) here, n-step SARSA is n-step
    TD, and Monte Carlo control predicts (Sutton & Barto 2018, examples 6.2 and 7.1).

    Args:
        states: How many, odd.
        left: Reward for leaving at the left.
        right: Reward for leaving at the right.
        step_limit: Steps after which an episode is cut off.
    """

    def step(s: int) -> list[Transition]:
        before: Transition = (0.5, s - 1, 0.0, False) if s > 0 else (0.5, s, left, True)
        after: Transition = (0.5, s + 1, 0.0, False) if s < states - 1 else (0.5, s, right, True)
        return [before, after]

    table = {s: {0: step(s)} for s in range(states)}
    model = TransitionModel.from_table(table, {states // 2: 1.0}, step_limit, goals=())
    return _in_a_row("RandomWalk", model)


def maximization() -> World:
    """Return the world of example 6.7: A left or right; right ends with 0, left leads to B, which loses 0.1 on average.

    A world has as many actions in each state here, so both ways out of A have five names each; who learns in it sees to
    it that they share one value.
    """
    normal = NormalDist(-0.1, 1.0)
    middles = np.array([normal.inv_cdf((k + 0.5) / OUTCOMES) for k in range(OUTCOMES)])
    # The middles of the outermost parts are too tame: spread out until the deviation is 1 again.
    rewards = -0.1 + (middles - middles.mean()) / middles.std()
    lottery: list[Transition] = [(1.0 / OUTCOMES, 1, float(reward), True) for reward in rewards]
    to_b: list[Transition] = [(1.0, 1, 0.0, False)]
    over: list[Transition] = [(1.0, 0, 0.0, True)]
    table = {
        0: {a: to_b if a < CHOICES // 2 else over for a in range(CHOICES)},
        1: dict.fromkeys(range(CHOICES), lottery),
    }
    return _in_a_row("Maximization", TransitionModel.from_table(table, {0: 1.0}, 1_000, goals=()))


def _in_a_row(name: str, model: TransitionModel) -> World:
    states = np.arange(model.states, dtype=np.int32)
    layout = WorldLayout(
        rows=1,
        columns=model.states,
        kinds=("floor",) * model.states,
        marks=("",) * model.states,
        winds=((0, 0),) * model.states,
        cell_of_state=states,
        context_of_state=np.zeros(model.states, np.int32),
        state_at=states[None, :],
        action_keys=("",) * model.actions,
        action_steps=(None,) * model.actions,
    )
    words = dict.fromkeys(LANGUAGES, name)
    return World(env_id=name, env_kwargs={}, title=words, teaches=words, model=model, layout=layout)
