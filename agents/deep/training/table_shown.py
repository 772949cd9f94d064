"""A network over the states of a world, shown like a table: what it says of every state at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.policies import BasePolicy

from agents.deep.asking import Answer, answer
from agents.deep.training.games_played import GamesPlayed
from agents.tabular.exact import Solution, optimal_return, solve
from arena.environments.world import World
from arena.protocol.messages import WorldReady
from arena.protocol.world_codec import describe

LAYERS = ("q", "v", "policy", "visits")


class TableShown:
    """The view of a world's states.

    Args:
        model: The learner; it sees the number of the state.
        world: The world.
        gamma: Discount.
        games: Its games, to tell how the first one stands.
    """

    def __init__(self, model: BaseAlgorithm, world: World, gamma: float, games: GamesPlayed) -> None:
        self._model = model
        self.world = world
        self._gamma = gamma
        self._games = games
        self.visits = np.zeros((world.model.states, world.model.actions), np.int64)
        """How often each action was chosen in each state, ``int64 [S, A]``."""
        self._last = (0, 0)
        self._answer: Answer | None = None
        self.solution: Solution = solve(world.model, gamma)

    def discount(self, gamma: float) -> None:
        """Take another discount, which changes the exact solution."""
        self._gamma = gamma
        self.solution = solve(self.world.model, gamma)

    def take(self, states: NDArray[Any], actions: NDArray[Any]) -> None:
        """Count what was chosen where, ``int [N]`` each."""
        np.add.at(self.visits, (states.flatten(), actions.flatten()), 1)
        self._last = (int(states.flat[0]), int(actions.flat[0]))

    def ready(self, config: Mapping[str, Any], folder: str) -> WorldReady:
        """Return what a window needs to draw the world."""
        plain, arrays = describe(self.world)
        return WorldReady(
            config=config,
            world=plain,
            arrays={**arrays, "solution_q": self.solution.q},
            optimum=optimal_return(self.world.model, self.solution.q),
            folder=folder,
        )

    def forget(self) -> None:
        """Forget what the network said: it has changed."""
        self._answer = None

    def layer(self, name: str) -> NDArray[Any] | None:
        """Return one of :data:`LAYERS`, ``None`` for another name, or for values of an agent without a critic."""
        if name == "visits":
            return self.visits.copy()
        if name not in LAYERS:
            return None
        said = self._said()
        if said is None:
            return None
        if name == "policy":
            return self._policy(said)
        if said.value is None:
            return None
        if name == "v":
            return said.value.astype(np.float64)
        return said.preferences.astype(np.float64) if said.kind == "values" else self._one_step(said.value)

    def _said(self) -> Answer | None:
        if self._answer is None:
            assert isinstance(self._model.policy, BasePolicy)
            try:
                self._answer = answer(self._model.policy, np.arange(self.world.model.states))
            except ValueError:
                # PyTorch refuses probabilities that are no numbers: there is nothing to show then.
                return None
        return self._answer

    def distance(self) -> float:
        """Return the largest |V − V*| over states that were visited, −1 where nothing is known."""
        values = self.layer("v")
        tried = self.visits.any(axis=1)
        if values is None or not tried.any():
            return -1.0
        return float(np.abs(values - self.solution.v)[tried].max())

    def _policy(self, said: Answer) -> NDArray[np.float64]:
        if said.kind == "probabilities":
            return said.preferences.astype(np.float64)
        epsilon = float(getattr(self._model, "exploration_rate", 0.0))
        states, actions = said.preferences.shape
        chosen = np.full((states, actions), epsilon / actions)
        chosen[np.arange(states), said.best()] += 1.0 - epsilon
        return chosen

    def _one_step(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return Σ p·(r + γ·v(s')), ``float64 [S, A]``: what a critic that knows only states says of the actions."""
        model = self.world.model
        after = np.where(model.terminated, 0.0, values.astype(np.float64)[model.next_state])
        found: NDArray[np.float64] = (model.probability * (model.reward + self._gamma * after)).sum(axis=2)
        return found

    def scalars(self) -> dict[str, float]:
        """Return how the first game stands, under the names a table's view has."""
        games = self._games
        now = self._model._last_obs
        return {
            "state": float(np.asarray(now).flat[0]) if now is not None else 0.0,
            "episode_step": float(games.episode_length[0]),
            "episode_return": float(games.episode_reward[0]),
            "last_return": games.last_reward,
            "last_length": float(games.last_length),
            "last_state": float(self._last[0]),
            "last_action": float(self._last[1]),
            "explored": 0.0,
            "finished": 0.0,
            "first_goal": -1.0,
        }
