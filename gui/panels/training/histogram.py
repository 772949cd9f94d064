"""A histogram of what the learner holds in hand, with a band of what counts in full."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, tr
from gui.theme import CAPTION, color, font, mixed, theme

BINS = 41

_HEIGHT, _FOOT = 104, 18

Marks = tuple[tuple[float, str], ...]


class Histogram(QWidget):
    """Bars between two ends; what lies outside the band is orange, what lies beyond the ends is in the last bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.float64] = np.zeros(0)
        self._ends = (0.0, 1.0)
        self._band: tuple[float, float] | None = None
        self._marks: Marks = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, theme().px(_HEIGHT))

    def show_values(
        self,
        values: NDArray[np.floating] | None,
        ends: tuple[float, float],
        *,
        band: tuple[float, float] | None = None,
        marks: Marks = (),
    ) -> None:
        """Show how values are spread.

        Args:
            values: ``float [N]``; ``None`` where there are none yet.
            ends: Values at the left and right edge.
            band: Values between which nothing is held back; ``None`` where nothing is held back at all.
            marks: Places named below the axis.
        """
        found = np.zeros(0) if values is None else np.asarray(values, np.float64)
        self._values = found[np.isfinite(found)]
        self._ends, self._band, self._marks = ends, band, marks
        self.update()

    def shares(self) -> NDArray[np.float64]:
        """Return the share of all values in each bar, ``float64 [BINS]``."""
        low, high = self._ends
        counts, _ = np.histogram(np.clip(self._values, low, high), bins=BINS, range=(low, high))
        return np.asarray(counts / max(1, len(self._values)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = theme().px
        plot = QRectF(0, 4, self.width(), self.height() - px(_FOOT) - 4)
        painter.setFont(font(px(CAPTION)))
        if not len(self._values):
            painter.setPen(color("dim"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("train.small.none"))
            painter.end()
            return
        low, high = self._ends
        if self._band is not None:
            left, right = (plot.width() * (edge - low) / (high - low) for edge in self._band)
            ground = color("page" if theme().dark else "surface")
            box = QRectF(left, plot.top(), right - left, plot.height())
            painter.fillRect(box, mixed(ground, color("accent"), 0.12))
            painter.setPen(QPen(color("accent"), 1, Qt.PenStyle.DashLine))
            for x in (left, right):
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        self._bars(painter, plot)
        painter.setPen(QPen(color("line"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(color("dim"))
        for value, words in self._marks:
            x = plot.width() * (value - low) / (high - low)
            box = QRectF(min(max(0.0, x - px(30)), self.width() - px(60)), plot.bottom() + 2, px(60), px(_FOOT))
            at = Qt.AlignmentFlag.AlignLeft if value == low else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(box, Qt.AlignmentFlag.AlignRight if value == high else at, words)
        painter.end()

    def _bars(self, painter: QPainter, plot: QRectF) -> None:
        low, high = self._ends
        shares = self.shares()
        tallest = max(float(shares.max()), 1e-9)
        wide = plot.width() / BINS
        middles = low + (np.arange(BINS) + 0.5) * (high - low) / BINS
        for at, share in enumerate(shares):
            if share <= 0:
                continue
            inside = self._band is None or self._band[0] <= middles[at] <= self._band[1]
            # The least of all is still a line: one value out there is worth seeing.
            tall = max(1.5, share / tallest * (plot.height() - 2))
            box = QRectF(plot.left() + at * wide + 0.75, plot.bottom() - tall, wide - 1.5, tall)
            painter.fillRect(box, color("accent" if inside else "warning"))
