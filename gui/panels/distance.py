"""How far what was learned is from the exact solution, over the run."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.panels.returns import LATER, nice_range
from gui.state.run_state import RunState
from gui.theme import CAPTION, color, font, theme

_LONG_RUN = 20_000
"""Above so many updates the curve is drawn over their logarithm: learning happens early."""


class DistancePanel(QWidget):
    """The largest error of a state value, update by update; 0 is the exact solution."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 90)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(340, 130)

    def show_state(self, state: RunState) -> None:
        """Show the curve of a run."""
        self._state = state
        self.setAccessibleDescription(self.caption())
        self.update()

    def _until(self) -> int:
        at = self._state.at
        rows = self._state.distances
        return len(rows) if at < 0 else int(np.searchsorted(rows[:, 0], at, side="right"))

    def caption(self) -> str:
        """Return the newest distance in words."""
        until = self._until()
        return "" if until == 0 else tr("lab.distance.now", value=number(float(self._state.distances[until - 1, 1]), 3))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self._state.distances
        if len(rows) < 2:
            painter.setFont(font(CAPTION + 1))
            painter.setPen(color("dim"))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(16, 0, -16, 0), flags, tr("lab.distance.empty"))
            return
        plot = QRectF(46, 12, max(10, self.width() - 54), max(10, self.height() - 34))
        low, high, step = nice_range(0.0, float(np.quantile(rows[:, 1], 0.98)))
        self._axes(painter, plot, low, high, step)
        points = self._points(plot, rows, low, high)
        until = self._until()
        painter.setClipRect(plot.adjusted(0, -2, 0, 2))
        for part, opacity in ((points[max(0, until - 1) :], LATER), (points[:until], 1.0)):
            painter.setOpacity(opacity)
            painter.setPen(QPen(color("accent"), 2.2))
            painter.drawPolyline(QPolygonF(part))

    def _points(self, plot: QRectF, rows: NDArray[np.float64], low: float, high: float) -> list[QPointF]:
        first, last = float(rows[0, 0]), float(rows[-1, 0])
        if last > _LONG_RUN:
            share = np.log10(np.maximum(rows[:, 0], 1.0)) / math.log10(last)
        else:
            share = (rows[:, 0] - first) / max(1.0, last - first)
        x = plot.left() + share * plot.width()
        y = plot.bottom() - (rows[:, 1] - low) / (high - low) * plot.height()
        return [QPointF(a, b) for a, b in zip(x, np.maximum(y, plot.top() - 40), strict=True)]

    def _axes(self, painter: QPainter, plot: QRectF, low: float, high: float, step: float) -> None:
        painter.setFont(font(CAPTION - 1))
        decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2
        value = low
        while value <= high + step / 2:
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("dim"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, plot.left() - 6, 18), flags, number(value, decimals))
            value += step
        below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), 18)
        last = int(self._state.distances[-1, 0])
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, tr("lab.distance.first"))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(last))
        if last > _LONG_RUN:
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr("lab.returns.log"))
