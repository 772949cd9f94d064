"""Every score of an evaluation as a dot, beside random moves, a person and DQN: nothing hidden behind a mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.panels.returns import nice_range
from gui.theme import color, font, theme

_LEFT, _ROW, _AXIS, _LABELS = 10, 66, 22, 20


class ModelScores(QWidget):
    """A strip plot; it paints itself.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores: tuple[float, ...] = ()
        self._known: dict[str, float] = {}
        self._interval: tuple[float, float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(420)
        self.setFixedHeight(_LABELS * 3 + _ROW + _AXIS)
        language().changed.connect(self._describe)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(560, self.height())

    def show_scores(
        self,
        scores: Sequence[float],
        known: Mapping[str, float],
        interval: tuple[float, float, float] | None = None,
    ) -> None:
        """Show these.

        Args:
            scores: Raw scores of whole games.
            known: Known scores by name.
            interval: Interquartile mean with the ends of its interval, ``None`` while there is none.
        """
        self.scores, self._known, self._interval = tuple(scores), dict(known), interval
        self._describe()

    def _describe(self) -> None:
        said = [number(score, 1) for score in self.scores]
        self.setAccessibleName(tr("library.scores"))
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = [*self.scores, *self._known.values(), 0.0]
        low, high, step = nice_range(min(values), max(*values, 1.0))
        box = QRectF(_LEFT, 3 * _LABELS, self.width() - 2 * _LEFT, _ROW)

        def at(score: float) -> float:
            return box.x() + box.width() * (score - low) / (high - low)

        self._paint_axis(painter, box, low, high, step, at)
        self._paint_known(painter, box, at)
        self._paint_scores(painter, box, at)
        painter.end()

    def _paint_axis(self, painter: QPainter, box: QRectF, low: float, high: float, step: float, at: object) -> None:
        assert callable(at)
        painter.setFont(font(11))
        value = low
        while value <= high + step / 2:
            x = at(value)
            painter.setPen(QPen(color("line"), 1.0))
            painter.drawLine(QPointF(x, box.y()), QPointF(x, box.bottom()))
            painter.setPen(color("dim"))
            label = number(value, 0 if step >= 1 else 1)
            width = QFontMetricsF(painter.font()).horizontalAdvance(label)
            left = min(max(0.0, x - width / 2), self.width() - width)
            painter.drawText(QPointF(left, box.bottom() + 15), label)
            value += step

    def _paint_known(self, painter: QPainter, box: QRectF, at: object) -> None:
        assert callable(at)
        painter.setFont(font(11.5))
        metrics = QFontMetricsF(painter.font())
        for place, (name, score) in enumerate(sorted(self._known.items(), key=lambda pair: pair[1])):
            x, top = at(score), place * _LABELS
            ink = color("warning" if name == "person" else "dim")
            painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, top + _LABELS - 4), QPointF(x, box.bottom()))
            text = tr("library.known", name=tr("model.reference." + name), score=number(score, 1))
            width = metrics.horizontalAdvance(text)
            painter.setPen(ink)
            painter.drawText(QPointF(min(max(0.0, x - 3), self.width() - width - 2), top + _LABELS - 7), text)

    def _paint_scores(self, painter: QPainter, box: QRectF, at: object) -> None:
        assert callable(at)
        if self._interval is not None:
            middle, low, high = (at(value) for value in self._interval)
            band = QColor(color("accent"))
            band.setAlpha(50)
            painter.fillRect(QRectF(low, box.y(), max(2.0, high - low), box.height()), band)
            painter.setPen(QPen(color("accent"), 2.5))
            painter.drawLine(QPointF(middle, box.y()), QPointF(middle, box.bottom()))
        edge = QPen(color("surface"), 1.0)
        for place, score in enumerate(self.scores):
            # The same games always lie at the same heights: the golden ratio spreads any number of them evenly.
            y = box.y() + 8 + (box.height() - 16) * ((place * 0.6180339887) % 1.0)
            painter.setPen(edge)
            painter.setBrush(color("accent"))
            painter.drawEllipse(QPointF(at(score), y), 4.5, 4.5)
