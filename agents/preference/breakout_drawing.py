"""Pictures of clips: Breakout drawn from its objects, and what an agent from pixels saw, enlarged.

Score and lives are never in them (Christiano et al. 2017, appendix A.2): who sees the score compares scores, not
behaviour.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.environments.atari.breakout_memory import COLUMNS, ROWS

HEIGHT, WIDTH = 210, 160
"""Of an Atari picture, in pixels."""

_WALL = (142, 142, 142)
_RED = (200, 72, 72)
_MARK = (66, 158, 130)
_BRICKS = ((66, 72, 200), (72, 160, 72), (162, 162, 42), (180, 122, 48), (198, 108, 58), (200, 72, 72))
_TOP, _SIDE, _BRICK_TOP, _BRICK_HEIGHT, _PADDLE_TOP = 32, 8, 57, 6, 189
_SCORE_ROWS = 15
_FLOOR = 195
_MIDDLE, _HALF = 128.0, 80.0


def drawn_breakout(observations: NDArray[Any]) -> NDArray[np.uint8]:
    """Return pictures of a game seen as objects.

    Args:
        observations: ``float32 [T, features]`` as :data:`arena.environments.atari.breakout_memory.FIELDS` names them.

    Returns:
        ``uint8 [T, 210, 160, 3]``.
    """
    return np.stack([_drawn(numbers) for numbers in observations])


def _drawn(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[17:_TOP] = _WALL
    picture[17:196, :_SIDE] = picture[17:196, -_SIDE:] = _WALL
    # Two marks at the foot of the walls, as the console has them.
    picture[189:196, :_SIDE], picture[189:195, -_SIDE:] = _MARK, _RED
    picture[195:, -_SIDE:] = 0
    standing = numbers[8:].reshape(ROWS, COLUMNS) > 0.5
    for row in range(ROWS):
        top = _BRICK_TOP + (ROWS - 1 - row) * _BRICK_HEIGHT
        for column in np.flatnonzero(standing[row]):
            left = _SIDE + 8 * int(column)
            picture[top : top + _BRICK_HEIGHT, left : left + 8] = _BRICKS[row]
    middle = round(float(numbers[5]) * _HALF + _MIDDLE) - 47
    _box(picture, _PADDLE_TOP, middle - 8, 4, 16)
    if numbers[0] > 0.5:
        # The console counts the ball's place from beyond the picture, see breakout_memory.
        left = round(float(numbers[1]) * _HALF + _MIDDLE) - 49
        _box(picture, round(float(numbers[2]) * _HALF + _MIDDLE) + 9, left, 4, 2)
    return picture


def _box(picture: NDArray[np.uint8], top: int, left: int, height: int, width: int) -> None:
    # Below the walls the console draws nothing.
    rows = slice(max(0, top), max(0, min(_FLOOR, top + height)))
    picture[rows, max(_SIDE, left) : max(_SIDE, min(WIDTH - _SIDE, left + width))] = _RED


def enlarged(observations: NDArray[Any]) -> NDArray[np.uint8]:
    """Return what was newest in each stack of pictures, as large as the console's, the score blacked out.

    Args:
        observations: ``uint8 [T, stack, side, side]``.

    Returns:
        ``uint8 [T, 210, 160, 3]``, grey.
    """
    newest = np.array(observations[:, -1], np.uint8)
    side = newest.shape[-1]
    newest[:, : _SCORE_ROWS * side // HEIGHT] = 0
    rows = np.arange(HEIGHT) * side // HEIGHT
    columns = np.arange(WIDTH) * side // WIDTH
    grey = newest[:, rows][:, :, columns]
    return np.repeat(grey[..., None], 3, axis=-1)
