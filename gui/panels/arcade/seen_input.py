"""What it really sees: the pictures of its input, or the numbers it is given instead."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.state.watch_state import WatchState
from gui.theme import color, font, theme
from gui.widgets.painted_button import rounded

_GAP, _FOOT, _NUMBERS = 4, 16, 96


class SeenInput(QWidget):
    """Four grey pictures side by side, oldest first; or a strip of numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WatchState()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        language().changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        seen = self._state.array("input")
        if seen is None:
            return theme().px(_NUMBERS)
        return self._side(width, len(seen), seen.shape[-1]) + theme().px(_FOOT)

    def sizeHint(self) -> QSize:
        return QSize(348, self.heightForWidth(348))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, theme().px(_NUMBERS))

    def show_state(self, state: WatchState) -> None:
        """Show the input of this moment."""
        had = self._state.array("input") is None
        self._state = state
        if had != (state.array("input") is None):
            self.updateGeometry()
        self.update()

    def _side(self, width: int, count: int, pixels: int) -> int:
        """Return the side of one picture: a whole multiple of its pixels where there is room, else what fits."""
        room = (width - (count - 1) * _GAP) // max(1, count)
        return room // pixels * pixels if room >= pixels else room

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        seen = self._state.array("input")
        if seen is None:
            self._paint_numbers(painter)
            painter.end()
            return
        count, height, width = seen.shape
        side = self._side(self.width(), count, width)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side < width)
        painter.setFont(font(theme().px(12), mono=True))
        painter.setPen(color("dim"))
        for place in range(count):
            data = np.ascontiguousarray(seen[place])
            picture = QImage(data.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
            box = QRectF(place * (side + _GAP), 0, side, side)
            painter.drawImage(box, picture)
            foot = QRectF(box.x(), side, side, theme().px(_FOOT))
            name = "t" if place == count - 1 else f"t\u2212{count - 1 - place}"
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), name)
        painter.end()

    def _paint_numbers(self, painter: QPainter) -> None:
        numbers = self._state.array("objects")
        painter.setFont(font(theme().px(13)))
        painter.setPen(color("dim"))
        if numbers is None:
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft), tr("arcade.seen.none"))
            return
        flat = np.asarray(numbers, np.float64).ravel()
        painter.drawText(
            QRectF(0, 0, self.width(), theme().px(20)),
            int(Qt.AlignmentFlag.AlignLeft),
            tr("arcade.seen.numbers", count=number(len(flat))),
        )
        columns = 29
        cell = max(4.0, (self.width() - 2) / columns)
        for at, value in enumerate(np.clip(flat, -1.0, 1.0)):
            row, column = divmod(at, columns)
            box = QRectF(column * cell, theme().px(26) + row * cell, cell - 2, cell - 2)
            ink = color("accent" if value >= 0 else "warning")
            rounded(painter, box, 2, color("raised"))
            ink.setAlphaF(min(1.0, abs(float(value))))
            rounded(painter, box, 2, ink)
