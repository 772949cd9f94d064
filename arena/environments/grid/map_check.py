"""What keeps a drawing from being a map one can learn in, and how far its cells are from each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from arena.environments.grid.cells import CLIFF, DIRECTIONS, GOAL, NOISY, START, TELEPORTER, TERMINAL, TRAP, WALL, Cell
from arena.environments.grid.moves import MOVES, Moves


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something without which nobody can learn in a drawing.

    Attributes:
        name: ``teleporter``, ``no_start``, ``no_goal`` or ``unreachable``; ``error.map.<name>`` is its sentence.
        cell: The cell to point at, ``None`` if it is about what is missing.
        params: Further placeholder values of its sentence.
    """

    name: str
    cell: int | None = None
    params: dict[str, Any] = field(default_factory=dict)


def faults(cells: Sequence[Cell], columns: int) -> Iterator[Fault]:
    """Yield what is wrong with a drawing, nothing if it is a map.

    Args:
        cells: Row-major.
        columns: Width.
    """
    places: dict[str, list[int]] = {}
    starts: list[int] = []
    goal = False
    for index, cell in enumerate(cells):
        if cell.kind == TELEPORTER:
            places.setdefault(cell.letter, []).append(index)
        elif cell.kind == START:
            starts.append(index)
        elif cell.kind == GOAL:
            goal = True
    for letter, found in places.items():
        if len(found) != 2:
            at = found[2] if len(found) > 2 else found[0]
            yield Fault(name="teleporter", cell=at, params={"letter": letter, "found": len(found)})
    if not starts:
        yield Fault(name="no_start")
    if not goal:
        yield Fault(name="no_goal")
    if starts and goal and not _reaches_a_goal(cells, columns, starts):
        yield Fault(name="unreachable", cell=starts[0])


def _reaches_a_goal(cells: Sequence[Cell], columns: int, starts: list[int]) -> bool:
    # By the very moves the dynamics are made of: a way that the wind always blows one off is none.
    moves = Moves(cells, columns)
    found = set(starts)
    edge = list(starts)
    while edge:
        at = edge.pop()
        for direction in range(len(MOVES)):
            to = moves.land(at, direction)
            if to in found:
                continue
            kind = cells[to].kind
            if kind == GOAL:
                return True
            found.add(to)
            # A cliff leads back to a start, and all of those are known.
            if kind not in TERMINAL and kind != CLIFF:
                edge.append(to)
    return False


def distances(cells: Sequence[Cell], width: int, sources: list[int]) -> dict[int, int]:
    """Return how many moves each cell is away from the nearest source, walls and teleporters respected, wind ignored.

    Moves are taken as going both ways; cliffs and cells that end the episode are entered but not left.

    Args:
        cells: Row-major cells.
        width: Columns.
        sources: Cells to begin at.
    """
    pair: dict[int, int] = {}
    letters: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell.kind == TELEPORTER:
            if cell.letter in letters:
                other = letters[cell.letter]
                pair[index], pair[other] = other, index
            letters[cell.letter] = index
    found = dict.fromkeys(sources, 0)
    edge = list(sources)
    while edge:
        following: list[int] = []
        for at in edge:
            if found[at] and cells[at].kind in (CLIFF, GOAL, TRAP, NOISY):
                continue
            for place in (at, *((pair[at],) if at in pair else ())):
                for d_row, d_column in DIRECTIONS.values():
                    row, column = place // width + d_row, place % width + d_column
                    to = row * width + column
                    inside = 0 <= row < len(cells) // width and 0 <= column < width
                    if inside and to not in found and cells[to].kind != WALL:
                        found[to] = found[at] + 1
                        following.append(to)
        edge = following
    return found
