"""Where a move on a grid leads: walls, wind and teleporters, before anything is paid."""

from __future__ import annotations

from collections.abc import Sequence

from arena.environments.grid.cells import DIRECTIONS, TELEPORTER, WALL, Cell

MOVES = tuple(DIRECTIONS.values())
"""``(d_row, d_column)`` of each action."""


class Moves:
    """The geometry of a drawing; it need not be a map that can be played.

    Args:
        cells: Row-major.
        columns: Width.
    """

    def __init__(self, cells: Sequence[Cell], columns: int) -> None:
        self._cells = cells
        self._columns = columns
        self._rows = len(cells) // columns
        self._wall = [cell.kind == WALL for cell in cells]
        self._twin = _twins(cells)

    def land(self, at: int, direction: int) -> int:
        """Return the cell a move ends in, however it pays there.

        Args:
            at: Cell it begins in.
            direction: Number of the action.
        """
        to = self._moved(at, *MOVES[direction])
        d_row, d_column = self._cells[at].wind
        if d_row or d_column:
            for _ in range(max(abs(d_row), abs(d_column))):
                to = self._moved(to, (d_row > 0) - (d_row < 0), (d_column > 0) - (d_column < 0))
        return self.arrive(to)

    def arrive(self, to: int) -> int:
        """Return the cell one is in after entering a cell: its twin if it is a teleporter."""
        return self._twin.get(to, to)

    def _moved(self, at: int, d_row: int, d_column: int) -> int:
        row, column = divmod(at, self._columns)
        row, column = row + d_row, column + d_column
        if not (0 <= row < self._rows and 0 <= column < self._columns):
            return at
        to = row * self._columns + column
        return at if self._wall[to] else to


def _twins(cells: Sequence[Cell]) -> dict[int, int]:
    seen: dict[str, int] = {}
    twins: dict[int, int] = {}
    for index, cell in enumerate(cells):
        if cell.kind == TELEPORTER:
            if cell.letter in seen:
                other = seen[cell.letter]
                twins[index], twins[other] = other, index
            seen[cell.letter] = index
    return twins
