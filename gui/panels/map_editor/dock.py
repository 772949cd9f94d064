"""The cards beside or below the grid: cells to paint with, the chosen brush, the map's numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from gui.language import tr
from gui.panels.map_editor.brush_form import BrushForm
from gui.panels.map_editor.numbers_form import NumbersForm
from gui.panels.map_editor.palette import MapPalette
from gui.state.map_brush import Brush
from gui.theme import theme
from gui.widgets.card import Card

_COLUMN, _BLOCK, _ROW = QSize(312, 596), QSize(634, 326), QSize(0, 200)
"""Room the cards take: width, and height the grid must have for all to be in sight beside it, or their own below it."""

_GAP = 14
_WORTH = 0.8
"""Cells may be so much smaller for all cards to be in sight."""

_BRUSH_HEIGHT = 166


def best_place(fitting: Callable[[QSize], float], room: QSize) -> str:
    """Return how the cards are to lie: where they leave the largest cells, all in sight if that costs little.

    Args:
        fitting: Cell size of the map in a widget of some size.
        room: What grid and cards share.

    Returns:
        ``column`` or ``block`` beside the grid, ``row`` below it.
    """
    px = theme().px
    cells = {
        "column": fitting(QSize(room.width() - px(_COLUMN.width()) - _GAP, room.height())),
        "row": fitting(QSize(room.width(), room.height() - px(_ROW.height()) - _GAP)),
        "block": fitting(QSize(room.width() - px(_BLOCK.width()) - _GAP, room.height())),
    }
    largest = max(cells, key=lambda place: cells[place])
    low = {"column": px(_COLUMN.height()) > room.height(), "block": px(_BLOCK.height()) > room.height(), "row": False}
    in_sight = {place: size for place, size in cells.items() if not low[place] and size >= _WORTH * cells[largest]}
    return max(in_sight, key=lambda place: in_sight[place]) if in_sight else largest


class EditorDock(QScrollArea):
    """Three cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = MapPalette()
        self.brush = BrushForm()
        self.numbers = NumbersForm()
        self.place = ""
        self._cards = (Card("editor.cells"), Card("editor.brush.wall"), Card("editor.numbers"))
        for card, body in zip(self._cards, (self.tiles, self.brush, self.numbers), strict=True):
            card.body.addWidget(body)
        self._inside = QWidget()
        self._inside.setAutoFillBackground(False)
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme().changed.connect(self._measure)
        self.set_place("column")

    @property
    def beside(self) -> bool:
        """Whether it lies beside the grid."""
        return self.place != "row"

    def set_place(self, place: str) -> None:
        """Lie as :func:`best_place` says."""
        if place == self.place:
            return
        self.place = place
        spots = {
            "column": ((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1)),
            "block": ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)),
            "row": ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)),
        }[place]
        for card, spot in zip(self._cards, spots, strict=True):
            self._grid.addWidget(card, *spot)
        for column, share in enumerate({"column": (1, 0, 0), "block": (1, 1, 0), "row": (5, 2, 3)}[place]):
            self._grid.setColumnStretch(column, share)
        for row, share in enumerate({"column": (0, 0, 0, 1), "block": (0, 0, 1, 0), "row": (1, 0, 0, 0)}[place]):
            self._grid.setRowStretch(row, share)
        self.tiles.set_columns(4 if place == "row" else 2)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        free, px = 16_777_215, theme().px
        # As high as the longest form, so that the card below stays where it is when another brush is chosen.
        self._cards[1].setMinimumHeight(px(_BRUSH_HEIGHT) if self.beside else 0)
        if self.beside:
            # A scroll bar beside the cards takes no room away from them.
            needed = self._inside.minimumSizeHint()
            wide = max(px((_COLUMN if self.place == "column" else _BLOCK).width()), needed.width())
            bar = self.verticalScrollBar().sizeHint().width() if needed.height() > self.height() else 0
            self.setFixedWidth(wide + bar)
            self.setMaximumHeight(free)
        else:
            self.setMaximumHeight(px(_ROW.height()))
            self.setMinimumWidth(0)
            self.setMaximumWidth(free)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._inside.minimumSizeHint().width(), theme().px(_ROW.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme().px(60))

    def show_brush(self, brush: Brush) -> None:
        """Show the chosen brush on its tile and in its form."""
        self.tiles.show_brush(brush)
        self.brush.show_brush(brush)
        card = self._cards[1]
        card.title.set_key("editor.brush." + brush.kind)
        card.setAccessibleName(tr("editor.brush." + brush.kind))
