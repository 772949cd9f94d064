"""What keeps a drawing from being a map one can learn in, and how far its cells are from each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from arena.environments.grid.cells import (
    CLIFF,
    DIRECTIONS,
    GOAL,
    NOISY,
    START,
    TELEPORTER,
    TERMINAL,
    TRAP,
    WALL,
    WIND,
    Cell,
)
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


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What somebody finds who looks at a drawing.

    Attributes:
        faults: What is wrong with it, nothing if it is a map.
        moves: Length of the shortest way to a goal where nothing slips; ``None`` if there is none.
    """

    faults: tuple[Fault, ...]
    moves: int | None


def examine(cells: Sequence[Cell], columns: int) -> Findings:
    """Look at a drawing.

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
    faults = [
        Fault(name="teleporter", cell=found[2 if len(found) > 2 else 0], params={"letter": letter, "found": len(found)})
        for letter, found in places.items()
        if len(found) != 2
    ]
    if not starts:
        faults.append(Fault(name="no_start"))
    if not goal:
        faults.append(Fault(name="no_goal"))
    moves = moves_to_a_goal(cells, columns) if starts and goal else None
    if starts and goal and moves is None:
        faults.append(Fault(name="unreachable", cell=starts[0]))
    return Findings(faults=tuple(faults), moves=moves)


def moves_to_a_goal(cells: Sequence[Cell], columns: int) -> int | None:
    """Return how many moves the shortest way from a start to a goal has where nothing slips, ``None`` if there is none.

    Args:
        cells: Row-major.
        columns: Width.
    """
    ground = _Ground(cells, columns)
    seen, special = ground.seen, ground.special
    edge = [place for place, cell in zip(ground.places, cells, strict=True) if cell.kind == START]
    for place in edge:
        seen[place] = 1
    count = 0
    while edge:
        count += 1
        following: list[int] = []
        for place in edge:
            for to in ground.after_a_move(place):
                if seen[to]:
                    continue
                seen[to] = 1
                if to not in special:
                    following.append(to)
                    continue
                kind = cells[special[to]].kind
                if kind == GOAL:
                    return count
                # An episode ends at the others; a cliff leads back to a start, and all of those are known.
                if kind not in TERMINAL and kind != CLIFF:
                    following.append(to)
        edge = following
    return None


class _Ground:
    """A drawing with a frame of walls around it, so that a neighbour is one addition away.

    A drawing of 40,000 cells is looked at while somebody paints it. Ordinary cells take this short cut; all others ask
    the very moves the dynamics are made of, so that a way the wind always blows one off is none.
    """

    def __init__(self, cells: Sequence[Cell], columns: int) -> None:
        wide, rows = columns + 2, len(cells) // columns
        self.places = [(row + 1) * wide + column + 1 for row in range(rows) for column in range(columns)]
        self.seen = bytearray(b"\1" * (wide * (rows + 2)))
        self.special: dict[int, int] = {}
        for index, (place, cell) in enumerate(zip(self.places, cells, strict=True)):
            self.seen[place] = cell.kind == WALL
            if cell.kind in _SPECIAL:
                self.special[place] = index
        self._steps = tuple(d_row * wide + d_column for d_row, d_column in MOVES)
        self._moves = Moves(cells, columns)

    def after_a_move(self, place: int) -> list[int]:
        """Return where each action leads."""
        if place in self.special:
            at = self.special[place]
            return [self.places[self._moves.land(at, direction)] for direction in range(len(MOVES))]
        reached = [place + step for step in self._steps]
        if not self.special.keys().isdisjoint(reached):
            special, places = self.special, self.places
            reached = [places[self._moves.arrive(special[to])] if to in special else to for to in reached]
        return reached


_SPECIAL = (*TERMINAL, CLIFF, WIND, TELEPORTER)


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
