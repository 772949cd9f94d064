"""A little map on which one cell is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.environments.grid.map_file import GridMap
from gui.language import tr
from gui.theme import color
from gui.widgets.cell_art import FILLS, FLOOR, paint_kind

_MOVES = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
}
_LARGEST, _SMALLEST = 34, 4
_TALLEST = 300


class MapPicker(QWidget):
    """Paints a map; a click or the arrow keys choose a cell.

    Attributes:
        picked: Emitted with the number of the cell a person chose.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: GridMap | None = None
        self._cell = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def cell(self) -> int:
        """Cell chosen, −1 for none."""
        return self._cell

    def show_map(self, grid: GridMap | None, cell: int) -> None:
        """Show a map and the cell chosen in it, −1 for none."""
        self._map, self._cell = grid, cell
        self.setAccessibleName(tr("whatif.cell.map"))
        if grid is not None and cell >= 0:
            row, column = divmod(cell, grid.columns)
            self.setAccessibleDescription(f"({row}, {column}) {tr('change.kind.' + grid.cells[cell].kind)}")
        self.updateGeometry()
        self.update()

    def _size(self, width: int) -> int:
        if self._map is None:
            return _LARGEST
        return max(_SMALLEST, min(_LARGEST, width // self._map.columns, _TALLEST // self._map.rows))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 40 if self._map is None else self._size(width) * self._map.rows + 2

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(max(200, self.width())))

    def _box(self, cell: int) -> QRectF:
        assert self._map is not None
        size = self._size(self.width())
        row, column = divmod(cell, self._map.columns)
        gap = 2 if size >= 16 else 1 if size >= 8 else 0
        return QRectF(1 + column * size, 1 + row * size, size - gap, size - gap)

    def cell_at(self, at: QPointF) -> int:
        """Return the cell at a point of the widget, −1 for none."""
        if self._map is None:
            return -1
        size = self._size(self.width())
        column, row = int((at.x() - 1) // size), int((at.y() - 1) // size)
        inside = 0 <= column < self._map.columns and 0 <= row < self._map.rows
        return row * self._map.columns + column if inside else -1

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._map is None:
            return
        painter = QPainter(self)
        for index, cell in enumerate(self._map.cells):
            box = self._box(index)
            painter.fillRect(box, QColor(FILLS.get(cell.kind, FLOOR)))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            paint_kind(painter, cell.kind, cell.wind, box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._cell >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for ink, width in ((QColor("#10151A"), 5.0), (color("accent"), 3.0)):
                painter.setPen(
                    QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
                )
                painter.drawRect(self._box(self._cell).adjusted(1, 1, -1, -1))
        if self.hasFocus() and self._cell < 0:
            painter.setPen(QPen(color("accent"), 2.0))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell >= 0:
            self._pick(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _MOVES.get(Qt.Key(event.key()))
        if step is None or self._map is None:
            super().keyPressEvent(event)
            return
        row, column = divmod(max(0, self._cell), self._map.columns)
        row = min(max(0, row + step[0]), self._map.rows - 1)
        column = min(max(0, column + step[1]), self._map.columns - 1)
        self._pick(row * self._map.columns + column)

    def _pick(self, cell: int) -> None:
        self.show_map(self._map, cell)
        self.picked.emit(cell)
