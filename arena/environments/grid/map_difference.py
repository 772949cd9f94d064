"""What is different in two maps of one size, and maps with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from arena.environments.grid.cells import CLIFF, GOAL, TRAP, Cell
from arena.environments.grid.map_file import GridMap

STEP = "step"
"""The price of every step, as a header line."""

PAYING = (STEP, CLIFF, GOAL, TRAP)
"""Header lines that say what is paid."""

_USUAL = {CLIFF: -100.0}


@dataclass(frozen=True, kw_only=True)
class MapDifference:
    """How one map differs from another one.

    Attributes:
        cells: Number of each cell that differs, with the old and the new cell.
        numbers: Header numbers that differ, with the old and the new value; ``None`` where the header says nothing.
        same_size: Whether the grids are of one size; if not, no cells are told.
    """

    cells: Mapping[int, tuple[Cell, Cell]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    same_size: bool = True


def difference(old: GridMap, new: GridMap) -> MapDifference:
    """Return how a map differs from another one in what can happen there; titles do not count."""
    names = [name for name in {**old.numbers, **new.numbers} if name != "order"]
    numbers = {
        name: (old.numbers.get(name), new.numbers.get(name))
        for name in names
        if old.numbers.get(name) != new.numbers.get(name)
    }
    if (old.rows, old.columns) != (new.rows, new.columns):
        return MapDifference(numbers=numbers, same_size=False)
    pairs = enumerate(zip(old.cells, new.cells, strict=True))
    return MapDifference(cells={index: (one, other) for index, (one, other) in pairs if one != other}, numbers=numbers)


def rewards(grid: GridMap) -> dict[str, float]:
    """Return what is paid in a map: the price of a step, and what the kinds pay whose cells say nothing themselves."""
    kinds = {cell.kind for cell in grid.cells if cell.value is None}
    return {name: grid.numbers.get(name, _USUAL.get(name, 0.0)) for name in PAYING if name == STEP or name in kinds}


def with_reward(grid: GridMap, name: str, value: float) -> GridMap:
    """Return a map in which something else is paid.

    Args:
        grid: The map.
        name: One of :data:`PAYING`.
        value: What is paid.
    """
    return replace(grid, numbers={**grid.numbers, name: value})


def with_cell(grid: GridMap, index: int, cell: Cell) -> GridMap:
    """Return a map in which one cell is another one."""
    return replace(grid, cells=(*grid.cells[:index], cell, *grid.cells[index + 1 :]))
