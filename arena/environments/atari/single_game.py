"""One Atari game that can be looked into (colours, memory, saved states) and shows a learner what many at once do.

Training uses :mod:`arena.environments.atari.games`, whose emulators can be neither saved nor seen in colour. Watching,
rewinding and editing use this one. Given the same seed and actions both give the same pictures, rewards and ends,
frame by frame; the test of that holds the two preprocessings together.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from ale_py import ALEInterface, ALEState, LoggerMode, roms
from numpy.typing import NDArray

from arena.environments.atari.recipe import AtariRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleStep:
    """What one step gave.

    Attributes:
        observation: ``uint8 [stack, side, side]``.
        reward: Raw.
        life_lost: A life was lost and the game goes on.
        game_over: The game is over; :meth:`SingleGame.begin` starts the next.
        truncated: The frame limit was reached.
        fired: FIRE was pressed in place of the action that was chosen.
    """

    observation: NDArray[np.uint8]
    reward: float
    life_lost: bool
    game_over: bool
    truncated: bool
    fired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedGame:
    """A moment of a game, as :meth:`SingleGame.save` keeps it."""

    emulator: ALEState
    stack: tuple[NDArray[np.uint8], ...]
    screens: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    color: NDArray[np.uint8]
    counters: tuple[int, int, int, bool, float]


class SingleGame:
    """One game with the preprocessing of a recipe.

    Args:
        recipe: The preprocessing.
        seed: 1 … 2³¹ − 1, as :func:`arena.environments.atari.games.seeds_of` makes them.
    """

    def __init__(self, recipe: AtariRecipe, seed: int) -> None:
        ALEInterface.setLoggerMode(LoggerMode.Error)
        self.recipe = recipe
        self._ale = ALEInterface()
        self._ale.setFloat("repeat_action_probability", recipe.sticky)
        self._ale.setInt("random_seed", seed)
        rom = roms.get_rom_path(recipe.game)
        assert rom is not None, "a recipe names a game whose ROM ships"
        self._ale.loadROM(rom)
        self._actions = self._ale.getMinimalActionSet()
        self.action_names = tuple(str(action).rpartition(".")[2] for action in self._actions)
        self._fire = self.action_names.index("FIRE") if "FIRE" in self.action_names else -1
        self._noops = np.random.MT19937()
        # std::mt19937's seeding, which is not NumPy's usual one.
        self._noops._legacy_seeding(seed)
        self._stack: deque[NDArray[np.uint8]] = deque(maxlen=recipe.stack)
        self.begin()

    def begin(self) -> NDArray[np.uint8]:
        """Begin the next game; return the first observation."""
        self._ale.reset_game()
        for _ in range(self._noop_count()):
            self._ale.act(self._actions[0])
            if self._ale.game_over():
                self._ale.reset_game()
        first = self._ale.getScreenGrayscale()
        self._screens = [first.copy(), np.zeros_like(first)]
        self.color = self._ale.getScreenRGB()
        picture = self._picture()
        self._stack.extend(picture for _ in range(self.recipe.stack))
        self.score = 0.0
        self.length = self._idle = self._frames = 0
        self._must_fire = True
        return self.observation

    def _noop_count(self) -> int:
        # std::uniform_int_distribution(0, n − 1) as the GNU library draws it from 32 bits (Lemire 2019).
        n = self.recipe.noop_max
        if n <= 1:
            return 0
        product = int(self._noops.random_raw()) * n
        while product % 2**32 < (2**32 - n) % n:
            product = int(self._noops.random_raw()) * n
        return product // 2**32

    @property
    def observation(self) -> NDArray[np.uint8]:
        """What a learner sees now, ``uint8 [stack, side, side]``, oldest picture first."""
        return np.stack(tuple(self._stack))

    @property
    def lives(self) -> int:
        """Lives left."""
        return int(self._ale.lives())

    @property
    def memory(self) -> NDArray[np.uint8]:
        """The console's 128 bytes of memory, a copy."""
        ram: NDArray[np.uint8] = self._ale.getRAM()
        return ram

    def poke(self, address: int, value: int) -> None:
        """Write one byte of the console's memory; it counts from the next step on."""
        self._ale.setRAM(address, value)

    def step(self, action: int) -> SingleStep:
        """Do a step.

        Args:
            action: Number of one of :attr:`action_names`.
        """
        fired = self._fire >= 0 and (self._must_fire or self._idle >= self.recipe.idle_steps)
        chosen = self._actions[self._fire if fired else action]
        lives, reward, over, lost = self.lives, 0.0, False, False
        for left in range(self.recipe.frame_skip, 0, -1):
            reward += self._ale.act(chosen)
            self._frames += 1
            over, lost = bool(self._ale.game_over()), 0 < self.lives < lives
            if over or self._frames >= self.recipe.frame_limit:
                # The screen of the last frame is not taken: the many games at once do not take it either.
                break
            if left <= 2:
                self._ale.getScreenGrayscale(self._screens[left - 1])
        self._screens[0] = np.maximum(self._screens[0], self._screens[1])
        self.color = self._ale.getScreenRGB()
        self._stack.append(self._picture())
        truncated = self._frames >= self.recipe.frame_limit and not over and not lost
        self.score += reward
        self.length += 1
        self._must_fire = over or lost or truncated
        idle_before = self._idle >= self.recipe.idle_steps
        self._idle = 0 if self._must_fire or idle_before or reward else self._idle + 1
        return SingleStep(
            observation=self.observation,
            reward=reward,
            life_lost=lost and not over,
            game_over=over,
            truncated=truncated,
            fired=fired,
        )

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
