"""Return (or length) per episode: the raw curve, its moving mean, the exact optimum as a line."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from agents.catalog import SWEEPING
from gui.language import language, number, tr
from gui.state.run_state import BLOCK_COLUMNS, RunState
from gui.theme import CAPTION, color, font, theme

LATER = 0.25
"""Opacity of what comes after the moment of the past that is shown."""

MEAN_EPISODES = 10
"""Episodes behind the moving mean, while rows are single episodes."""

_COLUMN = {name: index for index, name in enumerate(BLOCK_COLUMNS)}
_SHOWN = {"return": "return_mean", "length": "length_mean"}


def moving_mean(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the mean of each value and up to ``width − 1`` before it, ``float64 [N]``."""
    if values.size == 0:
        return values
    total = np.cumsum(np.insert(values, 0, 0.0))
    last = np.arange(1, values.size + 1)
    first = np.maximum(0, last - width)
    return np.asarray((total[last] - total[first]) / (last - first))


def nice_range(low: float, high: float) -> tuple[float, float, float]:
    """Return a range that holds two numbers, widened to whole steps, and the step (1, 2, 5 times a power of ten)."""
    span = max(high - low, 1e-9, abs(high) * 1e-6)
    step = 10.0 ** math.floor(math.log10(span / 2))
    for factor in (1, 2, 5, 10):
        if span / (factor * step) <= 3.2:
            step *= factor
            break
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return bottom, max(top, bottom + step), step


class ReturnsPanel(QWidget):
    """The curve; it paints itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._what = "return"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 90)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(340, 130)

    def show_what(self, what: str) -> None:
        """Show ``return`` or ``length``."""
        self._what = what
        self.update()

    def show_state(self, state: RunState) -> None:
        """Show the curve of a run; nothing is painted while it is the same."""
        same = state.blocks.shape == self._state.blocks.shape and state.run_id == self._state.run_id
        was = self._state
        other = (state.optimum, state.phase, state.at) != (was.optimum, was.phase, was.at)
        self._state = state
        if not same or other:
            self.update()

    def caption(self) -> str:
        """Return the newest moving mean in words."""
        values = self._values()
        if values.size == 0:
            return ""
        values = values[: self._shown_until()]
        if values.size == 0:
            return ""
        rows = min(MEAN_EPISODES, values.size)
        episodes = int(self._state.blocks[values.size - rows : values.size, _COLUMN["episodes"]].sum())
        return tr("lab.returns.mean", count=number(episodes), value=number(float(values[-rows:].mean()), 1))

    def _values(self) -> NDArray[np.float64]:
        return self._state.blocks[:, _COLUMN[_SHOWN[self._what]]]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = self._values()
        if values.size == 0:
            self._paint_empty(painter)
            return
        mean = moving_mean(values, MEAN_EPISODES)
        optimum = self._state.optimum if self._what == "return" else math.nan
        low, high, step = self._range(values, mean, optimum)
        # Room above for the optimum's name, which mostly lies at the top.
        plot = QRectF(46, 20, max(10, self.width() - 54), max(10, self.height() - 42))
        self._axes(painter, plot, low, high, step)
        painter.save()
        painter.setClipRect(plot.adjusted(0, -2, 0, 2))
        x = self._places(plot)
        self._band(painter, plot, x, low, high)
        until = self._shown_until()
        for later in (True, False):
            part = slice(max(0, until - 1), None) if later else slice(0, until)
            painter.setOpacity(LATER if later else 1.0)
            self._line(painter, plot, x[part], values[part], low, high, faint=True)
            self._line(painter, plot, x[part], mean[part], low, high, faint=False)
        painter.restore()
        if math.isfinite(optimum):
            self._optimum(painter, plot, optimum, low, high)

    def _shown_until(self) -> int:
        """Return how many rows lie before the moment shown; what comes later in the run is drawn faintly."""
        rows, at = self._state.blocks, self._state.at
        return len(rows) if at < 0 else int(np.searchsorted(rows[:, _COLUMN["tick"]], at, side="right"))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setFont(font(CAPTION + 1))
        painter.setPen(color("dim"))
        key = "lab.returns.sweeps" if self._state.agent in SWEEPING else "lab.returns.empty"
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(self.rect()).adjusted(16, 0, -16, 0), flags, tr(key))

    def _range(
        self, values: NDArray[np.float64], mean: NDArray[np.float64], optimum: float
    ) -> tuple[float, float, float]:
        # The first wild episodes must not flatten the rest: the mean and nine tenths of the episodes decide.
        low = min(float(np.quantile(values, 0.1)), float(np.quantile(mean, 0.05)))
        high = max(float(np.quantile(values, 0.98)), float(mean[-1]))
        if math.isfinite(optimum):
            low, high = min(low, optimum), max(high, optimum)
        if self._what == "length":
            low = 0.0
        return nice_range(low, high)

    def _places(self, plot: QRectF) -> NDArray[np.float64]:
        rows = self._state.blocks
        last = rows[:, _COLUMN["first_episode"]] + rows[:, _COLUMN["episodes"]]
        # Learning happens early: a long run is shown over the logarithm of the episode.
        share = np.log10(last) / np.log10(last[-1]) if last[-1] > 5_000 else last / max(last[-1], 2)
        return np.asarray(plot.left() + share * plot.width())

    def _axes(self, painter: QPainter, plot: QRectF, low: float, high: float, step: float) -> None:
        painter.setFont(font(CAPTION - 1))
        value = low
        decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2
        while value <= high + step / 2:
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("dim"))
            where = QRectF(0, y - 9, plot.left() - 6, 18)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, flags, number(value, decimals))
            value += step
        rows = self._state.blocks
        last = int(rows[-1, _COLUMN["first_episode"]] + rows[-1, _COLUMN["episodes"]])
        below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, tr("lab.returns.first"))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(last))
        if last > 5_000:
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr("lab.returns.log"))

    def _band(self, painter: QPainter, plot: QRectF, x: NDArray[np.float64], low: float, high: float) -> None:
        rows = self._state.blocks
        if self._what != "return" or rows[-1, _COLUMN["episodes"]] < 2:
            return
        several = rows[:, _COLUMN["episodes"]] > 1
        top = self._heights(plot, rows[several, _COLUMN["return_max"]], low, high)
        bottom = self._heights(plot, rows[several, _COLUMN["return_min"]], low, high)
        across = x[several]
        shape = [QPointF(a, b) for a, b in zip(across, top, strict=True)]
        shape += [QPointF(a, b) for a, b in zip(across[::-1], bottom[::-1], strict=True)]
        faint = color("accent")
        faint.setAlphaF(0.12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        painter.drawPolygon(QPolygonF(shape))

    @staticmethod
    def _heights(plot: QRectF, values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        heights = plot.bottom() - (values - low) / (high - low) * plot.height()
        return np.asarray(np.clip(heights, plot.top() - 50, plot.bottom() + 50))

    def _line(
        self,
        painter: QPainter,
        plot: QRectF,
        x: NDArray[np.float64],
        values: NDArray[np.float64],
        low: float,
        high: float,
        *,
        faint: bool,
    ) -> None:
        every = max(1, values.size // 1500)
        y = self._heights(plot, values, low, high)
        ink = color("accent")
        if faint:
            ink.setAlphaF(0.4)
        painter.setPen(QPen(ink, 1.0 if faint else 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        points = QPolygonF([QPointF(a, b) for a, b in zip(x[::every], y[::every], strict=True)])
        painter.drawPolyline(points)

    def _optimum(self, painter: QPainter, plot: QRectF, optimum: float, low: float, high: float) -> None:
        y = plot.bottom() - (optimum - low) / (high - low) * plot.height()
        painter.setPen(QPen(color("good"), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setFont(font(CAPTION, semibold=True))
        painter.setPen(color("good"))
        text = tr("lab.returns.optimum", value=number(optimum, 0 if optimum == round(optimum) else 2))
        above = y > 19
        where = QRectF(plot.left(), y - 19 if above else y + 2, plot.width() - 4, 17)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
