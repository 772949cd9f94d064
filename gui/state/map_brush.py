"""What a person paints a map with: a kind of cell and the numbers it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from arena.environments.grid.cells import DIRECTIONS, FLOOR, NOISY, START, TELEPORTER, WIND, Cell

REWARD = "reward"
"""Floor that pays; in a map it is a floor cell with a value."""

BRUSHES = {
    "floor": "F",
    "wall": "W",
    "start": "S",
    "goal": "G",
    "trap": "T",
    "cliff": "X",
    "ice": "I",
    "wind": "A",
    "teleporter": "P",
    "noisy": "N",
    REWARD: "R",
}
"""Kinds of brushes in the order of the palette, with the key that chooses each."""

LETTERS = "abcdefghijklmnopqrstuwxyz"
"""Names a pair of teleporters may have."""

PLACED = (START, TELEPORTER)
"""Kinds that are placed one at a time: dragging moves the cell instead of leaving a trail."""


@dataclass(frozen=True, kw_only=True)
class Brush:
    """A kind of cell with its numbers; those its kind does not need are kept for the next time.

    Attributes:
        kind: One of :data:`BRUSHES`.
        value: Reward of its own (goal, trap: ``None`` for the map's; reward; mean of a noisy cell).
        spread: Spread of a noisy cell.
        direction: Where the wind blows to: ``up``, ``right``, ``down`` or ``left``.
        strength: Cells the wind pushes, 1 to 9.
        letter: Name of the pair of teleporters.
    """

    kind: str = "wall"
    value: float | None = None
    spread: float = 1.0
    direction: str = "up"
    strength: int = 1
    letter: str = "a"

    @property
    def cell(self) -> Cell:
        """The cell it paints."""
        if self.kind == WIND:
            d_row, d_column = DIRECTIONS[self.direction]
            return Cell(kind=WIND, wind=(d_row * self.strength, d_column * self.strength))
        if self.kind == TELEPORTER:
            return Cell(kind=TELEPORTER, letter=self.letter)
        if self.kind == NOISY:
            return Cell(kind=NOISY, value=self.value or 0.0, spread=self.spread)
        if self.kind == REWARD:
            return Cell(kind=FLOOR, value=self.value or 0.0)
        return Cell(kind=self.kind, value=self.value if self.kind in ("goal", "trap") else None)


STARTING = {kind: Brush(kind=kind, value={REWARD: -5.0, NOISY: 0.0}.get(kind)) for kind in BRUSHES}
"""The brush of each kind before anybody changed its numbers."""


def brush_of(cell: Cell) -> Brush:
    """Return the brush that paints a cell."""
    if cell.kind == WIND:
        strength = max(abs(part) for part in cell.wind)
        direction = next(
            name for name, step in DIRECTIONS.items() if cell.wind == (step[0] * strength, step[1] * strength)
        )
        return Brush(kind=WIND, direction=direction, strength=strength)
    if cell.kind == TELEPORTER:
        return Brush(kind=TELEPORTER, letter=cell.letter)
    if cell.kind == NOISY:
        return Brush(kind=NOISY, value=cell.value, spread=cell.spread)
    if cell.kind == FLOOR and cell.value is not None:
        return Brush(kind=REWARD, value=cell.value)
    return Brush(kind=cell.kind, value=cell.value)


def turned(brush: Brush) -> Brush:
    """Return the brush after its key was pressed once more: the wind blows to the next side."""
    if brush.kind != WIND:
        return brush
    ways = list(DIRECTIONS)
    return replace(brush, direction=ways[(ways.index(brush.direction) + 1) % len(ways)])


def stepped(brush: Brush, by: int) -> Brush:
    """Return the brush with its number one larger or smaller: strength of the wind, reward, letter."""
    if brush.kind == WIND:
        return replace(brush, strength=min(max(brush.strength + by, 1), 9))
    if brush.kind == TELEPORTER:
        return replace(brush, letter=LETTERS[(LETTERS.index(brush.letter) + by) % len(LETTERS)])
    if brush.kind in (REWARD, NOISY) or brush.value is not None:
        return replace(brush, value=min(max((brush.value or 0.0) + by, -1e6), 1e6))
    return brush


def letter_to_place(cells: Sequence[Cell]) -> str:
    """Return the letter of a teleporter that waits for its twin, else one that is free."""
    places = Counter(cell.letter for cell in cells if cell.kind == TELEPORTER)
    alone = [letter for letter in LETTERS if places[letter] == 1]
    free = [letter for letter in LETTERS if places[letter] == 0]
    return next(iter((*alone, *free)), LETTERS[0])
