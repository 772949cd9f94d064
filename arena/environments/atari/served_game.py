"""One Atari game on one emulator with the rules of many: who serves, what a life is, where a game ends.

Training on pixels uses :mod:`arena.environments.atari.games`, whose emulators can be neither saved nor looked into.
What wants memory, colours or saved states stands on this class. Given the same seed and actions both play the same
game; a test holds them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ale_py import ALEInterface, LoggerMode, roms
from numpy.typing import NDArray

from arena.environments.atari.recipe import AtariRecipe
from arena.errors import RunError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one step gave.

    Attributes:
        reward: Raw.
        life_lost: A life was lost and the game goes on.
        game_over: The game is over.
        truncated: The frame limit was reached.
        fired: FIRE was pressed in place of the action that was chosen.
    """

    reward: float
    life_lost: bool
    game_over: bool
    truncated: bool
    fired: bool

    @property
    def ends_game(self) -> bool:
        """Whether the next step needs a new game."""
        return self.game_over or self.truncated


class ServedGame:
    """One game in which FIRE is pressed after every reset and lost life, and where nothing happens for long.

    Args:
        recipe: How long an action is held, who repeats it, when a game is truncated.
        seed: 1 … 2³¹ − 1, as :func:`arena.environments.atari.seeds.seeds_of` makes them.

    Raises:
        RunError: If the game's cartridge is missing or damaged.
    """

    def __init__(self, recipe: AtariRecipe, seed: int) -> None:
        ALEInterface.setLoggerMode(LoggerMode.Error)
        self.recipe = recipe
        self._ale = ALEInterface()
        self._ale.setFloat("repeat_action_probability", recipe.sticky)
        self._noops = np.random.MT19937()
        self._load(seed)
        self._actions = self._ale.getMinimalActionSet()
        self.action_names = tuple(str(action).rpartition(".")[2] for action in self._actions)
        self._fire = self.action_names.index("FIRE") if "FIRE" in self.action_names else -1
        self.next_game()

    def _load(self, seed: int) -> None:
        try:
            rom = roms.get_rom_path(self.recipe.game)
        except OSError as problem:
            # The emulator would end the whole process over it, without a word.
            raise RunError("error.atari.rom", game=self.recipe.game, problem=str(problem).partition("\n")[0]) from None
        assert rom is not None, "a recipe names a game whose ROM ships"
        self._ale.setInt("random_seed", seed)
        self._ale.loadROM(rom)
        # std::mt19937's seeding, which is not NumPy's usual one.
        self._noops._legacy_seeding(seed)

    def reseed(self, seed: int) -> None:
        """Begin a game as a new object with that seed would."""
        self._load(seed)
        self.next_game()

    def next_game(self) -> None:
        """Begin the next game; luck goes on where the last one left it."""
        self._ale.reset_game()
        for _ in range(self._noop_count()):
            self._ale.act(self._actions[0])
            if self._ale.game_over():
                self._ale.reset_game()
        self.score = 0.0
        self.length = self._idle = self._frames = 0
        self._must_fire = True

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
    def frames(self) -> int:
        """Emulator frames of this game so far, its idle start not counted."""
        return self._frames

    @property
    def lives(self) -> int:
        """Lives left."""
        return int(self._ale.lives())

    @property
    def memory(self) -> NDArray[np.uint8]:
        """The console's 128 bytes of memory, ``uint8 [128]``, a copy."""
        ram: NDArray[np.uint8] = self._ale.getRAM()
        return ram

    @property
    def screen(self) -> NDArray[np.uint8]:
        """The colour picture the emulator drew last, ``uint8 [210, 160, 3]``."""
        picture: NDArray[np.uint8] = self._ale.getScreenRGB()
        return picture

    def poke(self, address: int, value: int) -> None:
        """Write one byte of the console's memory; it counts from the next step on."""
        self._ale.setRAM(address, value)

    def act(self, action: int) -> Outcome:
        """Do a step.

        Args:
            action: Number of one of :attr:`action_names`.
        """
        waited = self._idle >= self.recipe.idle_steps
        fired = self._fire >= 0 and (self._must_fire or waited)
        chosen = self._actions[self._fire if fired else action]
        lives, reward, over, lost = self.lives, 0.0, False, False
        for left in range(self.recipe.frame_skip, 0, -1):
            reward += self._ale.act(chosen)
            self._frames += 1
            over, lost = bool(self._ale.game_over()), 0 < self.lives < lives
            if over or self._frames >= self.recipe.frame_limit:
                # The screen of the last frame is not looked at: the many games at once do not look at it either.
                break
            self._after_frame(left)
        truncated = self._frames >= self.recipe.frame_limit and not over and not lost
        self.score += reward
        self.length += 1
        self._must_fire = over or lost or truncated
        self._idle = 0 if self._must_fire or waited or reward else self._idle + 1
        return Outcome(
            reward=float(reward), life_lost=lost and not over, game_over=over, truncated=truncated, fired=fired
        )

    def _after_frame(self, left: int) -> None:
        """Do what a subclass needs of a frame; ``left`` counts the frames of the step down to 1."""
