"""The returns of both runs over one clock: where they part, and which one does better."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.panels.returns import MEAN_EPISODES, moving_mean, nice_range
from gui.panels.twins.strokes import INKS, stroke
from gui.state.run_state import BLOCK_COLUMNS, RunState
from gui.theme import CAPTION, color, font, theme

_TICK, _MEAN = BLOCK_COLUMNS.index("tick"), BLOCK_COLUMNS.index("return_mean")
_LABELS = 84
_LINE = 16
_MOST_POINTS = 1_500


class TwinCurves(QWidget):
    """Both curves, each in its stroke with its name at its end; it paints itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states = (RunState(), RunState())
        self._words = ("", "")
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 100)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(340, 170)

    def show_words(self, words: tuple[str, str], at: int) -> None:
        """Name both curves, and mark the tick at which they part."""
        self._words, self._at = words, at
        self.update()

    def show_states(self, left: RunState, right: RunState) -> None:
        """Show both runs; nothing is painted while they are the same."""
        before, self._states = self._states, (left, right)
        if any(
            one.blocks.shape != other.blocks.shape or one.optimum != other.optimum or one.run_id != other.run_id
            for one, other in zip(before, self._states, strict=True)
        ):
            self.setAccessibleName(self.caption())
            self.update()

    def caption(self) -> str:
        """Return the newest moving mean of both in words; empty before there are any."""
        parts = [
            f"{words} {number(float(values[-MEAN_EPISODES:].mean()), 1)}"
            for words, state in zip(self._words, self._states, strict=True)
            if (values := state.blocks[:, _MEAN]).size
        ]
        return " · ".join(parts)

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        curves = [self._curve(state) for state in self._states]
        shown = [y for _, y in curves if y.size]
        if not shown:
            self._paint_empty(painter)
            return
        optima = [state.optimum for state in self._states]
        values = np.concatenate(shown)
        low, high = float(np.quantile(values, 0.02)), float(values.max())
        for optimum in optima:
            if math.isfinite(optimum):
                low, high = min(low, optimum), max(high, optimum)
        low, high, step = nice_range(low, high)
        first, last = self._span()
        plot = QRectF(44, 18, max(10, self.width() - 44 - _LABELS), max(10, self.height() - 40))
        self._axes(painter, plot, low, high, step, first, last)
        self._optima(painter, plot, optima, low, high)
        painter.save()
        painter.setClipRect(plot.adjusted(0, -2, 1, 2))
        ends = [self._line(painter, plot, side, curve, (low, high), (first, last)) for side, curve in enumerate(curves)]
        painter.restore()
        self._names(painter, plot, ends)

    def _curve(self, state: RunState) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ticks and moving mean within the stretch shown."""
        ticks, mean = state.blocks[:, _TICK], moving_mean(state.blocks[:, _MEAN], MEAN_EPISODES)
        kept = ticks >= self._span()[0]
        return ticks[kept], mean[kept]

    def _span(self) -> tuple[float, float]:
        # As much of what both have in common as of what they have not: the parting moves to the middle.
        last = max(1.0, *(float(state.env_steps) for state in self._states))
        first = max(0.0, self._at - max(last - self._at, 0.25 * self._at))
        return first, last

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setFont(font(CAPTION + 1))
        painter.setPen(color("dim"))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(self.rect()).adjusted(16, 0, -16, 0), flags, tr("twins.curves.empty"))

    def _axes(
        self, painter: QPainter, plot: QRectF, low: float, high: float, step: float, first: float, last: float
    ) -> None:
        painter.setFont(font(CAPTION - 1))
        value, decimals = low, 0 if step >= 1 else 1 if step >= 0.1 else 2
        while value <= high + step / 2:
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("dim"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, plot.left() - 6, 18), flags, number(value, decimals))
            value += step
        below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), 18)
        painter.setPen(color("dim"))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, tr("twins.step", count=number(first)))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(last))
        if self._at > first:
            x = plot.left() + (self._at - first) / (last - first) * plot.width()
            painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _line(
        self,
        painter: QPainter,
        plot: QRectF,
        side: int,
        curve: tuple[NDArray[np.float64], NDArray[np.float64]],
        values: tuple[float, float],
        span: tuple[float, float],
    ) -> float:
        """Draw a curve and return the height of its end, not a number for none."""
        ticks, mean = curve
        if not ticks.size:
            return math.nan
        every = max(1, ticks.size // _MOST_POINTS)
        x = plot.left() + (ticks - span[0]) / (span[1] - span[0]) * plot.width()
        y = plot.bottom() - (mean - values[0]) / (values[1] - values[0]) * plot.height()
        y = np.clip(y, plot.top() - 40, plot.bottom() + 40)
        x, y = np.append(x[::every], x[-1]), np.append(y[::every], y[-1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(stroke(side, 2.2))
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
        return float(np.clip(y[-1], plot.top(), plot.bottom()))

    def _names(self, painter: QPainter, plot: QRectF, ends: list[float]) -> None:
        """Write each name beside the end of its curve, moved apart where they would lie on each other."""
        painter.setFont(font(CAPTION, semibold=True))
        places = list(ends)
        if all(math.isfinite(end) for end in ends) and abs(ends[0] - ends[1]) < _LINE:
            middle, upper = sum(ends) / 2, 0 if ends[0] <= ends[1] else 1
            middle = min(max(middle, plot.top() + _LINE / 2), plot.bottom() - _LINE / 2)
            places[upper], places[1 - upper] = middle - _LINE / 2, middle + _LINE / 2
        for side, y in enumerate(places):
            if math.isfinite(y):
                painter.setPen(color(INKS[side]))
                box = QRectF(plot.right() + 6, y - _LINE / 2, _LABELS - 8, _LINE)
                text = painter.fontMetrics().elidedText(
                    self._words[side], Qt.TextElideMode.ElideRight, int(box.width())
                )
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _optima(self, painter: QPainter, plot: QRectF, optima: list[float], low: float, high: float) -> None:
        same = optima[0] == optima[1]
        for side, optimum in enumerate(optima[:1] if same else optima):
            if not math.isfinite(optimum):
                continue
            y = plot.bottom() - (optimum - low) / (high - low) * plot.height()
            ink = color("good") if same else color(INKS[side])
            painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DashDotLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setFont(font(CAPTION - 1, semibold=True))
            painter.setPen(ink)
            text = tr("lab.returns.optimum", value=number(optimum, 0 if optimum == round(optimum) else 2))
            where = QRectF(plot.left() + 4, y - 17 if y > 17 else y + 2, plot.width() - 8, 16)
            aligned = Qt.AlignmentFlag.AlignLeft if side == 0 else Qt.AlignmentFlag.AlignRight
            painter.drawText(where, aligned | Qt.AlignmentFlag.AlignVCenter, text)
