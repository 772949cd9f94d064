"""What a person paints a map with: a kind of cell and the numbers it needs."""

from __future__ import annotations

from dataclasses import dataclass

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
