"""The kinds of cells a grid world is made of, and the characters that draw them in a map file."""

from __future__ import annotations

from dataclasses import dataclass

FLOOR, WALL, START, GOAL, TRAP, CLIFF, ICE, WIND, TELEPORTER, NOISY = (
    "floor",
    "wall",
    "start",
    "goal",
    "trap",
    "cliff",
    "ice",
    "wind",
    "teleporter",
    "noisy",
)

TERMINAL = (GOAL, TRAP, NOISY)
"""Kinds that end the episode."""

DIRECTIONS = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
"""``(d_row, d_column)`` of the four moves, in the order of the actions."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a map.

    Attributes:
        kind: One of this module's kinds.
        value: What a move that ends here adds to the price of the step (goal, trap, noisy, floor); ``None``: as the
            header says, and nothing on the floor.
        spread: A noisy cell pays ``value + spread`` or ``value − spread``, each half of the time.
        wind: ``(d_row, d_column)`` push on leaving the cell.
        letter: Name of a teleporter; both of a pair have the same.
    """

    kind: str
    value: float | None = None
    spread: float = 0.0
    wind: tuple[int, int] = (0, 0)
    letter: str = ""


GLYPHS: dict[str, Cell] = {
    ".": Cell(kind=FLOOR),
    "#": Cell(kind=WALL),
    "S": Cell(kind=START),
    "G": Cell(kind=GOAL),
    "T": Cell(kind=TRAP),
    "X": Cell(kind=CLIFF),
    "~": Cell(kind=ICE),
    "^": Cell(kind=WIND, wind=(-1, 0)),
    "v": Cell(kind=WIND, wind=(1, 0)),
    "<": Cell(kind=WIND, wind=(0, -1)),
    ">": Cell(kind=WIND, wind=(0, 1)),
}
"""Characters with a fixed meaning; a lower-case letter other than ``v`` is a teleporter."""
