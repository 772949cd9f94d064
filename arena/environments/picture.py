"""A picture of any world by its layout, drawn off screen with pygame."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

from arena.environments.world import World, WorldLayout

Color = tuple[int, int, int]

MOST_PIXELS = 720
"""Longer side of a picture."""

_COLORS: dict[str, Color] = {
    "floor": (38, 48, 58),
    "start": (38, 48, 58),
    "wall": (78, 88, 99),
    "goal": (31, 91, 63),
    "trap": (15, 19, 23),
    "cliff": (58, 35, 38),
    "ice": (48, 74, 96),
    "wind": (42, 58, 62),
    "teleporter": (58, 46, 84),
    "noisy": (84, 68, 36),
}
_PAGE: Color = (15, 19, 23)
_INK: Color = (233, 238, 243)
_WARN: Color = (255, 122, 102)
_WIND: Color = (120, 190, 190)
_BARS: dict[str, tuple[Color, int]] = {"brick": ((214, 120, 92), 3), "paddle": ((233, 238, 243), 0)}
"""Colour of what stands on the grid as a bar, and where in its cell, in eighths from above."""


def cell_size(layout: WorldLayout) -> int:
    """Return the side of a cell in pixels: whole, and as large as the picture allows, 8 at least."""
    return max(8, min(64, MOST_PIXELS // max(layout.rows, layout.columns)))


def frame(world: World, state: int) -> NDArray[np.uint8]:
    """Draw a world with the agent in a state.

    Args:
        world: The world.
        state: Where the agent is.

    Returns:
        ``uint8 [H, W, 3]``.
    """
    layout = world.layout
    size = cell_size(layout)
    surface = pygame.Surface((layout.columns * size, layout.rows * size))
    surface.fill(_PAGE)
    for cell in range(layout.rows * layout.columns):
        _cell(surface, layout, cell, size)
    for one, other in layout.inner_walls:
        _inner_wall(surface, layout, one, other, size)
    for cell, what in layout.markers[int(layout.context_of_state[state])]:
        _marker(surface, layout, cell, what, size)
    _agent(surface, layout, int(layout.cell_of_state[state]), size)
    return np.ascontiguousarray(pygame.surfarray.array3d(surface).transpose(1, 0, 2))


def _corner(layout: WorldLayout, cell: int, size: int) -> tuple[int, int]:
    return cell % layout.columns * size, cell // layout.columns * size


def _cell(surface: pygame.Surface, layout: WorldLayout, cell: int, size: int) -> None:
    x, y = _corner(layout, cell, size)
    kind = layout.kinds[cell]
    pygame.draw.rect(surface, _COLORS[kind], (x + 1, y + 1, size - 2, size - 2))
    middle, unit = (x + size // 2, y + size // 2), size / 8
    thick = max(1, size // 24)
    if kind == "goal":
        foot, top = (middle[0] - unit, middle[1] + 2 * unit), (middle[0] - unit, middle[1] - 2 * unit)
        pygame.draw.line(surface, _INK, foot, top, thick)
        flag = [top, (middle[0] + 2 * unit, middle[1] - unit), (middle[0] - unit, middle[1])]
        pygame.draw.lines(surface, _INK, False, flag, thick)
    elif kind == "trap":
        pygame.draw.circle(surface, _WARN, middle, 2 * unit, thick)
    elif kind == "cliff":
        points = [(x + unit * (1 + i), middle[1] + (unit if i % 2 else -unit)) for i in range(7)]
        pygame.draw.lines(surface, _WARN, False, points, thick)
    elif kind == "teleporter":
        pygame.draw.circle(surface, _INK, middle, 2.5 * unit, thick)
        pygame.draw.circle(surface, _INK, middle, unit, thick)
    elif kind == "noisy":
        for dx, dy in ((-1, -1), (1, 1), (0, 0)):
            pygame.draw.circle(surface, _INK, (middle[0] + dx * 1.5 * unit, middle[1] + dy * 1.5 * unit), unit / 1.5)
    elif kind == "wind":
        d_row, d_column = (int(np.sign(part)) for part in layout.winds[cell])
        tip = (middle[0] + d_column * 2 * unit, middle[1] + d_row * 2 * unit)
        pygame.draw.line(surface, _WIND, (2 * middle[0] - tip[0], 2 * middle[1] - tip[1]), tip, thick)
        for side in (-1, 1):
            barb = (tip[0] - (d_column + side * d_row) * unit, tip[1] - (d_row + side * d_column) * unit)
            pygame.draw.line(surface, _WIND, tip, barb, thick)


def _inner_wall(surface: pygame.Surface, layout: WorldLayout, one: int, other: int, size: int) -> None:
    x, y = _corner(layout, max(one, other), size)
    across = abs(one - other) == 1
    pygame.draw.line(surface, _INK, (x, y), (x, y + size) if across else (x + size, y), max(2, size // 16))


def _marker(surface: pygame.Surface, layout: WorldLayout, cell: int, what: str, size: int) -> None:
    x, y = _corner(layout, cell, size)
    if what in _BARS:
        bar, top = _BARS[what]
        place = pygame.Rect(x + size // 16, y + size * top // 8, size - size // 8, size // 4)
        pygame.draw.rect(surface, bar, place, border_radius=max(1, size // 16))
        return
    box = pygame.Rect(x + size // 8, y + size // 8, size * 3 // 4, size * 3 // 4)
    color = (76, 195, 138) if what == "destination" else (242, 184, 75)
    if what == "destination":
        pygame.draw.rect(surface, color, box, max(2, size // 16), border_radius=size // 8)
    else:
        pygame.draw.circle(surface, color, (x + size // 4, y + size // 4), size // 7)


def _agent(surface: pygame.Surface, layout: WorldLayout, cell: int, size: int) -> None:
    x, y = _corner(layout, cell, size)
    middle = (x + size // 2, y + size // 2)
    pygame.draw.circle(surface, _INK, middle, size * 0.22)
    pygame.draw.circle(surface, _PAGE, middle, size * 0.15)
