"""What Breakout keeps in the console's memory: ball, paddle and bricks, and how a learner gets them as numbers.

Addresses were found by playing and are held to the picture by a test: each of the 108 bricks is two neighbouring bits.

==========  ==========================================================================================
address     meaning
==========  ==========================================================================================
0 … 35      bricks: byte ``6 · group + row``, row 0 lowest; the six groups are strips of the wall
72          paddle, left edge, 55 (far left) … 191 (far right); 47 more than on the screen
99          ball, left edge, 50 … 210; 49 more than on the screen
101         ball, upper edge, 56 … 208; 9 less than on the screen; 0 while no ball is in play
==========  ==========================================================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 6, 18
"""Rows and columns of the wall."""

PADDLE_X, BALL_X, BALL_Y = 72, 99, 101

ROW_POINTS = (1, 1, 4, 4, 7, 7)
"""Raw points of a brick by row, lowest first."""

_MIDDLE = 128.0
_HALF = 80.0
_PADDLE_HALF = 8.0
_FASTEST = 16.0

FIELDS: tuple[tuple[str, str], ...] = (
    ("ball_in_play", "1 while a ball is in play, else 0; the five fields of the ball are 0 then"),
    ("ball_x", "left edge of the ball, −1 (left wall) … 1 (right wall)"),
    ("ball_y", "upper edge of the ball, −0.9 (top) … 1 (lost); the paddle is at about 0.8"),
    ("ball_dx", "movement of the ball to the right in the last step, 16 pixels = 1, cut to −1 … 1"),
    ("ball_dy", "movement of the ball downwards in the last step, 16 pixels = 1, cut to −1 … 1"),
    ("paddle_x", "middle of the paddle, on the scale of ball_x"),
    ("paddle_dx", "movement of the paddle to the right in the last step, 16 pixels = 1, cut to −1 … 1"),
    ("ball_from_paddle", "ball_x − paddle_x"),
    *(
        (f"brick_{row}_{column}", "1 while the brick stands; row 0 is the lowest, column 0 the leftmost")
        for row in range(ROWS)
        for column in range(COLUMNS)
    ),
)
"""Name and meaning of each number of an observation, in order."""


def _places() -> NDArray[np.int64]:
    # For every strip: how many bricks, the bit of its leftmost brick, and the direction bits go from left to right.
    strips = {5: (0, 1, 6, 1), 4: (1, 4, 6, -1), 3: (5, 4, 0, 1), 2: (9, 2, 4, 1), 1: (11, 4, 6, -1), 0: (15, 3, 0, 1)}
    places = np.zeros((ROWS, COLUMNS, 2), np.int64)
    for strip, (column, bricks, bit, way) in strips.items():
        for brick in range(bricks):
            for row in range(ROWS):
                places[row, column + brick] = (ROWS * strip + row, bit + 2 * way * brick)
    return places


BRICK_PLACES = _places()
"""``int64 [ROWS, COLUMNS, 2]``: address and lower bit of each brick."""


def bricks_of(memory: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which bricks stand, ``bool [ROWS, COLUMNS]``, lowest row and leftmost column first."""
    standing: NDArray[np.bool_] = memory[BRICK_PLACES[..., 0]] >> BRICK_PLACES[..., 1] & 1 != 0
    return standing


def numbers_of(memory: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return an observation as :data:`FIELDS` says.

    Args:
        memory: ``uint8 [128]``, now.
        before: ``uint8 [128]``, one step ago; the same where there was none.

    Returns:
        ``float32 [len(FIELDS)]``.
    """
    numbers = np.zeros(len(FIELDS), np.float32)
    paddle = (float(memory[PADDLE_X]) + _PADDLE_HALF - _MIDDLE) / _HALF
    numbers[5] = paddle
    numbers[6] = _moved(memory, before, PADDLE_X)
    if memory[BALL_Y]:
        numbers[0] = 1.0
        numbers[1] = (float(memory[BALL_X]) - _MIDDLE) / _HALF
        numbers[2] = (float(memory[BALL_Y]) - _MIDDLE) / _HALF
        if before[BALL_Y]:
            numbers[3] = _moved(memory, before, BALL_X)
            numbers[4] = _moved(memory, before, BALL_Y)
        numbers[7] = numbers[1] - paddle
    numbers[8:] = bricks_of(memory).ravel()
    return numbers


def _moved(memory: NDArray[np.uint8], before: NDArray[np.uint8], address: int) -> float:
    return float(np.clip((int(memory[address]) - int(before[address])) / _FASTEST, -1.0, 1.0))
