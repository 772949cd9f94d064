"""``Arena/BreakoutObjects-v0``: the real Breakout, with its objects as numbers in place of pixels."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.environments.atari.breakout_memory import FIELDS, numbers_of
from arena.environments.atari.recipe import AtariRecipe, recipe_for
from arena.environments.atari.served_game import Outcome, ServedGame

ENV_ID = "Arena/BreakoutObjects-v0"


def objects_recipe(repeat_action_probability: float = 0.0) -> AtariRecipe:
    """Return the recipe of the game behind the objects: that of ``BreakoutNoFrameskip-v4`` but for sticky actions.

    Raises:
        UsageError: If the probability is none.
    """
    return recipe_for("BreakoutNoFrameskip-v4", {"repeat_action_probability": repeat_action_probability})


class ObjectsGame:
    """One game of Breakout seen as objects.

    Args:
        recipe: As :func:`objects_recipe` makes it.
        seed: Seed of the emulator, 1 … 2³¹ − 1.
    """

    def __init__(self, recipe: AtariRecipe, seed: int) -> None:
        self.game = ServedGame(recipe, seed)
        self._before = self.game.memory

    def begin(self, seed: int | None = None) -> NDArray[np.float32]:
        """Begin the next game, or the first one of a seed; return its first observation."""
        if seed is None:
            self.game.next_game()
        else:
            self.game.reseed(seed)
        self._before = self.game.memory
        return numbers_of(self._before, self._before)

    def act(self, action: int) -> tuple[NDArray[np.float32], Outcome]:
        """Do a step; return what is seen then and what it gave."""
        outcome = self.game.act(action)
        memory = self.game.memory
        numbers = numbers_of(memory, self._before)
        self._before = memory
        return numbers, outcome


class BreakoutObjectsEnv(gym.Env[NDArray[np.float32], np.int64]):
    """Breakout of the Arcade Learning Environment, observed as :data:`arena.environments.atari.breakout_memory.FIELDS`.

    Actions are the game's own four buttons (do nothing, fire, right, left), each held for four frames. The ball is
    served by itself. Rewards are raw, an episode is a whole game of five lives; ``info`` has ``lives`` and, in the
    step a life is lost, ``life_lost``.

    Args:
        repeat_action_probability: Probability that a frame repeats the last action instead.
        render_mode: ``rgb_array`` or ``None``.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 15}  # noqa: RUF012 (Gymnasium declares it so)

    def __init__(self, repeat_action_probability: float = 0.0, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.observation_space = spaces.Box(-3.0, 3.0, (len(FIELDS),), np.float32)
        self._recipe = objects_recipe(repeat_action_probability)
        self._playing: ObjectsGame | None = None
        self.action_space = spaces.Discrete(4)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begin a game; a seed settles this game and all that follow it."""
        super().reset(seed=seed, options=options)
        if self._playing is None or seed is not None:
            emulator_seed = int(self.np_random.integers(1, 2**31 - 1))
            self._playing = ObjectsGame(self._recipe, emulator_seed)
            return self._playing.begin(emulator_seed), {"lives": self._playing.game.lives}
        return self._playing.begin(), {"lives": self._playing.game.lives}

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Hold a button for four frames."""
        playing = self._begun()
        numbers, outcome = playing.act(int(action))
        info = {"lives": playing.game.lives, "life_lost": outcome.life_lost}
        return numbers, outcome.reward, outcome.game_over, outcome.truncated, info

    def render(self) -> NDArray[np.uint8] | None:
        """Return the emulator's own picture, ``uint8 [210, 160, 3]``."""
        return self._begun().game.screen if self.render_mode == "rgb_array" else None

    def _begun(self) -> ObjectsGame:
        if self._playing is None:
            raise gym.error.ResetNeeded("call reset() before the first step")
        return self._playing
