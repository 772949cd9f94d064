"""How a cell of a map that is being drawn looks: its kind, its numbers, its letter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from arena.environments.grid.cells import FLOOR, NOISY, TELEPORTER, WIND, Cell
from gui.theme import font
from gui.widgets.cell_art import FILLS, paint_kind
from gui.widgets.cell_art import FLOOR as FLOOR_FILL

_GOOD_FLOOR, _BAD_FLOOR = "#24503F", "#5A3A26"
_DOTS = {
    "start": "#FFFFFF",
    "goal": "#4CC38A",
    "trap": "#FF8A75",
    "cliff": "#8F3B3B",
    "wind": "#7FB2DD",
    "teleporter": "#C792EA",
    "noisy": "#F2B84B",
}
_INK = "#E9EEF3"


def fill_of(cell: Cell) -> QColor:
    """Return what a cell is filled with; floor that pays is tinted by the sign of what it pays."""
    if cell.kind == FLOOR and cell.value:
        return QColor(_GOOD_FLOOR if cell.value > 0 else _BAD_FLOOR)
    return QColor(FILLS.get(cell.kind, FLOOR_FILL))


def dot_of(cell: Cell) -> QColor:
    """Return the one colour of a cell that is too small for a drawing."""
    return QColor(_DOTS[cell.kind]) if cell.kind in _DOTS else fill_of(cell)


def mark_of(cell: Cell) -> str:
    """Return the short text on a cell: what it pays, how strong its wind is, its letter."""
    if cell.kind == TELEPORTER:
        return cell.letter
    if cell.kind == WIND:
        strength = max(abs(part) for part in cell.wind)
        return str(strength) if strength > 1 else ""
    mean = signed(cell.value) if cell.value else ""
    if cell.kind == NOISY:
        return f"{mean}±{cell.spread:.6g}"
    return mean or ("" if cell.value is None else "0")


def signed(value: float) -> str:
    """Return a reward with its sign, as short as it can be told exactly in six digits: +5, −0.04."""
    text = f"{value:+.6g}" if value else "0"
    return text.replace("-", "\u2212")


def words_of(cell: Cell, kind_name: str) -> str:
    """Return a cell in words.

    Args:
        cell: The cell.
        kind_name: What its kind is called in the language in use.
    """
    mark = mark_of(cell)
    return f"{kind_name} {mark}" if mark else kind_name


def paint_map_cell(painter: QPainter, cell: Cell, box: QRectF) -> None:
    """Draw a cell.

    Args:
        painter: Where to draw.
        cell: The cell.
        box: Its place.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(box, fill_of(cell))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    paint_kind(painter, cell.kind, cell.wind, box)
    mark, size = mark_of(cell), box.width()
    if not mark or size < 18:
        return
    painter.setPen(QColor(_INK))
    if cell.kind == FLOOR:
        painter.setFont(font(max(9, size * min(0.3, 1.0 / len(mark))), bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark)
        return
    painter.setFont(font(max(9, size * min(0.2, 1.0 / len(mark))), bold=True))
    corner = box.adjusted(2, 1, -max(2.0, size * 0.06), -max(1.0, size * 0.03))
    painter.drawText(corner, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, mark)
