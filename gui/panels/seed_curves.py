"""Mean return over many seeds: one curve a setting, its name beside it, and the band that holds its true mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from arena.protocol.experiment_messages import ExperimentReported
from gui.language import number, tr
from gui.panels.figure_words import decimals_for
from gui.panels.readable_plot import ReadablePlot
from gui.panels.readout import paint_readout
from gui.panels.returns import nice_range
from gui.panels.setting_ink import paint_marker, setting_color, setting_pen
from gui.theme import CAPTION, color, font, theme

Floats = NDArray[np.float64]

_LEFT, _TOP, _BOTTOM, _LABEL_GAP, _LABEL_HEIGHT, _WIDEST_LABEL = 54, 20, 26, 22, 17, 190

LOGARITHMIC_FROM = 5_000
"""Learning happens early: longer runs are shown over the logarithm of the episode."""

WILD_SHARE = 0.06
"""Share of a run at its beginning whose returns may fall out of the picture: they must not flatten the rest."""


BAND_SEEDS = 5
"""Bands of fewer are so wide (Student's t is 12.7 for two) that the curves would lie flat between them."""


def decimals_of(step: float) -> int:
    """Return how many decimals numbers on an axis with that step need."""
    return 0 if step >= 1 else 1 if step >= 0.1 else 2 if step >= 0.01 else 3


class SeedCurves(ReadablePlot):
    """The curves; it paints itself. Pointer and arrow keys read a point off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("experiments.curves", "experiments.curves.help", parent)
        self._report: ExperimentReported | None = None
        self._names: tuple[str, ...] = ()
        self._unit = "episodes"
        self.describe()

    def sizeHint(self) -> QSize:
        return QSize(700, 400)

    def show_report(self, report: ExperimentReported | None, names: Sequence[str], unit: str) -> None:
        """Show the curves of an experiment.

        Args:
            report: Its newest picture; ``None`` for none yet.
            names: Names of the settings.
            unit: ``episodes`` or ``steps``.
        """
        self._report, self._names, self._unit = report, tuple(names), unit
        self._at = min(self._at, self._points() - 1)
        self.describe()

    def _points(self) -> int:
        return 0 if self._report is None else int(self._report.arrays["last"].size)

    # ── reading off ────────────────────────────────────────────────────────────────────────────────────────────────

    def read_at(self, point: int) -> list[tuple[int, str]]:
        """Return what the curves show at a point: place of the setting, and its name, mean and interval in words."""
        report = self._report
        if report is None or not 0 <= point < self._points():
            return []
        found = []
        for place, name in enumerate(self._names):
            mean, low, high = (float(report.arrays[part][place, point]) for part in ("mean", "low", "high"))
            if not math.isfinite(mean):
                continue
            decimals = decimals_for(mean, low, high)
            told = {"name": name, "mean": number(mean, decimals)}
            if math.isfinite(low):
                text = tr("experiments.read", **told, low=number(low, decimals), high=number(high, decimals))
            else:
                text = tr("experiments.read.alone", **told)
            found.append((place, text))
        return found

    def _heading_at(self, point: int) -> str:
        assert self._report is not None
        last = int(self._report.arrays["last"][point])
        return tr("experiments.axis." + self._unit, count=number(last))

    def words(self) -> str:
        if not 0 <= self._at < self._points():
            return ""
        return "; ".join([self._heading_at(self._at), *(text for _, text in self.read_at(self._at))])

    def place_under(self, where: QPointF) -> int:
        return int(np.abs(self._places(self._plot()) - where.x()).argmin()) if self._points() else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._points() - 1
        moves = {
            Qt.Key.Key_Left: max(0, self._at - 1),
            Qt.Key.Key_Right: min(last, self._at + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if last < 0 or event.key() not in moves:
            super().keyPressEvent(event)
            return
        self.look_at(moves[Qt.Key(event.key())])

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _plot(self) -> QRectF:
        metrics = QFontMetricsF(font(theme().px(CAPTION + 0.5), semibold=True))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        right = min(widest, theme().px(_WIDEST_LABEL)) + _LABEL_GAP + 8
        left, top, bottom = theme().px(_LEFT), theme().px(_TOP), theme().px(_BOTTOM)
        return QRectF(left, top, max(40.0, self.width() - left - right), max(40.0, self.height() - top - bottom))

    def _places(self, plot: QRectF) -> Floats:
        assert self._report is not None
        last = self._report.arrays["last"].astype(float)
        if last[-1] > LOGARITHMIC_FROM and last.size > 1:
            share = np.log(last / last[0]) / np.log(last[-1] / last[0])
        else:
            share = last / last[-1]
        return np.asarray(plot.left() + share * plot.width())

    def _range(self) -> tuple[float, float, float]:
        assert self._report is not None
        arrays = self._report.arrays
        calm = min(math.ceil(self._points() * WILD_SHARE), self._points() - 1)
        known = arrays["seeds"] >= BAND_SEEDS
        bands = [arrays[name][known, calm:].ravel() for name in ("low", "high")]
        values = np.concatenate([arrays["mean"][:, calm:].ravel(), *bands, arrays["optimum"]])
        values = values[np.isfinite(values)]
        if values.size == 0:
            return nice_range(0.0, 1.0)
        # A single unlucky stretch in mid-run does not count either.
        return nice_range(float(np.quantile(values, 0.01)), float(values.max()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        report = self._report
        if report is None or not np.isfinite(report.arrays["mean"]).any():
            self.paint_invitation(painter, tr("experiments.empty.title"), tr("experiments.empty.line"))
        else:
            plot, (low, high, step) = self._plot(), self._range()
            self._axes(painter, plot, low, high, step)
            self._optima(painter, plot, low, high)
            painter.save()
            painter.setClipRect(plot.adjusted(0, -2, 2, 3))
            x = self._places(plot)
            shown = [place for place in range(len(self._names)) if np.isfinite(report.arrays["mean"][place]).any()]
            for place in shown:
                self._band(painter, plot, x, place, low, high)
            for place in shown:
                self._curve(painter, plot, x, place, low, high)
            painter.restore()
            self._labels(painter, plot, shown, low, high)
            if 0 <= self._at < self._points():
                self._read_off(painter, plot, float(x[self._at]))
        self.paint_focus(painter)
        painter.end()

    def _axes(self, painter: QPainter, plot: QRectF, low: float, high: float, step: float) -> None:
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
        below = QRectF(plot.left(), plot.bottom() + 5, plot.width(), self.height() - plot.bottom() - 5)
        last = self._report.arrays["last"] if self._report is not None else np.zeros(1)
        ends = [tr("experiments.axis." + self._unit, count=number(int(last[0]))), number(int(last[-1]))]
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, ends[0] if last[-1] > LOGARITHMIC_FROM else "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, ends[1])
        key = "experiments.axis.log." if last[-1] > LOGARITHMIC_FROM else "experiments.axis.name."
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr(key + self._unit))

    def _y(self, plot: QRectF, values: Floats, low: float, high: float) -> Floats:
        heights = plot.bottom() - (values - low) / (high - low) * plot.height()
        return np.asarray(np.clip(heights, plot.top() - 4_000, plot.bottom() + 4_000))

    def _band(self, painter: QPainter, plot: QRectF, x: Floats, place: int, low: float, high: float) -> None:
        assert self._report is not None
        bottom, top = self._report.arrays["low"][place], self._report.arrays["high"][place]
        known = np.isfinite(bottom) & np.isfinite(top)
        if known.sum() < 2:
            return
        upper = [QPointF(a, b) for a, b in zip(x[known], self._y(plot, top[known], low, high), strict=True)]
        lower = [QPointF(a, b) for a, b in zip(x[known], self._y(plot, bottom[known], low, high), strict=True)]
        fill = setting_color(place)
        fill.setAlphaF(0.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))

    def _curve(self, painter: QPainter, plot: QRectF, x: Floats, place: int, low: float, high: float) -> None:
        assert self._report is not None
        mean = self._report.arrays["mean"][place]
        known = np.flatnonzero(np.isfinite(mean))
        y = self._y(plot, mean, low, high)
        points = [QPointF(x[n], y[n]) for n in known]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(setting_pen(place, theme().px(2.2)))
        painter.drawPolyline(QPolygonF(points))
        # Each setting's markers stand at places of their own, so that none hides another's.
        every = max(1, len(points) // 6)
        first = min(len(points) - 1, every // 2 + place * every // 8)
        for at in range(first, len(points), every):
            paint_marker(painter, place, points[at], theme().px(8))

    def _labels(self, painter: QPainter, plot: QRectF, shown: Sequence[int], low: float, high: float) -> None:
        """Write each name beside the end of its curve, moved apart where curves end close together."""
        assert self._report is not None
        height = theme().px(_LABEL_HEIGHT)
        ends = {}
        for place in shown:
            mean = self._report.arrays["mean"][place]
            last = float(mean[np.isfinite(mean)][-1])
            ends[place] = float(np.clip(self._y(plot, np.array([last]), low, high)[0], plot.top(), plot.bottom()))
        where = spread(ends, height, plot.top() - height / 2, plot.bottom() + height / 2)
        face = font(theme().px(CAPTION + 0.5), semibold=True)
        painter.setFont(face)
        room = self.width() - plot.right() - _LABEL_GAP - 2
        for place, y in where.items():
            painter.setPen(QPen(setting_color(place), 1))
            painter.drawLine(QPointF(plot.right() + 3, ends[place]), QPointF(plot.right() + _LABEL_GAP - 6, y))
            name = QFontMetricsF(face).elidedText(self._names[place], Qt.TextElideMode.ElideRight, room)
            box = QRectF(plot.right() + _LABEL_GAP - 3, y - height / 2, room, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    def _optima(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        assert self._report is not None
        painter.setFont(font(theme().px(CAPTION), semibold=True))
        optima = self._report.arrays["optimum"]
        for optimum in sorted({round(float(value), 6) for value in optima if math.isfinite(value)}):
            y = plot.bottom() - (optimum - low) / (high - low) * plot.height()
            painter.setPen(QPen(color("good"), 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("good"))
            text = tr("experiments.optimum", value=number(optimum, 0 if optimum == round(optimum) else 2))
            above = y - theme().px(18) > 0
            box = QRectF(plot.left() + 4, y - theme().px(18) if above else y + 2, plot.width() - 8, theme().px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _read_off(self, painter: QPainter, plot: QRectF, x: float) -> None:
        painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        lines = [(text, setting_color(place)) for place, text in self.read_at(self._at)]
        paint_readout(painter, plot, x, self._heading_at(self._at), lines)


def spread(wanted: dict[int, float], distance: float, top: float, bottom: float) -> dict[int, float]:
    """Return heights near those wanted that lie at least ``distance`` apart, between two bounds where there is room.

    Args:
        wanted: Height by name.
        distance: Least distance.
        top: Smallest height (of an upper edge).
        bottom: Largest height (of a lower edge).
    """
    order = sorted(wanted, key=lambda name: wanted[name])
    placed: dict[int, float] = {}
    lowest = top + distance / 2
    for name in order:
        placed[name] = max(wanted[name], lowest)
        lowest = placed[name] + distance
    highest = bottom - distance / 2
    for name in reversed(order):
        placed[name] = min(placed[name], highest)
        highest = placed[name] - distance
    return placed
