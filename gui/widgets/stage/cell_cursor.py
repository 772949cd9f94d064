"""The keyboard's own cell on the stage: Alt and an arrow move it, Enter puts it under the lens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
}
_PINS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def cursor_step(event: QKeyEvent) -> tuple[int, int] | None:
    """Return ``(d_row, d_column)`` if a key moves the cursor; plain arrows belong to time and to the person's moves."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.AltModifier:
        return None
    return _STEPS.get(Qt.Key(event.key()))


def pins(event: QKeyEvent) -> bool:
    """Return whether a key puts a cell under the lens."""
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    return plain and Qt.Key(event.key()) in _PINS


def moved(cell: int, step: tuple[int, int], rows: int, columns: int) -> int:
    """Return the neighbour of a cell, the cell itself at the edge of the world."""
    row, column = divmod(cell, columns)
    row, column = row + step[0], column + step[1]
    return row * columns + column if 0 <= row < rows and 0 <= column < columns else cell
