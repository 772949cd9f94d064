"""The score of whole games over training: mean and 95 % band, beside what a person, chance and others got."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF

from gui.language import number, tr
from gui.panels.readable_plot import ReadablePlot
from gui.panels.readout import paint_readout
from gui.panels.returns import nice_range
from gui.state.training_state import TrainingState
from gui.theme import CAPTION, color, font, theme

Floats = NDArray[np.float64]

_LEFT, _TOP, _BOTTOM, _RIGHT = 40, 10, 24, 10

_FAR = 3.0
"""A person's score is on the axis once the run has a third of it: before, its first steps would look like none."""

_NOTHING = 0.1
"""An end of the band so little below 0, as a share of what is above, is cut."""

_BEYOND = 1.25
"""The axis reaches so far beyond what is on it: a line at the edge of the picture looks like its end."""


class ScoreCurve(ReadablePlot):
    """Raw scores of whole games; the axis of steps ends now, or at the next point others have published."""

    def __init__(self) -> None:
        super().__init__("train.curve", "train.curve.help")
        self._state = TrainingState()
        self.setMinimumSize(240, 140)
        self.describe()

    def sizeHint(self) -> QSize:
        return QSize(460, 300)

    def show_state(self, state: TrainingState) -> None:
        """Show how the score has grown."""
        was, self._state = self._state, state
        if (state.rows is not was.rows) or (state.ready is not was.ready) or state.env_steps != was.env_steps:
            self._at = min(self._at, len(state.rows) - 1)
            self.describe()

    # ── reading off ────────────────────────────────────────────────────────────────────────────────────────────────

    def words(self) -> str:
        heading, lines = self._told(self._at)
        return "; ".join([heading, *lines]) if heading else ""

    def _told(self, row: int) -> tuple[str, list[str]]:
        state = self._state
        if not 0 <= row < len(state.rows):
            return "", []
        steps, games, mean, low, high = (float(value) for value in state.rows[row, :5])
        if not np.isfinite(games):
            # Of a model's card, which keeps the means only.
            return tr("train.steps", steps=number(steps)), [tr("train.curve.mean", mean=number(mean, 1))]
        lines = [
            tr("train.curve.read", mean=number(mean, 1), low=number(low, 1), high=number(high, 1)),
            tr("train.curve.games", games=number(games)),
        ]
        return tr("train.steps", steps=number(steps)), lines

    def place_under(self, where: QPointF) -> int:
        if not len(self._state.rows):
            return -1
        return int(np.abs(self._x(self._plot(), self._state.column("env_steps")) - where.x()).argmin())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._state.rows) - 1
        moves = {
            Qt.Key.Key_Left: max(0, self._at - 1), Qt.Key.Key_Right: min(last, self._at + 1),
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        if last < 0 or event.key() not in moves:
            super().keyPressEvent(event)
            return
        self.look_at(moves[Qt.Key(event.key())])

    # ── where things lie ───────────────────────────────────────────────────────────────────────────────────────────

    def _plot(self) -> QRectF:
        px = theme().px
        left, bottom = px(_LEFT), px(_BOTTOM)
        width = max(40.0, self.width() - left - px(_RIGHT))
        return QRectF(left, px(_TOP), width, max(40.0, self.height() - px(_TOP) - bottom))

    @property
    def _last_step(self) -> float:
        """Steps at the right end: now, or where others' next known score lies, so that one sees what is to come."""
        state = self._state
        ahead = [float(steps) for steps, _ in state.published if steps > state.env_steps]
        return max(ahead[0] if ahead else 0.0, float(state.env_steps), 1.0)

    def _range(self) -> tuple[float, float, float]:
        state = self._state
        values = [0.0, 4.0, *(float(score) for steps, score in state.published if steps <= self._last_step)]
        if len(state.rows):
            values += [float(self._band("score_low").min()), float(self._band("score_high").max())]
        chance, person = state.reference("random"), state.reference("person")
        if chance is None:
            # Not a game of points: what it got is all there is.
            values = values[2:] or [0.0, 1.0]
        else:
            values.append(_BEYOND * chance)
            if person is not None and max(values) * _FAR >= person:
                values.append(_BEYOND * person)
        # Half a point below 0 is the band's, not the game's: it is worth no row of the axis.
        lowest = 0.0 if min(values) > -_NOTHING * max(values) else min(values)
        return nice_range(lowest, max(values))

    def _band(self, name: str) -> Floats:
        """Return an edge of the band; where one game has no band, its score."""
        edge = self._state.column(name)
        return np.where(np.isfinite(edge), edge, self._state.column("score_mean"))

    def _x(self, plot: QRectF, steps: Floats) -> Floats:
        return np.asarray(plot.left() + steps / self._last_step * plot.width())

    @staticmethod
    def _y(plot: QRectF, values: Floats, low: float, high: float) -> Floats:
        return np.asarray(plot.bottom() - (values - low) / (high - low) * plot.height())

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot, (low, high, step) = self._plot(), self._range()
        self._axes(painter, plot, low, high, step)
        self._published(painter, plot, low, high)
        self._known(painter, plot, low, high)
        if len(self._state.rows):
            self._score(painter, plot, low, high)
        elif not len(self._state.published):
            self._nothing(painter, plot)
        heading, lines = self._told(self._at)
        if heading:
            at = float(self._x(plot, self._state.column("env_steps"))[self._at])
            painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
            paint_readout(painter, plot, at, heading, [(line, color("text")) for line in lines])
        self.paint_focus(painter)
        painter.end()

    def _nothing(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(font(theme().px(CAPTION + 1)))
        painter.setPen(color("dim"))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        # In the upper half: what is known of random play and the middle of the scale lie in the lower one.
        room = QRectF(plot.left() + 24, plot.top(), plot.width() - 48, plot.height() / 2)
        painter.drawText(room, flags, tr("train.curve.none"))

    def _axes(self, painter: QPainter, plot: QRectF, low: float, high: float, step: float) -> None:
        painter.setFont(font(theme().px(CAPTION)))
        value = low
        while value <= high + step / 2:
            y = float(self._y(plot, np.array(value), low, high))
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color("dim"))
            box = QRectF(0, y - theme().px(10), plot.left() - theme().px(8), theme().px(20))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, number(value, 0 if step >= 1 else 1))
            value += step
        foot = QRectF(plot.left(), plot.bottom() + 5, plot.width(), self.height() - plot.bottom() - 5)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, tr("train.steps", steps=number(0)))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, number(self._last_step))

    def _published(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        points = self._state.published
        shown = points[points[:, 0] <= self._last_step]
        if not len(shown):
            return
        chance = self._state.reference("random")
        if chance is not None:
            shown = np.concatenate([[[0.0, chance]], shown])
        x, y = self._x(plot, shown[:, 0]), self._y(plot, shown[:, 1], low, high)
        painter.setPen(QPen(color("warning"), 1.6, Qt.PenStyle.DotLine))
        painter.drawPolyline(_polygon(zip(x, y, strict=True)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("warning"))
        size = theme().px(3)
        for a, b in zip(x[1:], y[1:], strict=True):
            painter.drawEllipse(QPointF(a, b), size, size)
        painter.setFont(font(theme().px(CAPTION)))
        painter.setPen(color("warning"))
        words = tr("train.curve.published")
        width = QFontMetricsF(painter.font()).horizontalAdvance(words) + 8
        at = QRectF(float(x[-1]) - width - 8, max(plot.top(), float(y[-1]) - theme().px(20)), width, theme().px(18))
        painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _known(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        painter.setFont(font(theme().px(CAPTION)))
        for name, key in (("person", "train.curve.person"), ("random", "train.curve.random")):
            value = self._state.reference(name)
            if value is None:
                continue
            words = tr(key, score=number(value, 1))
            painter.setPen(color("dim"))
            if value > high:
                at = QRectF(plot.left() + 6, plot.top() + 2, plot.width() - 12, theme().px(17))
                painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "↑ " + words)
                continue
            y = float(self._y(plot, np.array(value), low, high))
            painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            # The curve climbs to the right, so the left is free at the height of a person and the right at chance's.
            side = Qt.AlignmentFlag.AlignLeft if name == "person" else Qt.AlignmentFlag.AlignRight
            box = QRectF(plot.left() + 6, y - theme().px(18), plot.width() - 12, theme().px(17))
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _score(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        state = self._state
        x = self._x(plot, state.column("env_steps"))
        every = max(1, len(x) // 1_500)
        picked = np.unique(np.append(np.arange(0, len(x), every), len(x) - 1))
        edges = (self._band("score_high"), self._band("score_low"), state.column("score_mean"))
        top, bottom, mean = (self._y(plot, values[picked], low, high) for values in edges)
        x = x[picked]
        painter.save()
        painter.setClipRect(plot.adjusted(-6, -6, 8, 1))
        band = color("accent")
        band.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        edge = [*zip(x, top, strict=True), *zip(x[::-1], bottom[::-1], strict=True)]
        painter.drawPolygon(_polygon(edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("accent"), theme().px(2.2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(_polygon(zip(x, mean, strict=True)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        size = theme().px(4)
        painter.restore()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        painter.drawEllipse(QPointF(float(x[-1]), float(mean[-1])), size, size)


def _polygon(points: Iterable[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(float(a), float(b)) for a, b in points])
