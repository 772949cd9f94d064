"""One value over the life of a run, as a small curve."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import number, tr
from gui.theme import CAPTION, color, font


class ValueCurve(QWidget):
    """Draws ``(tick, value)`` pairs as steps; the last point is the moment looked from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[tuple[float, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(84)

    def show_points(self, points: Sequence[tuple[float, float]]) -> None:
        """Show another curve."""
        self._points = tuple((float(tick), float(value)) for tick, value in points)
        if self._points:
            first, last = self._points[0], self._points[-1]
            self.setAccessibleName(tr("why.curve", first=number(first[1], 2), last=number(last[1], 2)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 92)

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION - 1))
        ticks = [tick for tick, _ in self._points]
        values = [value for _, value in self._points]
        low, high = min(*values, 0.0), max(*values, 0.0)
        span = high - low or 1.0
        plot = QRectF(46, 8, max(10, self.width() - 56), self.height() - 30)
        painter.setPen(color("dim"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in {low, high}:
            y = plot.bottom() - (value - low) / span * plot.height()
            painter.drawText(QRectF(0, y - 8, 40, 16), flags, number(value, 1))
        below = QRectF(plot.left(), plot.bottom() + 4, plot.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, number(round(ticks[0])))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(round(ticks[-1])))
        painter.setPen(QPen(color("line"), 1))
        zero = plot.bottom() - (0.0 - low) / span * plot.height()
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
        width = ticks[-1] - ticks[0] or 1.0
        line = QPolygonF()
        for (tick, value), before in zip(self._points, [values[0], *values], strict=False):
            x = plot.left() + (tick - ticks[0]) / width * plot.width()
            line.append(QPointF(x, plot.bottom() - (before - low) / span * plot.height()))
            line.append(QPointF(x, plot.bottom() - (value - low) / span * plot.height()))
        painter.setPen(QPen(color("accent"), 2))
        painter.drawPolyline(line)
        painter.setBrush(color("accent"))
        painter.drawEllipse(line.last(), 3.5, 3.5)
