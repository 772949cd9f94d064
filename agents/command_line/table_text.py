"""Plain tables for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def in_columns(rows: Sequence[Sequence[str]], *, right: bool = False) -> str:
    """Return rows of cells as aligned lines.

    Args:
        rows: Texts of the cells.
        right: Whether cells stand at the right of their column, as numbers do.
    """
    wide = [max(width_of(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    return "\n".join(
        "  ".join(_filled(cell, wide[place], right) for place, cell in enumerate(row)).rstrip() for row in rows
    )


def _filled(cell: str, width: int, right: bool) -> str:
    space = " " * (width - width_of(cell))
    return space + cell if right else cell + space
