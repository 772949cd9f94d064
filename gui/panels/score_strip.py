"""What each setting earns in the end: a dot for every seed, the interquartile mean and its interval in figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.protocol.experiment_messages import ExperimentReported
from gui.language import language, number, tr
from gui.panels.figure_words import decimals_for
from gui.panels.returns import nice_range
from gui.panels.seed_curves import decimals_of
from gui.panels.setting_ink import paint_marker, setting_color
from gui.theme import CAPTION, color, font, theme
from gui.widgets.painted_button import rounded

_ROW, _AXIS, _WIDEST_NAME = 24, 20, 190


class ScoreStrip(QWidget):
    """One row a setting; it paints itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ExperimentReported | None = None
        self._names: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self._describe)
        theme().changed.connect(self._measure)
        self._measure()

    def show_report(self, report: ExperimentReported | None, names: Sequence[str]) -> None:
        """Show the scores of an experiment."""
        self._report, self._names = report, tuple(names)
        self._measure()

    def figures(self, place: int) -> str:
        """Return interquartile mean and interval of a setting in words; empty while there are none."""
        if self._report is None or place >= len(self._names):
            return ""
        middle, low, high = self._report.arrays["iqm"][place].tolist()
        if not math.isfinite(middle):
            return ""
        decimals = decimals_for(middle, low, high)
        if not math.isfinite(low):
            return tr("experiments.score.alone", iqm=number(middle, decimals))
        return tr(
            "experiments.score",
            iqm=number(middle, decimals),
            low=number(low, decimals),
            high=number(high, decimals),
        )

    def _measure(self) -> None:
        self.setFixedHeight(theme().px(_ROW) * max(1, len(self._names)) + theme().px(_AXIS))
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(700, self.height())

    def _describe(self) -> None:
        self.setAccessibleName(tr("experiments.strip"))
        rows = [f"{name} {self.figures(place)}".strip() for place, name in enumerate(self._names)]
        self.setAccessibleDescription("; ".join(rows))
        self.update()

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        report = self._report
        if report is None or not np.isfinite(report.arrays["scores"]).any():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        plot = self._plot()
        low, high, step = self._range()
        self._axis(painter, plot, low, high, step)
        for place in range(len(self._names)):
            row = QRectF(0, place * px(_ROW), self.width(), px(_ROW))
            self._row(painter, row, plot, place, low, high)
        painter.end()

    def _plot(self) -> QRectF:
        px = theme().px
        named, figured = (
            QFontMetricsF(font(px(CAPTION + 0.5), semibold=True)),
            QFontMetricsF(font(px(CAPTION), mono=True)),
        )
        names = max((named.horizontalAdvance(name) for name in self._names), default=0.0)
        figures = max((figured.horizontalAdvance(self.figures(n)) for n in range(len(self._names))), default=0.0)
        left = px(22) + min(names, px(_WIDEST_NAME)) + px(24)
        return QRectF(left, 0, max(60.0, self.width() - left - figures - px(26)), self.height() - px(_AXIS))

    def _range(self) -> tuple[float, float, float]:
        assert self._report is not None
        arrays = self._report.arrays
        scores = arrays["scores"][np.isfinite(arrays["scores"])]
        ends = arrays["iqm"][np.isfinite(arrays["iqm"])]
        optima = arrays["optimum"][np.isfinite(arrays["optimum"])]
        # The unluckiest seed of a hundred must not press all the others together.
        lowest = min(float(np.quantile(scores, 0.02)), float(ends.min(initial=math.inf)))
        highest = max(float(np.quantile(scores, 0.98)), float(ends.max(initial=-math.inf)))
        return nice_range(lowest, max([highest, *optima.tolist()]))

    def _axis(self, painter: QPainter, plot: QRectF, low: float, high: float, step: float) -> None:
        assert self._report is not None
        painter.setFont(font(theme().px(CAPTION - 1)))
        value, free = low, -math.inf
        while value <= high + step / 2:
            x = plot.left() + (value - low) / (high - low) * plot.width()
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            text = number(value, decimals_of(step))
            half = QFontMetricsF(painter.font()).horizontalAdvance(text) / 2 + 4
            if x - half >= free:
                painter.setPen(color("dim"))
                box = QRectF(x - half, plot.bottom() + 3, 2 * half, theme().px(_AXIS) - 3)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)
                free = x + half
            value += step
        painter.setPen(QPen(color("good"), 1.4, Qt.PenStyle.DashLine))
        optima = self._report.arrays["optimum"]
        for optimum in {round(float(each), 6) for each in optima if math.isfinite(each)}:
            x = plot.left() + (optimum - low) / (high - low) * plot.width()
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _row(self, painter: QPainter, row: QRectF, plot: QRectF, place: int, low: float, high: float) -> None:
        assert self._report is not None
        px, y = theme().px, row.center().y()
        paint_marker(painter, place, QPointF(px(9), y), px(9))
        face = font(px(CAPTION + 0.5), semibold=True)
        painter.setFont(face)
        painter.setPen(setting_color(place))
        room = plot.left() - px(22) - 8
        name = QFontMetricsF(face).elidedText(self._names[place], Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(px(22), row.y(), room, row.height()), Qt.AlignmentFlag.AlignVCenter, name)
        self._seeds(painter, row, plot, place, low, high)
        self._interval(painter, y, plot, place, low, high)
        painter.setFont(font(px(CAPTION), mono=True))
        painter.setPen(color("text"))
        box = QRectF(plot.right() + 10, row.y(), self.width() - plot.right() - 10, row.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.figures(place))

    def _seeds(self, painter: QPainter, row: QRectF, plot: QRectF, place: int, low: float, high: float) -> None:
        assert self._report is not None
        scores = self._report.arrays["scores"][place]
        share = (scores[np.isfinite(scores)] - low) / (high - low)
        faint = setting_color(place)
        faint.setAlphaF(0.5 if share.size <= 30 else 0.28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        # Beside each other by a fixed pattern: a hundred dots on one line would be one blot.
        for n, part in enumerate(share[:1_000].tolist()):
            if -0.005 <= part <= 1.005:
                lift = ((n * 0.618034) % 1.0 - 0.5) * row.height() * 0.62
                painter.drawEllipse(QPointF(plot.left() + part * plot.width(), row.center().y() + lift), 1.9, 1.9)

    def _interval(self, painter: QPainter, y: float, plot: QRectF, place: int, low: float, high: float) -> None:
        assert self._report is not None
        middle, bottom, top = self._report.arrays["iqm"][place].tolist()
        if not math.isfinite(middle):
            return

        def x(value: float) -> float:
            return plot.left() + min(1.0, max(0.0, (value - low) / (high - low))) * plot.width()

        if math.isfinite(bottom):
            bar = QRectF(x(bottom), y - 3.5, max(2.0, x(top) - x(bottom)), 7)
            rounded(painter, bar.adjusted(-1.5, -1.5, 1.5, 1.5), 4, color("page"))
            rounded(painter, bar, 3, setting_color(place))
        painter.setPen(QPen(color("text"), 2.4))
        painter.drawLine(QPointF(x(middle), y - 8), QPointF(x(middle), y + 8))
