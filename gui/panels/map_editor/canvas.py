"""The big grid one paints on, with the mouse or with a cursor of the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.environments.grid.cells import FLOOR, Cell
from gui.language import language, tr
from gui.panels.map_editor.board import Board
from gui.state.map_brush import PLACED, Brush, brush_of
from gui.state.map_document import MapDocument
from gui.theme import color, theme

_FLOOR = Cell(kind=FLOOR)
_STEPS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1)}
_PAINT_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ERASE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


def cells_between(first: int, last: int, columns: int) -> Iterator[int]:
    """Yield the cells of a straight line, both ends included: a fast mouse skips cells, a stroke must not."""
    (r, c), (to_r, to_c) = divmod(first, columns), divmod(last, columns)
    steps = max(abs(to_r - r), abs(to_c - c))
    for step in range(steps + 1):
        share = step / steps if steps else 0.0
        yield round(r + (to_r - r) * share) * columns + round(c + (to_c - c) * share)


class MapCanvas(QWidget):
    """Paints a document and lets a person paint on it; only what changed is painted again.

    Attributes:
        edited: Emitted after the person changed the document.
        picked: A brush like a cell the person picked up.
        pointed: The cell under the pointer, or under the cursor of the keyboard; −1 for none.
        walked: Where the keyboard has taken its cursor.
    """

    edited = Signal()
    picked = Signal(object)
    pointed = Signal(int)
    walked = Signal(int)

    def __init__(self, document: MapDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.board = Board(document)
        self._brush = Brush()
        self._cursor = 0
        self._hovered = -1
        self._erasing = False
        self._one_more = False
        self._last = -1
        self._drawing = False
        self._faulty: tuple[int, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.repaint_all)
        self.retranslate()

    # ── what it shows ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def cursor_cell(self) -> int:
        """The cell the keyboard paints."""
        return self._cursor

    @property
    def drawing(self) -> bool:
        """Whether a stroke of the mouse is being drawn."""
        return self._drawing

    @property
    def zoom(self) -> int:
        """Side of a cell in pixels, 0 for as large as fits."""
        return self.board.zoom

    def set_zoom(self, zoom: int) -> None:
        """Draw cells of a size; 0 for as large as fits."""
        self.board.zoom = zoom
        self.board.forget()
        self.setMinimumSize(self.board.wanted_size())
        self.update()

    def set_brush(self, brush: Brush) -> None:
        """Paint with another brush."""
        self._brush = brush
        self._update_cells((self._hovered,))

    def set_faulty(self, cells: tuple[int, ...]) -> None:
        """Mark cells at which something is wrong."""
        if cells != self._faulty:
            self._update_cells((*self._faulty, *cells))
            self._faulty = cells

    def move_cursor(self, cell: int) -> None:
        """Put the cursor of the keyboard on a cell."""
        if 0 <= cell < len(self._document.cells):
            self._update_cells((self._cursor, cell))
            self._cursor = cell
            self.pointed.emit(cell)

    def refresh(self) -> None:
        """Paint what has changed in the document."""
        touched = self._document.take_touched()
        if touched is None:
            self.repaint_all()
            return
        self.board.note_touched(touched)
        self._update_cells(touched)

    def repaint_all(self) -> None:
        """Paint everything again: another map, size or palette."""
        count = len(self._document.cells)
        self._cursor = min(self._cursor, count - 1)
        self._hovered = self._hovered if self._hovered < count else -1
        self._faulty = tuple(at for at in self._faulty if at < count)
        self.board.forget()
        self.setMinimumSize(self.board.wanted_size())
        self.update()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("editor.grid"))
        self.board.forget()

    def _update_cells(self, cells: Iterable[int]) -> None:
        for cell in cells:
            if cell >= 0:
                self.update(self.board.cell_box(cell).toAlignedRect().adjusted(-4, -4, 4, 4))

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("page"))
        self.board.paint_cells(painter, event.rect(), self.devicePixelRatioF())
        if self._hovered >= 0:
            self.board.paint_hover(painter, self._hovered, None if self._drawing else self._brush.cell)
        for cell in self._faulty:
            self.board.paint_fault(painter, cell)
        if self.hasFocus():
            self.board.paint_cursor(painter, self._cursor)
        painter.end()

    # ── the mouse ──────────────────────────────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.board.cell_under(event.position())
        picking = event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if self._drawing or cell < 0:
            return
        self.move_cursor(cell)
        if picking:
            self.picked.emit(brush_of(self._document.cells[cell]))
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._erasing = event.button() == Qt.MouseButton.RightButton
            self._one_more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._drawing, self._last = True, -1
            self._document.begin_stroke()
            self._stroke_to(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.board.cell_under(event.position())
        if cell != self._hovered:
            self._update_cells((self._hovered, cell))
            self._hovered = cell
            self.pointed.emit(cell if cell >= 0 else self._cursor)
        if self._drawing:
            self._stroke_to(cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        wanted = Qt.MouseButton.RightButton if self._erasing else Qt.MouseButton.LeftButton
        if self._drawing and event.button() == wanted:
            self.end_stroke()

    def end_stroke(self) -> None:
        """End a stroke of the mouse, if there is one: what was painted is one step."""
        if self._drawing:
            self._drawing = False
            self._document.end_stroke()
            self.edited.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._update_cells((self._hovered,))
        self._hovered = -1
        self.pointed.emit(self._cursor)
        super().leaveEvent(event)

    def _stroke_to(self, cell: int) -> None:
        # Out of the grid the pen is lifted: coming back somewhere else draws no line across.
        if cell >= 0 and cell != self._last:
            # What is placed is only where the pointer is now; it leaves no trail to fill.
            first = cell if self._last < 0 or self._places() else self._last
            for at in cells_between(first, cell, self._document.columns):
                self._put(at, one_more=self._one_more)
            self._cursor = cell
            self.refresh()
            self.edited.emit()
        self._last = cell

    def _places(self) -> bool:
        return self._brush.kind in PLACED and not self._erasing

    def _put(self, at: int, *, one_more: bool) -> None:
        if self._erasing:
            self._document.paint(at, _FLOOR)
        elif self._places():
            self._document.place(at, self._brush.cell, one_more=one_more)
        else:
            self._document.paint(at, self._brush.cell)

    # ── the keyboard ───────────────────────────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
        elif key in _PAINT_KEYS or key in _ERASE_KEYS:
            self._type(erase=key in _ERASE_KEYS, one_more=shift)
        elif not self._move(key, paint=shift):
            super().keyPressEvent(event)

    def _move(self, key: int, *, paint: bool) -> bool:
        row, column = divmod(self._cursor, self._document.columns)
        if key in _STEPS:
            d_row, d_column = _STEPS[Qt.Key(key)]
            row = min(max(row + d_row, 0), self._document.rows - 1)
            column = min(max(column + d_column, 0), self._document.columns - 1)
        elif key == Qt.Key.Key_Home:
            column = 0
        elif key == Qt.Key.Key_End:
            column = self._document.columns - 1
        elif key == Qt.Key.Key_PageUp:
            row = 0
        elif key == Qt.Key.Key_PageDown:
            row = self._document.rows - 1
        else:
            return False
        self.move_cursor(row * self._document.columns + column)
        self.walked.emit(self._cursor)
        if paint:
            self._type(erase=False, one_more=False)
        return True

    def _type(self, *, erase: bool, one_more: bool) -> None:
        self.end_stroke()
        self._erasing = erase
        self._put(self._cursor, one_more=one_more)
        self._erasing = False
        self.refresh()
        self.edited.emit()
        self.pointed.emit(self._cursor)

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._update_cells((self._cursor,))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_cells((self._cursor,))

    def hideEvent(self, event: QHideEvent) -> None:
        self.end_stroke()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.board.size = event.size()

    def sizeHint(self) -> QSize:
        return QSize(900, 480)
