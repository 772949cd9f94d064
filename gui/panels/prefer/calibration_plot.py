"""Whether the model is as sure as it is right: how often the left clip won where that was foretold as so probable."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.theme import CAPTION, color, font, theme

_HEIGHT, _LEFT, _FOOT = 150, 40, 34
_SMALLEST, _LARGEST = 3.0, 9.0


class CalibrationPlot(QWidget):
    """A dot for each bin; on the diagonal the model says neither too much nor too little."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins: tuple[tuple[float, float, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.setAccessibleName(tr("prefer.inside.calibration"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(_HEIGHT))

    @property
    def bins(self) -> tuple[tuple[float, float, float], ...]:
        """Foretold, seen and labels of each bin that is shown."""
        return self._bins

    def show_bins(self, bins: Sequence[Sequence[float]]) -> None:
        """Show the bins of a fit.

        Args:
            bins: Foretold P̂[left], share that preferred the left clip, and labels of each.
        """
        rows = [tuple(map(float, row)) for row in bins if len(row) == 3 and all(map(math.isfinite, row))]
        self._bins = tuple(
            (foretold, seen, labels)
            for foretold, seen, labels in rows
            if 0 <= foretold <= 1 and 0 <= seen <= 1 and labels > 0
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        painter.setFont(font(px(CAPTION - 0.5)))
        if not self._bins:
            painter.setPen(color("dim"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("prefer.inside.calibration.none"))
            painter.end()
            return
        plot = QRectF(px(_LEFT), 10, self.width() - px(_LEFT) - 12, self.height() - px(_FOOT) - 12)
        self._paint_axes(painter, plot)
        most = max(labels for _, _, labels in self._bins)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        for foretold, seen, labels in self._bins:
            # Area says how many labels: one label in a bin is no evidence.
            size = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(labels / most)
            at = QPointF(plot.left() + foretold * plot.width(), plot.bottom() - seen * plot.height())
            painter.drawEllipse(at, size, size)
        painter.end()

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        px = theme().px
        for share in (0.0, 0.5, 1.0):
            y, x = plot.bottom() - share * plot.height(), plot.left() + share * plot.width()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("dim"))
            text = number(100 * share)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, plot.left() - 6, 18), int(side), text)
            painter.drawText(
                QRectF(x - 20, plot.bottom() + 4, 40, 16), int(Qt.AlignmentFlag.AlignHCenter), text
            )  # fmt: skip
        foot = QRectF(plot.left(), self.height() - px(18), plot.width(), px(18))
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), tr("prefer.inside.calibration.axis"))
        painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
