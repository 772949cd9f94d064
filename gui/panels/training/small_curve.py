"""One number over training, small: whether it rises or falls is all that is to be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.panels.returns import nice_range
from gui.theme import CAPTION, color, font, theme

_HEIGHT, _LEFT, _FOOT = 74, 34, 18


class SmallCurve(QWidget):
    """A line from the beginning of the run to now.

    Args:
        low: Lower end of the axis where it is fixed.
        high: Upper end where it is fixed.
        begin_key: Translation key of what stands where the axis begins.
    """

    def __init__(
        self,
        low: float | None = None,
        high: float | None = None,
        *,
        begin_key: str = "train.steps",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self._begin_key = begin_key
        self._points: NDArray[np.float64] = np.zeros((0, 2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, theme().px(_HEIGHT))

    def show_points(self, points: NDArray[np.float64] | None, until: float = 0.0) -> None:
        """Show a curve.

        Args:
            points: ``float64 [N, 2]`` env_steps and value; ``None`` for none.
            until: The run's clock: what has not changed since the last point is still so.
        """
        self._points = np.zeros((0, 2)) if points is None else points[np.isfinite(points[:, 1])]
        if len(self._points) and until > self._points[-1, 0]:
            self._points = np.vstack([self._points, [until, self._points[-1, 1]]])
        self.update()

    def _range(self) -> tuple[float, float, float]:
        values = self._points[:, 1]
        # A first wild estimate must not flatten what follows.
        low, high = (float(np.quantile(values, share)) for share in (0.02, 0.98)) if len(values) else (0.0, 1.0)
        low = low if self._low is None else max(self._low, min(low, 0.0)) if self._low < 0 else self._low
        return nice_range(low, high if self._high is None else self._high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        plot = QRectF(px(_LEFT), 6, self.width() - px(_LEFT) - 4, self.height() - px(_FOOT) - 6)
        painter.setFont(font(px(CAPTION - 0.5)))
        if not len(self._points):
            painter.setPen(color("dim"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("train.small.none"))
            painter.end()
            return
        low, high, step = self._range()
        decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2 if step >= 0.01 else 3
        for value in (low, (low + high) / 2, high):
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            if value != (low + high) / 2:
                painter.setPen(color("dim"))
                box = QRectF(0, y - 9, plot.left() - 6, 18)
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, flags, number(value, decimals))
        self._line(painter, plot, low, high)
        painter.setPen(color("dim"))
        foot = QRectF(plot.left(), plot.bottom() + 3, plot.width(), px(_FOOT))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, tr(self._begin_key, steps=number(0)))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, number(float(self._points[-1, 0])))
        painter.end()

    def _line(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        every = max(1, len(self._points) // 600)
        points = self._points[np.unique(np.append(np.arange(0, len(self._points), every), len(self._points) - 1))]
        x = plot.left() + points[:, 0] / max(1.0, float(self._points[-1, 0])) * plot.width()
        y = plot.bottom() - (np.clip(points[:, 1], low, high) - low) / (high - low) * plot.height()
        painter.save()
        painter.setClipRect(plot.adjusted(0, -2, 2, 2))
        painter.setPen(QPen(color("accent"), 1.8))
        painter.drawPolyline(QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)]))
        painter.restore()
