"""One Breakout whose ball, paddle and bricks can be changed by hand, and the picture that shows it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from ale_py import Action

from arena.environments.atari.breakout_memory import BALL_X, BALL_Y, BRICK_PLACES, COLUMNS, PADDLE_X, ROWS, bricks_of
from arena.environments.atari.recipe import AtariRecipe
from arena.environments.atari.single_game import SingleGame
from arena.environments.atari.sticky_buttons import StickyButtons
from arena.errors import UsageError

GAME = "breakout"
"""The one game whose memory is known here."""

BALL_LEFT, BALL_ABOVE, PADDLE_LEFT = 49, -9, 47
"""What the memory's numbers are more than the pixels of the screen."""

BALL_RANGE = ((8, 150), (33, 185))
"""Pixels, x and y, between which a ball in play may be put: inside the walls and above the paddle."""

PADDLE_RANGE = (8, 144)

KNOB = 70
"""Address of what the console last read of the paddle's knob."""

_TURN, _SETTLING, _TURNS = 6.0, 8, 6
"""Pixels a frame of turning moves the paddle by in the end, frames it slides on for, and turns that reach any place."""


class EditedGame(SingleGame):
    """A game with :meth:`edit`, and with sticky actions that are set back exactly; otherwise as :class:`SingleGame`.

    Which button sticks when is drawn otherwise than in :class:`SingleGame`, by the same law.

    Args:
        recipe: The preprocessing.
        seed: As for :class:`SingleGame`.
    """

    def __init__(self, recipe: AtariRecipe, seed: int) -> None:
        self._sticky = recipe.sticky
        super().__init__(replace(recipe, sticky=0.0), seed)
        self.recipe = recipe

    def _load(self, seed: int) -> None:
        if not isinstance(self._ale, StickyButtons):
            self._ale = StickyButtons(self._ale, self._sticky)  # type: ignore[assignment]
        super()._load(seed)
        self._buttons.seed(seed)

    @property
    def _buttons(self) -> StickyButtons:
        assert isinstance(self._ale, StickyButtons)
        return self._ale

    @property
    def held(self) -> tuple[int, Any]:
        """What :meth:`save` does not keep: how far the luck of the buttons is, and which one may stick."""
        return self._buttons.held

    @held.setter
    def held(self, held: tuple[int, Any]) -> None:
        self._buttons.held = held

    def edit(
        self, bricks: Sequence[tuple[int, int, int]] = (), ball: Sequence[float] = (), paddle: float = -1.0
    ) -> bool:
        """Change the game in the console's memory; :attr:`observation` and :attr:`color` show it, no step is done.

        The emulator only draws while it runs, so one frame is run for the picture and taken back. That is also when it
        shows whether the game lets the change stand: now and then it writes a strip of bricks back.

        Args:
            bricks: ``(row, column, there)`` each, lowest row and leftmost column 0.
            ball: ``(x, y)`` in pixels of the screen, cut to the field; or empty.
            paddle: x of its left edge in pixels, cut to the field; or −1.

        Returns:
            Whether all bricks are as wished.

        Raises:
            UsageError: If the game is no Breakout, a brick is none, or the ball is to be moved while none is in play.
        """
        if self.recipe.game != GAME:
            raise UsageError("error.watch.edit_game")
        if any(not (0 <= row < ROWS and 0 <= column < COLUMNS) for row, column, _ in bricks):
            raise UsageError("error.watch.edit_brick", rows=ROWS, columns=COLUMNS)
        if len(ball) == 2 and not self.memory[BALL_Y]:
            raise UsageError("error.watch.edit_ball")
        wished = bricks_of(self.memory)
        for row, column, there in bricks:
            address, bit = (int(number) for number in BRICK_PLACES[row, column])
            kept = int(self.memory[address]) & ~(3 << bit)
            self.poke(address, kept | (3 << bit if there else 0))
            wished[row, column] = bool(there)
        if len(ball) == 2:
            (left, right), (top, bottom) = BALL_RANGE
            self.poke(BALL_X, round(min(max(ball[0], left), right)) + BALL_LEFT)
            self.poke(BALL_Y, round(min(max(ball[1], top), bottom)) + BALL_ABOVE)
        if paddle >= 0:
            self._turn_paddle(round(min(max(paddle, PADDLE_RANGE[0]), PADDLE_RANGE[1])) + PADDLE_LEFT)
        # The ball may break one brick in the very frame that is looked at.
        return int((self._look() != wished).sum()) <= 1

    def _turn_paddle(self, wished: int) -> None:
        """Turn the paddle's knob until the paddle is there, and set everything else back to before.

        The console reads the knob in every frame, so a paddle only poked would slide back to it.
        """
        before, emulator = self.memory, self._buttons.emulator
        # Meanwhile no ball is in play, so nothing is hit and nothing lost.
        self.poke(BALL_Y, 0)
        for _ in range(_TURNS):
            for _ in range(_SETTLING):
                emulator.act(Action.NOOP)
            away = wished - int(self.memory[PADDLE_X])
            for _ in range(round(abs(away) / _TURN)):
                emulator.act(Action.RIGHT if away > 0 else Action.LEFT)
            if abs(away) < _TURN / 2:
                break
        for address in np.flatnonzero(self.memory != before).tolist():
            if address != KNOB:
                self.poke(address, wished if address == PADDLE_X else int(before[address]))
        self.poke(PADDLE_X, wished)

    def _look(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Show what the next frame would draw, as the newest picture; return its bricks."""
        now, held = self._ale.cloneState(include_rng=True), self.held
        self._ale.act(Action.NOOP)
        shown = self._ale.getScreenGrayscale()
        self._screens = [shown.copy(), shown.copy()]
        self.color = self.screen
        standing = bricks_of(self.memory)
        self._ale.restoreState(now)
        self.held = held
        self._stack[-1] = self._picture()
        return standing
