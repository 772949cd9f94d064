"""One Atari game seen as a learner from pixels sees it, that can also be saved, restored and watched in colour."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from ale_py import ALEState
from numpy.typing import NDArray

from arena.environments.atari.recipe import AtariRecipe
from arena.environments.atari.served_game import Outcome, ServedGame


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedGame:
    """A moment of a game, as :meth:`SingleGame.save` keeps it."""

    emulator: ALEState
    stack: tuple[NDArray[np.uint8], ...]
    screens: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    color: NDArray[np.uint8]
    counters: tuple[int, int, int, bool, float]


class SingleGame(ServedGame):
    """One game with the preprocessing of a recipe; shows exactly what one of many games at once shows.

    Args:
        recipe: The preprocessing.
        seed: As for :class:`ServedGame`.
    """

    def __init__(self, recipe: AtariRecipe, seed: int) -> None:
        self._stack: deque[NDArray[np.uint8]] = deque(maxlen=recipe.stack)
        super().__init__(recipe, seed)

    def begin(self) -> NDArray[np.uint8]:
        """Begin the next game; return the first observation."""
        self.next_game()
        return self.observation

    def next_game(self) -> None:
        super().next_game()
        first = self._ale.getScreenGrayscale()
        self._screens = [first.copy(), np.zeros_like(first)]
        self.color = self.screen
        picture = self._picture()
        self._stack.extend(picture for _ in range(self.recipe.stack))

    @property
    def observation(self) -> NDArray[np.uint8]:
        """What a learner sees now, ``uint8 [stack, side, side]``, oldest picture first."""
        return np.stack(tuple(self._stack))

    def act(self, action: int) -> Outcome:
        """Do a step; :attr:`observation` and :attr:`color` show what came of it."""
        outcome = super().act(action)
        self._screens[0] = np.maximum(self._screens[0], self._screens[1])
        self.color = self.screen
        self._stack.append(self._picture())
        return outcome

    def _after_frame(self, left: int) -> None:
        if left <= 2:
            self._ale.getScreenGrayscale(self._screens[left - 1])

    def _picture(self) -> NDArray[np.uint8]:
        side = self.recipe.side
        shrunk = cv2.resize(self._screens[0].reshape(210, 160), (side, side), interpolation=cv2.INTER_AREA)
        return np.asarray(shrunk, np.uint8)

    def save(self) -> SavedGame:
        """Keep this moment: a later :meth:`restore` goes on from it exactly, luck included."""
        return SavedGame(
            emulator=self._ale.cloneState(include_rng=True),
            stack=tuple(self._stack),
            screens=(self._screens[0].copy(), self._screens[1].copy()),
            color=self.color,
            counters=(self.length, self._idle, self._frames, self._must_fire, self.score),
        )

    def restore(self, saved: SavedGame) -> None:
        """Go back to a moment that :meth:`save` kept."""
        self._ale.restoreState(saved.emulator)
        self._stack.extend(saved.stack)
        self._screens = [saved.screens[0].copy(), saved.screens[1].copy()]
        # The emulator draws no picture on restoring: what it would show is the one of another moment.
        self.color = saved.color
        self.length, self._idle, self._frames, self._must_fire, self.score = saved.counters
