"""A sweep over one parameter: what each value earns, with its interval; hollow where luck hardly makes it the best."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from agents.configuration import Value
from agents.experiments.names import shown_value
from arena.protocol.experiment_messages import ExperimentReported
from gui.language import number, tr
from gui.panels.figure_words import decimals_for
from gui.panels.readable_plot import ReadablePlot
from gui.panels.readout import paint_readout
from gui.panels.returns import nice_range
from gui.panels.seed_curves import decimals_of
from gui.panels.setting_ink import paint_marker, setting_color
from gui.theme import CAPTION, color, font, theme

Floats = NDArray[np.float64]

_LEFT, _TOP, _BOTTOM, _RIGHT = 54, 22, 44, 22

LOGARITHMIC_RATIO = 40.0
"""Positive values that reach further than this are shown over their logarithm."""


class SweepCurve(ReadablePlot):
    """The curve; it paints itself. Pointer and arrow keys read a value off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("experiments.sweep.curve", "experiments.curves.help", parent)
        self._report: ExperimentReported | None = None
        self._values: tuple[Value, ...] = ()
        self._title = ""
        self.describe()

    def sizeHint(self) -> QSize:
        return QSize(700, 420)

    def show_report(self, report: ExperimentReported | None, title: str, values: Sequence[Value]) -> None:
        """Show a sweep.

        Args:
            report: Its newest picture; ``None`` for none yet.
            title: Name of the parameter.
            values: Its values, in the order of the settings of the report.
        """
        self._report, self._title, self._values = report, title, tuple(values)
        self._at = min(self._at, len(self._values) - 1)
        self.describe()

    def read_at(self, place: int) -> str:
        """Return what a value earns, in words; empty where that is not known."""
        return score_words(self._report, place)

    def words(self) -> str:
        if not 0 <= self._at < len(self._values):
            return ""
        return f"{self._title} {shown_value(self._values[self._at])}: {self.read_at(self._at)}"

    def place_under(self, where: QPointF) -> int:
        return int(np.abs(self._x(self._plot()) - where.x()).argmin()) if self._values else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = np.argsort(self._x(self._plot()), kind="stable").tolist() if self._values else []
        here = order.index(self._at) if self._at in order else -1
        moves = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(order) - 1,
        }
        if not order or event.key() not in moves:
            super().keyPressEvent(event)
            return
        self.look_at(order[max(0, min(len(order) - 1, moves[Qt.Key(event.key())]))])

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _plot(self) -> QRectF:
        px = theme().px
        return QRectF(
            px(_LEFT),
            px(_TOP),
            max(40.0, self.width() - px(_LEFT) - px(_RIGHT)),
            max(40.0, self.height() - px(_TOP) - px(_BOTTOM)),
        )

    def _x(self, plot: QRectF) -> Floats:
        """Return where each value stands: to scale where they are numbers, side by side where they are words."""
        if len(self._values) == 1:
            return np.array([plot.center().x()])
        if any(isinstance(value, str) for value in self._values):
            share = np.linspace(0.0, 1.0, len(self._values))
        else:
            numbers = np.array([float(value) for value in self._values])
            low, high = float(numbers.min()), float(numbers.max())
            if low > 0 and high / low > LOGARITHMIC_RATIO:
                numbers, low, high = np.log(numbers), math.log(low), math.log(high)
            share = (numbers - low) / (high - low)
        inset = 18.0
        return np.asarray(plot.left() + inset + share * (plot.width() - 2 * inset))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        report = self._report
        if report is None or len(report.arrays["seeds"]) != len(self._values) or not report.arrays["seeds"].any():
            self.paint_invitation(painter, tr("experiments.empty.sweep"), tr("experiments.empty.sweep.line"))
        else:
            self._paint(painter, report)
        self.paint_focus(painter)
        painter.end()

    def _paint(self, painter: QPainter, report: ExperimentReported) -> None:
        plot, x = self._plot(), self._x(self._plot())
        score, optimum = report.arrays["score"], report.arrays["optimum"]
        held = np.concatenate([score.ravel(), optimum])
        held = held[np.isfinite(held)]
        low, high, step = nice_range(float(held.min()), float(held.max()))

        def y(value: float) -> float:
            return plot.bottom() - (value - low) / (high - low) * plot.height()

        self._axes(painter, plot, x, (low, high, step))
        self._optimum(painter, plot, optimum, y)
        order = [n for n in np.argsort(x, kind="stable").tolist() if math.isfinite(score[n, 0])]
        banded = [n for n in order if np.isfinite(score[n]).all()]
        fill = setting_color(0)
        fill.setAlphaF(0.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        upper = [QPointF(x[n], y(score[n, 2])) for n in banded]
        lower = [QPointF(x[n], y(score[n, 1])) for n in banded]
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(setting_color(0), 2.0))
        painter.drawPolyline(QPolygonF([QPointF(x[n], y(score[n, 0])) for n in order]))
        for n in order:
            self._point(painter, QPointF(x[n], y(score[n, 0])), n, report, banded, y)
        if 0 <= self._at < len(self._values) and self.read_at(self._at):
            heading = f"{self._title} {shown_value(self._values[self._at])}"
            paint_readout(painter, plot, float(x[self._at]), heading, [(self.read_at(self._at), setting_color(0))])

    def _point(
        self,
        painter: QPainter,
        at: QPointF,
        n: int,
        report: ExperimentReported,
        banded: Sequence[int],
        y: Callable[[float], float],
    ) -> None:
        score = report.arrays["score"]
        if n in banded:
            painter.setPen(QPen(setting_color(0), 1.6))
            painter.drawLine(QPointF(at.x(), y(score[n, 1])), QPointF(at.x(), y(score[n, 2])))
        paint_marker(painter, 0, at, theme().px(11), hollow=n not in report.perhaps_best)
        if report.perhaps_best and n == report.perhaps_best[0]:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("text"), 2.0))
            painter.drawEllipse(at, theme().px(10), theme().px(10))

    def _axes(self, painter: QPainter, plot: QRectF, x: Floats, scale: tuple[float, float, float]) -> None:
        low, high, step = scale
        painter.setFont(font(theme().px(CAPTION - 0.5)))
        value = low
        while value <= high + step / 2:
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("dim"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 10, plot.left() - 8, 20), flags, number(value, decimals_of(step)))
            value += step
        painter.setPen(color("text"))
        metrics, free = painter.fontMetrics(), -math.inf
        for n in np.argsort(x, kind="stable").tolist():
            label = shown_value(self._values[n])
            half = metrics.horizontalAdvance(label) / 2 + 5
            if x[n] - half >= free:
                box = QRectF(x[n] - half, plot.bottom() + 6, 2 * half, theme().px(16))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
                free = x[n] + half
        painter.setPen(color("dim"))
        below = QRectF(plot.left(), plot.bottom() + theme().px(23), plot.width(), theme().px(18))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._title)

    @staticmethod
    def _optimum(painter: QPainter, plot: QRectF, optima: Floats, y: Callable[[float], float]) -> None:
        known = sorted({round(float(value), 6) for value in optima if math.isfinite(value)})
        painter.setFont(font(theme().px(CAPTION), semibold=True))
        # γ changes what is worth most: then there is no one line.
        for value in known if len(known) == 1 else ():
            painter.setPen(QPen(color("good"), 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y(value)), QPointF(plot.right(), y(value)))
            text = tr("experiments.optimum", value=number(value, 0 if value == round(value) else 2))
            box = QRectF(plot.left(), y(value) - theme().px(18), plot.width() - 4, theme().px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def score_words(report: ExperimentReported | None, place: int) -> str:
    """Return mean, interval and seeds of one setting of a sweep, in words; empty where nothing is known."""
    if report is None or not 0 <= place < len(report.arrays["seeds"]) or not report.arrays["seeds"][place]:
        return ""
    mean, low, high = report.arrays["score"][place].tolist()
    seeds = number(int(report.arrays["seeds"][place]))
    decimals = decimals_for(mean, low, high)
    if not math.isfinite(low):
        return tr("experiments.cell.alone", mean=number(mean, decimals))
    low_text, high_text = number(low, decimals), number(high, decimals)
    return tr("experiments.cell", mean=number(mean, decimals), low=low_text, high=high_text, seeds=seeds)
