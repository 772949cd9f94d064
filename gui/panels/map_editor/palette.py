"""The kinds of cells to paint with, as drawn tiles with their keys."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QWidget

from gui.language import language, tr
from gui.panels.map_editor.cell_picture import paint_map_cell
from gui.state.map_brush import BRUSHES, STARTING, Brush
from gui.theme import CAPTION, RADIUS, TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_WIDTH, _HEIGHT, _ART, _CAP = 130, 36, 26, 18


class BrushTile(PaintedButton):
    """One kind: its drawing, its name, its key."""

    def __init__(self, brush: Brush, parent: QWidget | None = None) -> None:
        self._brush = brush
        super().__init__("editor.brush." + brush.kind, tip_key=f"editor.brush.{brush.kind}.help", parent=parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def brush(self) -> Brush:
        """The brush it stands for."""
        return self._brush

    def show_brush(self, brush: Brush) -> None:
        """Draw the kind with other numbers."""
        self._brush = brush
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(_WIDTH), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        px = theme().px
        name = QFontMetricsF(font(px(TEXT - 1), semibold=True)).horizontalAdvance(self.text())
        return QSize(px(_ART + _CAP + 24) + round(name), px(_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters choose a brush and are not for a button; arrows go to the next tile.
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            group = self.group()
            tiles = group.buttons() if group is not None else [self]
            tile = tiles[(tiles.index(self) + steps[Qt.Key(event.key())]) % len(tiles)]
            tile.setFocus(Qt.FocusReason.TabFocusReason)
            tile.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px, box, chosen = theme().px, QRectF(self.rect()), self.isChecked()
        radius = px(RADIUS - 2)
        if chosen or self.hovered:
            rounded(painter, box, radius, color("raised"), color("accent") if chosen else None)
        side = float(px(_ART))
        art = QRectF(px(5), round((box.height() - side) / 2), side, side)
        clip = QPainterPath()
        clip.addRoundedRect(art, 4, 4)
        painter.save()
        painter.setClipPath(clip)
        paint_map_cell(painter, self._brush.cell, art)
        painter.restore()
        cap_side = float(px(_CAP))
        cap = QRectF(box.right() - cap_side - px(6), (box.height() - cap_side) / 2, cap_side, cap_side)
        rounded(painter, cap, 4, None, color("line"))
        painter.setPen(color("dim"))
        painter.setFont(font(px(CAPTION - 1), mono=True))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, BRUSHES[self._brush.kind])
        painter.setFont(font(px(TEXT - 1), semibold=chosen))
        painter.setPen(color("text"))
        left = art.right() + px(8)
        painter.drawText(QRectF(left, 0, cap.left() - left, box.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.ring:
            focus_ring(painter, box, radius)
        painter.end()


class MapPalette(QWidget):
    """All kinds; one of them is chosen.

    Attributes:
        chosen: Emitted with the kind a person chose.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.tiles = {kind: BrushTile(brush, self) for kind, brush in STARTING.items()}
        for tile in self.tiles.values():
            self._group.addButton(tile)
            tile.clicked.connect(self._clicked)
        self.set_columns(2)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def set_columns(self, columns: int) -> None:
        """Lay the tiles out in so many columns, read down each of them."""
        rows = -(-len(self.tiles) // columns)
        for index, tile in enumerate(self.tiles.values()):
            self._grid.addWidget(tile, index % rows, index // rows)

    def show_brush(self, brush: Brush) -> None:
        """Show a brush as chosen, with its numbers on its tile."""
        tile = self.tiles[brush.kind]
        tile.show_brush(brush)
        tile.setChecked(True)

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("editor.cells"))

    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, BrushTile):
            self.chosen.emit(tile.brush.kind)
