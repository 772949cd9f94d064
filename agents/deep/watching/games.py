"""The game that is watched, whatever it is: begun from a seed, stepped, shown, set back exactly."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from arena.environments.atari.breakout_memory import BALL_Y, bricks_of, numbers_of
from arena.environments.atari.edited_game import BALL_ABOVE, GAME, EditedGame
from arena.environments.atari.seeds import seeds_of
from arena.environments.atari.single_game import SavedGame

if TYPE_CHECKING:
    from arena.environments.atari.recipe import AtariRecipe

WATCHING = 2**33
"""In place of a checkpoint's number in the seeds: no watched game is one that was trained on or evaluated with."""

WALL_TOP = 57
"""Uppermost row of pixels of Breakout's wall."""

BALL_HEIGHT = 4


def emulator_seed(game_seed: int) -> int:
    """Return the seed an emulator is given for a watched game."""
    return int(seeds_of(game_seed, WATCHING, 1)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a decision brought.

    Attributes:
        reward: Raw.
        life_lost: A life was lost and the game goes on.
        over: The game has ended.
        truncated: It ended by a limit of time: more would have come.
        forced: The game pressed FIRE in place of the action.
    """

    reward: float
    life_lost: bool = False
    over: bool = False
    truncated: bool = False
    forced: bool = False


class WatchedGame(ABC):
    """One game with an emulator of its own.

    Attributes:
        by_turns: Whether it waits for a person to move; other games run on.
        idle: Action that does nothing; −1 where there is none.
    """

    by_turns: bool
    idle: int

    @abstractmethod
    def begin(self, game_seed: int) -> None:
        """Begin a game; the same seed and actions give the same game in every process."""

    @property
    @abstractmethod
    def observation(self) -> NDArray[np.generic]:
        """What the network sees now."""

    @property
    @abstractmethod
    def frame(self) -> NDArray[np.uint8]:
        """The screen in colour, ``uint8 [H, W, 3]``."""

    @property
    @abstractmethod
    def lives(self) -> int:
        """Lives left; 0 where there are none to lose."""

    @abstractmethod
    def act(self, action: int) -> Moved:
        """Do a decision."""

    @abstractmethod
    def save(self) -> Any:
        """Keep this moment, luck included; ``None`` where it can only be played again from the start."""

    @abstractmethod
    def restore(self, saved: Any) -> None:
        """Go back to a moment that :meth:`save` kept."""

    @abstractmethod
    def size_of(self, saved: Any) -> int:
        """Return how many bytes a kept moment takes."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class PackedGame:
    """A saved Atari game whose pictures are packed; they shrink to a tenth."""

    game: SavedGame
    color: bytes
    screens: bytes
    held: tuple[int, Any]
    before: NDArray[np.uint8] | None


_NOTHING = np.zeros(0, np.uint8)
_STATE_BYTES = 15_000


class AtariWatched(WatchedGame):
    """An Atari game, seen as pixels or, Breakout only, as objects.

    Args:
        recipe: Preprocessing.
        objects: Whether it is seen as :mod:`arena.environments.atari.breakout_memory` reads it.

    Raises:
        RunError: If the cartridge is missing or damaged.
    """

    by_turns = False

    def __init__(self, recipe: AtariRecipe, *, objects: bool) -> None:
        self.game = EditedGame(recipe, emulator_seed(0))
        self.objects = objects
        self.idle = self.game.action_names.index("NOOP")
        self._before = self.game.memory

    @property
    def is_breakout(self) -> bool:
        """Whether its memory is known."""
        return self.game.recipe.game == GAME

    def begin(self, game_seed: int) -> None:
        self.game.reseed(emulator_seed(game_seed))
        self._before = self.game.memory

    @property
    def observation(self) -> NDArray[np.generic]:
        return numbers_of(self.game.memory, self._before) if self.objects else self.game.observation

    @property
    def frame(self) -> NDArray[np.uint8]:
        return self.game.color

    @property
    def lives(self) -> int:
        return self.game.lives

    @property
    def bricks(self) -> NDArray[np.bool_]:
        """Which bricks stand, ``bool [6, 18]``."""
        return bricks_of(self.game.memory)

    @property
    def ball_above_wall(self) -> bool:
        """Whether the ball is between the wall and the ceiling."""
        height = int(self.game.memory[BALL_Y])
        return height > 0 and height - BALL_ABOVE + BALL_HEIGHT <= WALL_TOP

    def act(self, action: int) -> Moved:
        if self.objects:
            self._before = self.game.memory
        outcome = self.game.act(action)
        return Moved(
            reward=outcome.reward,
            life_lost=outcome.life_lost,
            over=outcome.ends_game,
            truncated=outcome.truncated,
            forced=outcome.fired,
        )

    def edit(self, bricks: Sequence[tuple[int, int, int]], ball: Sequence[float], paddle: float) -> bool:
        """As :meth:`arena.environments.atari.edited_game.EditedGame.edit`."""
        return self.game.edit(bricks, ball, paddle)

    def save(self) -> PackedGame:
        saved = self.game.save()
        return PackedGame(
            replace(saved, color=_NOTHING, screens=(_NOTHING, _NOTHING)),
            zlib.compress(saved.color.tobytes(), 1),
            zlib.compress(np.stack(saved.screens).tobytes(), 1),
            self.game.held,
            self._before if self.objects else None,
        )

    def restore(self, saved: PackedGame) -> None:
        color, screens = self.game.color.shape, (2, *self.game.color.shape[:2])
        first, second = np.frombuffer(zlib.decompress(saved.screens), np.uint8).reshape(screens)
        picture = np.frombuffer(zlib.decompress(saved.color), np.uint8).reshape(color)
        self.game.restore(replace(saved.game, color=picture, screens=(first, second)))
        self.game.held = saved.held
        if saved.before is not None:
            self._before = saved.before

    def size_of(self, saved: PackedGame) -> int:
        stack = sum(picture.nbytes for picture in saved.game.stack)
        return _STATE_BYTES + stack + len(saved.color) + len(saved.screens)

    def close(self) -> None:
        """Nothing to do: the emulator goes with the object."""
