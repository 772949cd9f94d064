"""Where the cells of a drawing lie in a widget, and their pictures, each drawn once."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from arena.environments.grid.cells import Cell
from gui.panels.map_editor.cell_picture import dot_of, paint_map_cell
from gui.state.map_document import MapDocument
from gui.theme import font

SMALLEST_DRAWN = 10
"""Below this cell size a map is one picture of coloured dots."""

LARGEST = 180
"""Cells of tiny maps grow no larger."""

MARGIN = 5
"""Room around the cells for the frame of the cursor."""

_DARK, _CURSOR, _HOVER, _FAULT, _ON_FAULT = "#0B0F13", "#5AA9FF", "#E9EEF3", "#FF7A66", "#160604"


class Board:
    """The picture of a document.

    Args:
        document: What is drawn.

    Attributes:
        size: Size of the widget it lies in.
        zoom: Side of a cell in pixels, 0 for as large as fits.
    """

    def __init__(self, document: MapDocument) -> None:
        self._document = document
        self.size = QSize()
        self.zoom = 0
        self._tiles: dict[Cell, QPixmap] = {}
        self._dots = QImage()

    def forget(self) -> None:
        """Draw everything anew."""
        self._tiles.clear()
        self._dots = QImage()

    def note_touched(self, cells: set[int]) -> None:
        """Draw some cells anew."""
        if not self._dots.isNull():
            columns = self._document.columns
            for at in cells:
                self._dots.setPixelColor(at % columns, at // columns, dot_of(self._document.cells[at]))

    # ── geometry ───────────────────────────────────────────────────────────────────────────────────────────────────

    def cell_size(self) -> float:
        """Return the side of a cell in pixels; whole unless cells are mere dots."""
        return float(self.zoom) if self.zoom else self.fitting(self.size)

    def fitting(self, size: QSize) -> float:
        """Return the cell size this map would have in a widget of that size."""
        room = min(
            (size.width() - 2 * MARGIN) / self._document.columns, (size.height() - 2 * MARGIN) / self._document.rows
        )
        return float(math.floor(min(room, LARGEST))) if room >= SMALLEST_DRAWN else max(0.5, room)

    def board_box(self) -> QRectF:
        """Return where the cells lie in the widget."""
        size = self.cell_size()
        width, height = self._document.columns * size, self._document.rows * size
        left, top = max(MARGIN, (self.size.width() - width) / 2), max(MARGIN, (self.size.height() - height) / 2)
        return QRectF(round(left), round(top), width, height)

    def cell_box(self, cell: int) -> QRectF:
        """Return where a cell lies in the widget, gap excluded."""
        board, size = self.board_box(), self.cell_size()
        row, column = divmod(cell, self._document.columns)
        side = max(1.0, size - self._gap())
        return QRectF(board.x() + column * size, board.y() + row * size, side, side)

    def cell_under(self, at: QPointF) -> int:
        """Return the cell at a point of the widget, −1 for none."""
        board, size = self.board_box(), self.cell_size()
        column, row = math.floor((at.x() - board.x()) / size), math.floor((at.y() - board.y()) / size)
        inside = 0 <= row < self._document.rows and 0 <= column < self._document.columns
        return row * self._document.columns + column if inside else -1

    def _gap(self) -> int:
        size = self.cell_size()
        return 2 if size >= 28 else 1 if size >= 8 else 0

    def wanted_size(self) -> QSize:
        """Return how large a widget must be for the zoom."""
        if not self.zoom:
            return QSize(1, 1)
        return QSize(self._document.columns * self.zoom + 2 * MARGIN, self._document.rows * self.zoom + 2 * MARGIN)

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paint_cells(self, painter: QPainter, rect: QRect, ratio: float) -> None:
        """Draw the cells that lie in a rectangle.

        Args:
            painter: Where to draw.
            rect: What is to be drawn.
            ratio: Device pixels per pixel.
        """
        if self.cell_size() < SMALLEST_DRAWN:
            painter.drawImage(self.board_box(), self._picture())
            return
        self._paint_tiles(painter, rect, ratio)

    def _paint_tiles(self, painter: QPainter, rect: QRect, ratio: float) -> None:
        board, size, columns = self.board_box(), self.cell_size(), self._document.columns
        first_row = max(0, math.floor((rect.top() - board.y()) / size))
        last_row = min(self._document.rows - 1, math.floor((rect.bottom() - board.y()) / size))
        first = max(0, math.floor((rect.left() - board.x()) / size))
        last = min(columns - 1, math.floor((rect.right() - board.x()) / size))
        cells = self._document.cells
        for row in range(first_row, last_row + 1):
            for column in range(first, last + 1):
                where = QPointF(board.x() + column * size, board.y() + row * size)
                painter.drawPixmap(where, self._tile(cells[row * columns + column], ratio))

    def _tile(self, cell: Cell, ratio: float) -> QPixmap:
        tile = self._tiles.get(cell)
        side = int(self.cell_size()) - self._gap()
        if tile is None or tile.width() != round(side * ratio):
            tile = QPixmap(round(side * ratio), round(side * ratio))
            tile.setDevicePixelRatio(ratio)
            painter = QPainter(tile)
            paint_map_cell(painter, cell, QRectF(0, 0, side, side))
            painter.end()
            self._tiles[cell] = tile
        return tile

    def _picture(self) -> QImage:
        rows, columns = self._document.rows, self._document.columns
        if self._dots.isNull():
            rgb = {cell: dot_of(cell) for cell in set(self._document.cells)}
            data = b"".join(
                bytes((fill.red(), fill.green(), fill.blue())) for fill in map(rgb.__getitem__, self._document.cells)
            )
            # copy(): a QImage on a Python buffer does not keep it alive.
            self._dots = QImage(data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        return self._dots

    def paint_hover(self, painter: QPainter, at: int, cell: Cell | None) -> None:
        """Draw the frame of the cell under the pointer, and what would be painted there."""
        box = self.cell_box(at)
        if cell is not None and box.width() >= SMALLEST_DRAWN - 1:
            painter.setOpacity(0.6)
            paint_map_cell(painter, cell, box)
            painter.setOpacity(1.0)
        _frame(painter, box, QColor(_HOVER), 1.5)

    def paint_cursor(self, painter: QPainter, at: int) -> None:
        """Draw where the keyboard is."""
        box = self.cell_box(at).adjusted(-1, -1, 1, 1)
        _frame(painter, box, QColor(_DARK), 4.0)
        _frame(painter, box, QColor(_CURSOR), 2.0)

    def paint_fault(self, painter: QPainter, at: int) -> None:
        """Draw that something is wrong with a cell."""
        box = self.cell_box(at)
        _frame(painter, box.adjusted(-1, -1, 1, 1), QColor(_FAULT), 3.0)
        side = min(box.width() * 0.45, 22.0)
        if side >= 8:
            badge = QRectF(box.right() - side, box.top(), side, side)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(_FAULT))
            painter.drawRoundedRect(badge, 3, 3)
            painter.setPen(QColor(_ON_FAULT))
            painter.setFont(font(side * 0.8, bold=True))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "!")


def _frame(painter: QPainter, box: QRectF, ink: QColor, width: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, width))
    painter.drawRoundedRect(box, 2, 2)
