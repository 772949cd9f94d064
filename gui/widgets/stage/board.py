"""Where the cells of a world lie, on a widget, a picture or a page of paper alike."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize

MARGIN = 4
"""Room around the cells for the focus ring."""


def fitting(columns: int, rows: int, size: QSize) -> int:
    """Return the largest whole cell size at which so many cells fit, at least 1."""
    return max(1, min((size.width() - 2 * MARGIN) // columns, (size.height() - 2 * MARGIN) // rows))


@dataclass(frozen=True, kw_only=True)
class Board:
    """A grid of equal cells.

    Attributes:
        columns: Cells side by side.
        rows: Cells above each other.
        size: Side of a cell in pixels, the gap to its neighbour included.
        left: Where the first cell begins.
        top: Where the first cell begins.
    """

    columns: int
    rows: int
    size: int
    left: float = 0.0
    top: float = 0.0

    @classmethod
    def centred(cls, columns: int, rows: int, size: QSize) -> Board:
        """Return the largest board for so many cells in the middle of a widget of that size."""
        cell = fitting(columns, rows, size)
        left, top = (size.width() - columns * cell) // 2, (size.height() - rows * cell) // 2
        return cls(columns=columns, rows=rows, size=cell, left=left, top=top)

    @property
    def gap(self) -> int:
        """Pixels between two cells."""
        return 2 if self.size >= 28 else 1 if self.size >= 8 else 0

    @property
    def box(self) -> QRectF:
        """All cells together."""
        return QRectF(self.left, self.top, self.columns * self.size, self.rows * self.size)

    def cell_box(self, cell: int) -> QRectF:
        """Return where a cell lies, gap excluded."""
        row, column = divmod(cell, self.columns)
        side = self.size - self.gap
        return QRectF(self.left + column * self.size, self.top + row * self.size, side, side)

    def cell_under(self, at: QPointF) -> int:
        """Return the cell at a point, −1 for none."""
        column, row = int((at.x() - self.left) // self.size), int((at.y() - self.top) // self.size)
        inside = 0 <= row < self.rows and 0 <= column < self.columns
        return row * self.columns + column if inside else -1
