"""A figure of the book from our runs: our curves with their bands, and what the book says as marks over them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from agents.experiments.reproduction.book import BookFigure, Published
from arena.protocol.experiment_messages import FigureDrawn
from gui.language import number, tr
from gui.panels.book_marks import paint_mark, paint_mark_labels
from gui.panels.figure_words import decimals_for, figure_number
from gui.panels.readable_plot import ReadablePlot
from gui.panels.readout import paint_readout
from gui.panels.returns import nice_range
from gui.panels.seed_curves import decimals_of, spread
from gui.panels.setting_ink import paint_marker, setting_color, setting_pen
from gui.theme import CAPTION, color, font, theme

Floats = NDArray[np.float64]

_LEFT, _TOP, _BOTTOM, _LABEL_GAP, _LABEL_HEIGHT, _WIDEST_LABEL = 54, 14, 40, 22, 17, 190


class BookPlot(ReadablePlot):
    """The plot; it paints itself. Pointer and arrow keys read a point off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("reproduce.plot", "experiments.curves.help", parent)
        self._figure: BookFigure | None = None
        self._drawn: FigureDrawn | None = None
        self.describe()

    def sizeHint(self) -> QSize:
        return QSize(700, 380)

    def show_figure(self, figure: BookFigure, drawn: FigureDrawn | None) -> None:
        """Show a figure.

        Args:
            figure: What the book says.
            drawn: Our runs; ``None`` for none yet.
        """
        self._figure, self._drawn = figure, drawn
        self._at = min(self._at, self._points() - 1)
        self.describe()

    def _points(self) -> int:
        return 0 if self._drawn is None else int(self._drawn.arrays["x"].size)

    # ── reading off ────────────────────────────────────────────────────────────────────────────────────────────────

    def read_at(self, point: int) -> list[tuple[int, str]]:
        """Return what the curves show at a point: place of the curve, and its name, mean and interval in words."""
        if self._figure is None or self._drawn is None or not 0 <= point < self._points():
            return []
        found = []
        for place, name in enumerate(self._figure.curves):
            mean, low, high = (float(self._drawn.arrays[part][place, point]) for part in ("mean", "low", "high"))
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
        assert self._figure is not None and self._drawn is not None
        x = float(self._drawn.arrays["x"][point])
        return tr("reproduce." + self._figure.name + ".at", x=figure_number(x))

    def words(self) -> str:
        if not 0 <= self._at < self._points():
            return ""
        return "; ".join([self._heading_at(self._at), *(text for _, text in self.read_at(self._at))])

    def place_under(self, where: QPointF) -> int:
        if self._drawn is None:
            return -1
        return int(np.abs(self._x(self._plot(), self._drawn.arrays["x"]) - where.x()).argmin())

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

    # ── where things are ───────────────────────────────────────────────────────────────────────────────────────────

    def _plot(self) -> QRectF:
        metrics = QFontMetricsF(font(theme().px(CAPTION + 0.5), semibold=True))
        curves = len(self._figure.curves) if self._figure is not None else 0
        widest = max((metrics.horizontalAdvance(self._name(place)) for place in range(curves)), default=0.0)
        right = min(widest, theme().px(_WIDEST_LABEL)) + _LABEL_GAP + 8
        left, top, bottom = theme().px(_LEFT), theme().px(_TOP), theme().px(_BOTTOM)
        return QRectF(left, top, max(40.0, self.width() - left - right), max(40.0, self.height() - top - bottom))

    def _ends(self) -> tuple[float, float]:
        assert self._drawn is not None
        x = self._drawn.arrays["x"]
        return float(x[0]), float(x[-1])

    def _x(self, plot: QRectF, values: Floats) -> Floats:
        first, last = self._ends()
        return np.asarray(plot.left() + (values - first) / (last - first) * plot.width())

    def _y(self, plot: QRectF, values: Floats) -> Floats:
        low, high, _ = self._range()
        heights = plot.bottom() - (values - low) / (high - low) * plot.height()
        return np.asarray(np.clip(heights, plot.top() - 4_000, plot.bottom() + 4_000))

    def _range(self) -> tuple[float, float, float]:
        assert self._figure is not None
        return nice_range(*self._figure.view)

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        figure, drawn = self._figure, self._drawn
        if figure is None or drawn is None or not np.isfinite(drawn.arrays["mean"]).any():
            title = tr("reproduce." + figure.name + ".title") if figure is not None else ""
            line = tr("reproduce." + figure.name + ".about") if figure is not None else ""
            self.paint_invitation(painter, title, line)
        else:
            self._paint(painter, figure, drawn)
        self.paint_focus(painter)
        painter.end()

    def _paint(self, painter: QPainter, figure: BookFigure, drawn: FigureDrawn) -> None:
        plot = self._plot()
        self._axes(painter, plot, figure)
        x = self._x(plot, drawn.arrays["x"])
        shown = [place for place in range(len(figure.curves)) if np.isfinite(drawn.arrays["mean"][place]).any()]
        painter.save()
        painter.setClipRect(plot.adjusted(0, -2, 2, 3))
        for place in shown:
            self._band(painter, plot, x, drawn, place)
        for place in shown:
            self._curve(painter, plot, x, drawn, place)
        painter.restore()
        self._marks(painter, plot, figure)
        self._labels(painter, plot, shown, drawn)
        if 0 <= self._at < self._points():
            at = float(x[self._at])
            painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
            lines = [(text, setting_color(place)) for place, text in self.read_at(self._at)]
            paint_readout(painter, plot, at, self._heading_at(self._at), lines)

    def _axes(self, painter: QPainter, plot: QRectF, figure: BookFigure) -> None:
        low, high, step = self._range()
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
        first, last = self._ends()
        _, _, step = nice_range(first, first + (last - first) / 2)
        tick, height = math.ceil(first / step) * step, theme().px(17)
        while tick <= last + step * 1e-6:
            x = float(self._x(plot, np.array([tick]))[0])
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4))
            box = QRectF(x - 60, plot.bottom() + 5, 120, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, number(tick, decimals_of(step)))
            tick += step
        below = QRectF(plot.left(), plot.bottom() + 5 + height, plot.width(), height)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr("reproduce." + figure.name + ".x"))

    def _band(self, painter: QPainter, plot: QRectF, x: Floats, drawn: FigureDrawn, place: int) -> None:
        bottom, top = drawn.arrays["low"][place], drawn.arrays["high"][place]
        known = np.isfinite(bottom) & np.isfinite(top)
        if known.sum() < 2:
            return
        upper = [QPointF(a, b) for a, b in zip(x[known], self._y(plot, top[known]), strict=True)]
        lower = [QPointF(a, b) for a, b in zip(x[known], self._y(plot, bottom[known]), strict=True)]
        fill = setting_color(place)
        fill.setAlphaF(0.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))

    def _curve(self, painter: QPainter, plot: QRectF, x: Floats, drawn: FigureDrawn, place: int) -> None:
        mean = drawn.arrays["mean"][place]
        known = np.flatnonzero(np.isfinite(mean))
        y = self._y(plot, mean)
        points = [QPointF(x[n], y[n]) for n in known]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(setting_pen(place, theme().px(1.8)))
        painter.drawPolyline(QPolygonF(points))
        every = max(1, len(points) // 6)
        first = min(len(points) - 1, every // 2 + place * every // 8)
        for at in range(first, len(points), every):
            paint_marker(painter, place, points[at], theme().px(8))

    def _marks(self, painter: QPainter, plot: QRectF, figure: BookFigure) -> None:
        """Draw what the book says where its plot has it, with the tolerance as a frame."""
        framed = [(each, self._frame(plot, each)) for each in figure.published]
        marks = [(each, frame) for each, frame in framed if frame is not None]
        for each, frame in marks:
            paint_mark(painter, frame, upright=each.height is not None)
        paint_mark_labels(painter, plot, [pair for pair in marks if not self._at_the_end(pair[0])])

    def _at_the_end(self, published: Published) -> bool:
        """Say whether a mark stands where its curve ends: the name there tells its number too."""
        return self._drawn is not None and published.curve >= 0 and published.span == (self._ends()[1],) * 2

    def _name(self, place: int) -> str:
        assert self._figure is not None
        name = self._figure.curves[place]
        for each in self._figure.published:
            if each.curve == place and self._at_the_end(each):
                return tr("reproduce.mark.end", name=name, value=figure_number(each.value))
        return name

    def _frame(self, plot: QRectF, published: Published) -> QRectF | None:
        """Return what lies within the tolerance, in the picture; ``None`` where the plot does not show it."""
        value, gap, reach = published.value, published.tolerance, theme().px(6)
        if published.height is not None:
            first, last = (float(each) for each in self._x(plot, np.array([value - gap, value + gap])))
            middle = float(self._y(plot, np.array([published.height]))[0])
            return QRectF(first, middle - reach, last - first, 2 * reach)
        if published.span is None:
            return None
        first, last = (float(each) for each in self._x(plot, np.array(published.span)))
        top, bottom = (float(each) for each in self._y(plot, np.array([value + gap, value - gap])))
        aside = reach if first == last else 0.0
        return QRectF(first - aside, top, last - first + 2 * aside, bottom - top)

    def _labels(self, painter: QPainter, plot: QRectF, shown: list[int], drawn: FigureDrawn) -> None:
        """Write each name beside the end of its curve, moved apart where curves end close together."""
        height = theme().px(_LABEL_HEIGHT)
        last = {}
        for place in shown:
            mean = drawn.arrays["mean"][place]
            last[place] = float(self._y(plot, mean[np.isfinite(mean)][-1:])[0])
        # Curves that leave the plot end at its edge in the order they would have beyond it.
        order = sorted(last, key=lambda place: last[place])
        ends = {place: min(max(last[place], plot.top()), plot.bottom()) for place in order}
        where = spread(ends, height, plot.top() - height / 2, plot.bottom() + height / 2)
        face = font(theme().px(CAPTION + 0.5), semibold=True)
        painter.setFont(face)
        room = self.width() - plot.right() - _LABEL_GAP - 2
        for place, y in where.items():
            painter.setPen(QPen(setting_color(place), 1))
            painter.drawLine(QPointF(plot.right() + 3, ends[place]), QPointF(plot.right() + _LABEL_GAP - 6, y))
            name = QFontMetricsF(face).elidedText(self._name(place), Qt.TextElideMode.ElideRight, room)
            box = QRectF(plot.right() + _LABEL_GAP - 3, y - height / 2, room, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
