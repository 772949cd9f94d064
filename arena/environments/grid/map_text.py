"""Writing a map as the text it is read from, so that a drawing can be saved, sent and carried by a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from arena.environments.grid.cells import DIRECTIONS, FLOOR, GLYPHS, GOAL, NOISY, TELEPORTER, TRAP, WIND, Cell
from arena.environments.grid.map_file import GridMap

_NO_LEGEND = {cell: glyph for glyph, cell in GLYPHS.items()}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\ud800-\udfff]")
_USUAL = "123456789" + "0ABCDEFHIJKLMNOPQRUVWYZ"
"""Characters for cells with numbers of their own, the first ones first."""


def write_map(grid: GridMap) -> str:
    """Return a map as text; :func:`arena.environments.grid.map_file.parse_map` reads the same map from it.

    Comments of the file it was read from are lost, and its author's choice of characters.

    Args:
        grid: The map; it need not be finished.

    Raises:
        ValueError: If a cell is none that a file can hold, or there are more different ones than a file has room for.
    """
    glyphs = _glyphs(grid.cells)
    lines = [f"order: {plain_number(grid.numbers['order'])}"] if "order" in grid.numbers else []
    for name, texts in (("title", grid.title), ("teaches", grid.teaches)):
        lines += _texts(name, texts)
    lines += [f"{name}: {plain_number(value)}" for name, value in grid.numbers.items() if name != "order"]
    lines += [f"cell {glyph}: {legend(cell)}" for cell, glyph in glyphs.items() if _needs_a_line(cell)]
    lines.append("---")
    drawn = "".join([glyphs[cell] for cell in grid.cells])
    lines += [drawn[at : at + grid.columns] for at in range(0, len(drawn), grid.columns)]
    return "\n".join(lines) + "\n"


def plain_number(value: float) -> str:
    """Return a number so that reading it gives the same one: 5, −0.1, 0.6666666666666666."""
    return repr(float(value)).removesuffix(".0")


def legend(cell: Cell) -> str:
    """Return what a line of the header says of a cell with numbers of its own.

    Raises:
        ValueError: If a file can hold no such cell.
    """
    if cell.kind == WIND:
        for name, (rows, columns) in DIRECTIONS.items():
            strength = max(abs(part) for part in cell.wind)
            if 0 < strength < 10 and cell.wind == (rows * strength, columns * strength):
                return f"wind {name} {strength}"
    elif cell.kind == NOISY and cell.value is not None:
        return f"noisy {plain_number(cell.value)} {plain_number(cell.spread)}"
    elif cell.kind in (FLOOR, GOAL, TRAP) and cell.value is not None:
        return f"{cell.kind} {plain_number(cell.value)}"
    raise ValueError(f"no map can hold {cell}")


def _texts(name: str, texts: Mapping[str, str]) -> list[str]:
    lines = (
        (f"{name}[{code}]" if code != "en" else name, _CONTROL.sub(" ", text).strip()) for code, text in texts.items()
    )
    return [f"{key}: {text}" for key, text in lines]


def _needs_a_line(cell: Cell) -> bool:
    return cell not in _NO_LEGEND and cell.kind != TELEPORTER


def _glyphs(cells: Sequence[Cell]) -> dict[Cell, str]:
    different = list(dict.fromkeys(cells))
    letters = {cell.letter for cell in different if cell.kind == TELEPORTER}
    taken = {*GLYPHS, *letters}
    free = (glyph for glyph in _pool() if glyph not in taken)
    made: dict[Cell, str] = {}
    for cell in different:
        if cell.kind == TELEPORTER:
            made[cell] = cell.letter
        elif cell in _NO_LEGEND:
            made[cell] = _NO_LEGEND[cell]
        else:
            likely = _likely(cell)
            made[cell] = likely if likely and likely not in taken else next(free, "")
            if not made[cell]:
                raise ValueError("more different cells than a map file has room for")
            taken.add(made[cell])
    return made


def _likely(cell: Cell) -> str:
    """Return the character a person would choose."""
    if cell.kind == NOISY:
        return "N"
    number = max(abs(part) for part in cell.wind) if cell.kind == WIND else abs(cell.value or 0.0)
    return f"{number:.0f}" if number in range(10) else ""


def _pool() -> Iterator[str]:
    yield from _USUAL
    # Then letters, in scripts with room for more lines of a header than the longest map file holds.
    for first, last in (("a", "z"), ("À", "ɏ"), ("一", "龥")):
        yield from (chr(code) for code in range(ord(first), ord(last) + 1))
