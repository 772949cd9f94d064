"""How good it thinks this is: the value over the last seconds, with a mark where a reward came."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.protocol.watch_messages import REAL_TIME
from gui.language import language, number, tr
from gui.state.watch_state import WatchState
from gui.theme import color, font, theme

_HEIGHT, _FOOT, _HEAD = 92, 18, 14


class ValueTrace(QWidget):
    """A line whose right end is now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._rewards: NDArray[np.float32] = np.zeros(0, np.float32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, theme().px(_HEIGHT))

    def show_state(self, state: WatchState) -> None:
        """Show the values of the last decisions."""
        values, rewards = state.array("values"), state.array("rewards")
        self._values = np.zeros(0, np.float32) if values is None else values
        self._rewards = np.zeros(len(self._values), np.float32) if rewards is None else rewards
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        box = QRectF(0, px(_HEAD), self.width(), self.height() - px(_HEAD) - px(_FOOT))
        painter.setFont(font(px(12)))
        painter.setPen(color("dim"))
        foot = QRectF(0, self.height() - px(_FOOT), self.width(), px(_FOOT))
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), tr("arcade.value.now"))
        if len(self._values) < 2:
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), tr("arcade.value.none"))
            painter.end()
            return
        seconds = number(len(self._values) / REAL_TIME)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), tr("arcade.value.ago", seconds=seconds))
        finite = self._values[np.isfinite(self._values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        span = max(high - low, 1e-6)
        x = np.linspace(box.left() + 2, box.right() - 3, len(self._values))
        y = box.bottom() - 3 - (self._values - low) / span * (box.height() - 6)
        painter.setPen(QPen(color("line"), 1))
        painter.drawLine(QPointF(box.left(), box.bottom()), QPointF(box.right(), box.bottom()))
        painter.setPen(QPen(color("accent"), 2))
        painter.drawPolyline(QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)]))
        self._paint_rewards(painter, x)
        painter.setPen(QPen(color("warning"), 1))
        painter.drawLine(QPointF(x[-1], box.top()), QPointF(x[-1], box.bottom()))
        painter.end()

    def _paint_rewards(self, painter: QPainter, x: NDArray[np.float64]) -> None:
        size = theme().px(4.5)
        painter.setPen(Qt.PenStyle.NoPen)
        for at in np.flatnonzero(self._rewards[: len(x)]):
            good = self._rewards[at] > 0
            painter.setBrush(color("good" if good else "bad"))
            middle, top, bottom = float(x[at]), 2.0, 2.0 + 1.6 * size
            tip, base = (top, bottom) if good else (bottom, top)
            painter.drawPolygon(
                QPolygonF([QPointF(middle, tip), QPointF(middle - size, base), QPointF(middle + size, base)])
            )
