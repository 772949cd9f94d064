"""Reading maps: a few ``key: value`` lines, a line ``---``, and the rows of the grid (see docs/maps.md).

A map may come from anybody: its size is bounded, it is text only, and whatever is wrong with it is one sentence with
file, line and column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from arena.environments.grid.cells import DIRECTIONS, GLYPHS, NOISY, TELEPORTER, Cell
from arena.environments.grid.map_check import examine
from arena.errors import MapError, UsageError

MOST_BYTES = 200_000
"""A longer file is no map."""

MOST_CELLS_A_SIDE = 200
"""Rows and columns at most."""

_LONGEST_TEXT = 500

_TEXTS = re.compile(r"(title|teaches)(?:\[([A-Za-z_]{2,8})\])?")
_CELL = re.compile(r"cell (\S)")

HEADER_NUMBERS: dict[str, tuple[float, float]] = {
    "order": (0, 1e6),
    "step": (-1e6, 1e6),
    "goal": (-1e6, 1e6),
    "trap": (-1e6, 1e6),
    "cliff": (-1e6, 1e6),
    "slip": (0, 1),
    "ice": (0, 1),
    "step_limit": (1, 1e6),
    "gamma": (0, 1),
    "alpha": (0, 1),
    "epsilon": (0, 1),
}
"""Header lines that hold a number, with their range."""

_WHOLE = ("order", "step_limit")

SUGGESTED = ("gamma", "alpha", "epsilon")
"""Header lines that suggest a hyper-parameter."""


@dataclass(frozen=True, kw_only=True)
class GridMap:
    """A map as its file says.

    Attributes:
        name: Name of the file.
        rows: Height.
        columns: Width.
        cells: Row-major, ``rows × columns``.
        title: Title per language.
        teaches: One line per language on what it teaches.
        numbers: Header numbers by name; those not given are missing.
    """

    name: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    title: Mapping[str, str] = field(default_factory=dict)
    teaches: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def map_bytes(path: Path) -> bytes:
    """Return what is in a file, a little more than a map may have at most.

    Raises:
        UsageError: If there is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: a name with a character no file can have
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        raise UsageError("error.map.unreadable", file=str(path), problem=reason) from None


def parse_map(data: bytes, name: str) -> GridMap:
    """Read the content of a map file.

    Args:
        data: Bytes of the file.
        name: Its name, for messages.

    Raises:
        MapError: If it is no map.
    """
    return _Parser(data, name).parsed()


def parse_drawing(data: bytes, name: str) -> GridMap:
    """Read the content of a map file that need not be finished: without a start or a goal it is read all the same.

    Args:
        data: Bytes of the file.
        name: Its name, for messages.

    Raises:
        MapError: If it is no drawing either.
    """
    return _Parser(data, name).parsed(finished=False)


def usual_step_limit(states: int) -> int:
    """Return after how many steps an episode is cut off in a map of so many states that does not say."""
    return max(100, 8 * states)


def number_fits(name: str, value: float) -> bool:
    """Return whether a number of the header, or the reward of a cell, may have a value."""
    low, high = _range(name)
    return low <= value <= high and (name not in _WHOLE or value == int(value))


def _range(name: str) -> tuple[float, float]:
    return HEADER_NUMBERS.get(name, (-1e6, 1e6))


def titles_in(text: str) -> dict[str, str]:
    """Return the title per language that the header of a map's text gives, read leniently."""
    titles: dict[str, str] = {}
    for line in text.replace("\r", "\n").split("\n"):
        if line.strip() == "---":
            break
        key, colon, value = (part.strip() for part in line.partition(":"))
        if colon and (found := _TEXTS.fullmatch(key)) is not None and found[1] == "title":
            titles[found[2] or "en"] = value[:_LONGEST_TEXT].strip()
    return titles


class _Parser:
    """Reads one map, remembering where it is."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._texts: dict[str, dict[str, str]] = {"title": {}, "teaches": {}}
        self._numbers: dict[str, float] = {}
        self._glyphs = dict(GLYPHS)
        if len(data) > MOST_BYTES:
            self._fail("error.map.too_long", 1, most=MOST_BYTES)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            line = data[: problem.start].count(b"\n") + 1
            self._fail("error.map.not_text", line)
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, content in enumerate(self._lines, 1):
            for column, character in enumerate(content, 1):
                if character < " " and character != "\t":
                    self._fail("error.map.not_text", number, column)

    def _fail(self, key: str, line: int, column: int = 1, **params: object) -> NoReturn:
        raise MapError(key, file=self._name, line=line, column=column, **params)

    def parsed(self, *, finished: bool = True) -> GridMap:
        """Return the map.

        Args:
            finished: Refuse one nobody can learn in.

        Raises:
            MapError: If it is none.
        """
        first_row = self._header()
        rows = self._lines[first_row:]
        while rows and not rows[-1].strip():
            rows.pop()
        if not rows:
            self._fail("error.map.no_rows", first_row + 1)
        width = len(rows[0])
        if len(rows) > MOST_CELLS_A_SIDE or width > MOST_CELLS_A_SIDE:
            self._fail("error.map.too_big", first_row + 1, most=MOST_CELLS_A_SIDE)
        cells: list[Cell] = []
        for offset, row in enumerate(rows):
            if len(row) != width:
                self._fail(
                    "error.map.uneven", first_row + offset + 1, min(len(row), width) + 1, found=len(row), wanted=width
                )
            cells += [self._cell(glyph, first_row + offset + 1, column) for column, glyph in enumerate(row, 1)]
        if finished:
            self._check(cells, first_row, width)
        return GridMap(
            name=self._name,
            rows=len(rows),
            columns=width,
            cells=tuple(cells),
            title=self._texts["title"],
            teaches=self._texts["teaches"],
            numbers=self._numbers,
        )

    # ── header ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _header(self) -> int:
        """Read the lines before the grid and return the index of its first row."""
        for index, line in enumerate(self._lines):
            if line.strip() == "---":
                return index + 1
            if line.strip() and not line.lstrip().startswith("#"):
                self._header_line(line, index + 1)
        return self._fail("error.map.no_separator", len(self._lines))

    def _header_line(self, line: str, number: int) -> None:
        key, colon, value = (part.strip() for part in line.partition(":"))
        column = line.find(":") + 2
        if not colon:
            self._fail("error.map.header_form", number)
        if (text := _TEXTS.fullmatch(key)) is not None:
            self._texts[text[1]][text[2] or "en"] = value[:_LONGEST_TEXT].strip()
        elif (cell := _CELL.fullmatch(key)) is not None:
            self._legend(cell[1], value, number, column)
        elif key in HEADER_NUMBERS:
            self._numbers[key] = self._number(value, key, number, column)
        else:
            self._fail("error.map.header_unknown", number, name=key[:40])

    def _number(self, text: str, key: str, number: int, column: int) -> float:
        low, high = _range(key)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not number_fits(key, value):
            self._fail("error.map.number", number, column, name=key[:40], low=f"{low:g}", high=f"{high:g}")
        return value

    def _legend(self, glyph: str, value: str, number: int, column: int) -> None:
        if glyph in GLYPHS:
            self._fail("error.map.glyph_taken", number, 6, glyph=glyph)
        match value.split():
            case ["wind", direction, strength] if direction in DIRECTIONS and strength in "123456789":
                rows, columns = DIRECTIONS[direction]
                self._glyphs[glyph] = Cell(kind="wind", wind=(rows * int(strength), columns * int(strength)))
            case [("goal" | "trap" | "floor") as kind, reward]:
                self._glyphs[glyph] = Cell(kind=kind, value=self._number(reward, "reward", number, column))
            case ["noisy", mean, spread]:
                self._glyphs[glyph] = Cell(
                    kind=NOISY,
                    value=self._number(mean, "mean", number, column),
                    spread=self._number(spread, "spread", number, column),
                )
            case _:
                self._fail("error.map.legend", number, column, value=value[:40])

    # ── grid ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _cell(self, glyph: str, line: int, column: int) -> Cell:
        if glyph in self._glyphs:
            return self._glyphs[glyph]
        if "a" <= glyph <= "z":
            return Cell(kind=TELEPORTER, letter=glyph)
        return self._fail("error.map.character", line, column, glyph=glyph)

    def _check(self, cells: list[Cell], first_row: int, width: int) -> None:
        for fault in examine(cells, width).faults:
            row, column = divmod(fault.cell or 0, width)
            self._fail("error.map." + fault.name, first_row + row + 1, column + 1, **fault.params)
