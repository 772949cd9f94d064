"""One network playing one game: what it sees is noted, what it chooses is done, all of it can be shown again."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import BasePolicy

from agents.deep.watching.games import Moved, WatchedGame
from agents.deep.watching.insight import Insight, Seen
from agents.deep.watching.recording import AGENT, MOST_BYTES, RANDOM, Recording
from agents.deep.weights import load_weights

EXPLORATION = 0.01
"""Share of random moves of an agent that knows values only, as such agents are evaluated (RL Baselines3 Zoo): without
any it may do the same for ever."""


class Player:
    """A network and its game.

    Args:
        game: A game of its own.
        policy: The network; it belongs to this from now on.
        actions: Number of actions.
        preferences: ``probabilities`` or ``values``.
        most_bytes: Bytes of saved moments.
    """

    def __init__(
        self, game: WatchedGame, policy: BasePolicy, actions: int, preferences: str, most_bytes: int = MOST_BYTES
    ) -> None:
        self.game = game
        self.recording = Recording(game, actions, most_bytes)
        self.insight = Insight(policy)
        self._actions = actions
        self._preferences = preferences
        self.seen: Seen = self.look()

    @property
    def policy(self) -> BasePolicy:
        """The network; other weights come as another object."""
        return self.insight.policy

    def look(self) -> Seen:
        """Ask the network about the decision shown, and note what it says."""
        self.seen = self.insight.see(self.game.observation)
        self.recording.note(self.seen.preferences, self.seen.value)
        return self.seen

    def begin(self, game_seed: int) -> None:
        """Begin a game."""
        self.recording.begin(game_seed)
        self.look()

    def show(self, step: int) -> None:
        """Show a recorded decision; what the network said there stays noted."""
        self.recording.show(step)
        self.seen = self.insight.see(self.game.observation)

    def take(self, weights: Mapping[str, torch.Tensor], source: str) -> None:
        """Play on with other weights; they are loaded into a fresh network, and only then is it taken.

        Raises:
            RunError: If they do not fit; nothing is changed then.
        """
        fresh = copy.deepcopy(self.policy)
        load_weights(fresh, weights, source)
        self.insight = Insight(fresh)

    def choose(self, mover: int) -> int:
        """Return what the agent, or a random mover, does in the decision shown.

        Luck comes from the game's seed and the decision's number: shown again and left to the same mover, a game goes
        on as it did.
        """
        luck = np.random.default_rng([self.recording.game_seed, self.recording.position, mover])
        if mover == RANDOM:
            return int(luck.integers(self._actions))
        preferences = self.recording["preferences"][self.recording.position]
        if self._preferences == "probabilities":
            return _drawn(preferences, luck.random())
        if luck.random() < EXPLORATION:
            return int(luck.integers(self._actions))
        return int(preferences.argmax())

    def act(self, action: int, chosen_by: int) -> Moved:
        """Take the decision shown and look at the next one."""
        moved = self.recording.act(action, chosen_by)
        self.look()
        return moved

    def follow(self) -> None:
        """Take a decision as the agent, where the game goes on: what a ghost does."""
        if not self.recording.ended:
            self.act(self.choose(AGENT), AGENT)


def _drawn(probabilities: NDArray[np.float32], luck: float) -> int:
    cumulative = np.cumsum(probabilities, dtype=np.float64)
    return int(min(np.searchsorted(cumulative, luck * cumulative[-1], side="right"), len(cumulative) - 1))
