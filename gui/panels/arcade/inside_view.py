"""Inside the network: the first layer's filters, what each layer answers now, and a map of all it has seen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.state.watch_state import WatchState
from gui.theme import color, font, mixed, theme
from gui.widgets.text_label import TextLabel

LAYERS = ("filters", "activations_1", "activations_2", "activations_3", "map", "map_values")
"""What these views show of a view."""


class TileSheet(QWidget):
    """Many small grey pictures, ``float32 [N, h, w]``, side by side; each scaled by its own largest number.

    Args:
        signed: Whether the middle grey stands for 0.
        columns: How many stand in a row.
        parent: Qt parent.
    """

    def __init__(self, *, signed: bool, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: NDArray[np.float32] = np.zeros((0, 1, 1), np.float32)
        self._signed, self._columns = signed, columns
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_tiles(self, tiles: NDArray[np.float32] | None) -> None:
        """Show these pictures; none leave the sheet empty."""
        before = len(self._tiles)
        self._tiles = np.zeros((0, 1, 1), np.float32) if tiles is None else tiles
        if len(self._tiles) != before:
            self.updateGeometry()
        self.update()

    def _side(self) -> int:
        return max(8, (max(self.width(), 200) - (self._columns - 1) * 3) // self._columns)

    def sizeHint(self) -> QSize:
        rows = math.ceil(len(self._tiles) / self._columns)
        return QSize(320, max(1, rows) * (self._side() + 3))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self._side()
        for place, tile in enumerate(self._tiles):
            row, column = divmod(place, self._columns)
            box = QRectF(column * (side + 3), row * (side + 3), side, side)
            painter.drawImage(box, _grey(tile, signed=self._signed))
        painter.end()


def _grey(tile: NDArray[np.float32], *, signed: bool) -> QImage:
    top = max(float(np.abs(tile).max()), 1e-9)
    shares = 0.5 + 0.5 * tile / top if signed else np.clip(tile / top, 0.0, 1.0)
    data = np.ascontiguousarray((shares * 255).astype(np.uint8))
    height, width = data.shape
    return QImage(data.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


class FeatureMap(QWidget):
    """Every recorded moment as a point; moments the network takes for alike lie together. Press one to see it.

    Attributes:
        picked: Emitted with the row of the point.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._newest = -1
        self.setMinimumHeight(220)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        language().changed.connect(self.update)

    def show_state(self, state: WatchState) -> None:
        """Show the map of what was recorded."""
        points, values = state.array("map"), state.array("map_values")
        self._points = np.zeros((0, 2), np.float32) if points is None else points
        self._values = np.zeros(len(self._points), np.float32) if values is None else values
        self.update()

    def _places(self) -> NDArray[np.float64]:
        low, high = self._points.min(axis=0), self._points.max(axis=0)
        shares = (self._points - low) / np.maximum(high - low, 1e-9)
        return np.column_stack((10 + shares[:, 0] * (self.width() - 20), 10 + shares[:, 1] * (self.height() - 20)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if len(self._points):
            away = np.hypot(*(self._places() - (event.position().x(), event.position().y())).T)
            if float(away.min()) < 24.0:
                self.picked.emit(int(away.argmin()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), color("empty_cell"))
        if len(self._points) < 3:
            painter.setFont(font(theme().px(13)))
            painter.setPen(QColor("#9BA8B5"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("arcade.inside.map.none"))
            painter.end()
            return
        low, high = float(self._values.min()), float(self._values.max())
        cold, warm = QColor("#4B6EAF"), QColor("#FFB454")
        painter.setPen(Qt.PenStyle.NoPen)
        places = self._places()
        for (x, y), value in zip(places, self._values, strict=True):
            painter.setBrush(mixed(cold, warm, (float(value) - low) / max(high - low, 1e-9)))
            painter.drawEllipse(QPointF(float(x), float(y)), 3.2, 3.2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#FFFFFF"), 2))
        painter.drawEllipse(QPointF(float(places[-1, 0]), float(places[-1, 1])), 6, 6)
        painter.end()


class InsideView(QWidget):
    """Filters, activations and the map, one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters = TileSheet(signed=True, columns=16)
        self.activations = tuple(TileSheet(signed=False, columns=16) for _ in range(3))
        self.map = FeatureMap()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(TextLabel("arcade.inside.filters", 13, "dim", wrap=True))
        column.addWidget(self.filters)
        column.addWidget(TextLabel("arcade.inside.activations", 13, "dim", wrap=True))
        for sheet in self.activations:
            column.addWidget(sheet)
        column.addWidget(TextLabel("arcade.inside.map", 13, "dim", wrap=True))
        column.addWidget(self.map, 1)

    def show_state(self, state: WatchState) -> None:
        """Show the layers of the newest view."""
        filters = state.array("filters")
        # The newest of the four pictures a filter looks at: the one its eye is on.
        self.filters.show_tiles(None if filters is None else filters[:, -1])
        for number, sheet in enumerate(self.activations, 1):
            sheet.show_tiles(state.array(f"activations_{number}"))
        self.map.show_state(state)
