"""The cards beside or below the grid: cells to paint with, the chosen brush, the map's numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from gui.language import tr
from gui.panels.map_editor.brush_form import BrushForm
from gui.panels.map_editor.numbers_form import NumbersForm
from gui.panels.map_editor.palette import MapPalette
from gui.state.map_brush import Brush
from gui.theme import theme
from gui.widgets.card import Card

BESIDE, BELOW = 312, 200
"""Width beside the grid and height below it, in pixels of the ordinary layout."""

_BRUSH_HEIGHT = 166


class EditorDock(QScrollArea):
    """Three cards, one under the other or side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = MapPalette()
        self.brush = BrushForm()
        self.numbers = NumbersForm()
        self._beside: bool | None = None
        self._cells_card = Card("editor.cells")
        self._brush_card = Card("editor.brush.wall")
        self._numbers_card = Card("editor.numbers")
        for card, body in (
            (self._cells_card, self.tiles),
            (self._brush_card, self.brush),
            (self._numbers_card, self.numbers),
        ):
            card.body.addWidget(body)
        inside = self._inside = QWidget()
        inside.setAutoFillBackground(False)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        for card in (self._cells_card, self._brush_card, self._numbers_card):
            self._row.addWidget(card)
        self._row.addStretch(0)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme().changed.connect(self._measure)
        self.set_beside(beside=True)

    def set_beside(self, *, beside: bool) -> None:
        """Stand beside the grid, or lie below it."""
        if beside == self._beside:
            return
        self._beside = beside
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if beside else QBoxLayout.Direction.LeftToRight)
        self.tiles.set_columns(2 if beside else 4)
        for index, share in enumerate((0, 0, 0, 1) if beside else (5, 2, 3, 0)):
            self._row.setStretch(index, share)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        free, px = 16_777_215, theme().px
        # As high as the longest form, so that the card below stays where it is when another brush is chosen.
        self._brush_card.setMinimumHeight(px(_BRUSH_HEIGHT) if self._beside else 0)
        if self._beside:
            # A scroll bar beside the cards takes no room away from them.
            low = self._inside.minimumSizeHint().height() > self.height()
            wide = max(px(BESIDE), self._inside.minimumSizeHint().width())
            self.setFixedWidth(wide + (self.verticalScrollBar().sizeHint().width() if low else 0))
            self.setMinimumHeight(0)
            self.setMaximumHeight(free)
        else:
            self.setFixedHeight(px(BELOW))
            self.setMinimumWidth(0)
            self.setMaximumWidth(free)

    def show_brush(self, brush: Brush) -> None:
        """Show the chosen brush on its tile and in its form."""
        self.tiles.show_brush(brush)
        self.brush.show_brush(brush)
        self._brush_card.title.set_key("editor.brush." + brush.kind)
        self._brush_card.setAccessibleName(tr("editor.brush." + brush.kind))
