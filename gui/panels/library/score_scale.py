"""One line of scores from nothing to the best known: mean and interval among random moves, a person and a paper."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from agents.models.card import Evaluation
from gui.theme import color

_HIGH = 5.0


def paint_scale(painter: QPainter, box: QRectF, games: Evaluation, known: Mapping[str, float]) -> None:
    """Draw where scores lie among known ones, on a scale of square roots so that the low ones stay apart.

    Args:
        painter: Where to draw.
        box: Where; the line is in its middle.
        games: The scores.
        known: Known scores by name; a person's is drawn strongest.
    """
    most = max(games.mean, games.iqm_high, *known.values(), 1e-9)

    def at(score: float) -> float:
        return box.x() + box.width() * math.sqrt(max(0.0, score) / most)

    middle = box.center().y()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("raised"))
    painter.drawRoundedRect(QRectF(box.x(), middle - _HIGH / 2, box.width(), _HIGH), _HIGH / 2, _HIGH / 2)
    painter.setBrush(color("accent"))
    painter.drawRoundedRect(
        QRectF(box.x(), middle - _HIGH / 2, max(_HIGH, at(games.mean) - box.x()), _HIGH), _HIGH / 2, _HIGH / 2
    )
    for name, score in known.items():
        strong = name == "person"
        painter.setPen(QPen(color("warning" if strong else "dim"), 2.0 if strong else 1.5))
        reach = 7.0 if strong else 5.0
        painter.drawLine(QPointF(at(score), middle - reach), QPointF(at(score), middle + reach))
    ink = QColor(color("text"))
    painter.setPen(QPen(ink, 1.5))
    painter.drawLine(QPointF(at(games.iqm_low), middle), QPointF(at(games.iqm_high), middle))
    painter.setBrush(ink)
    painter.drawEllipse(QPointF(at(games.mean), middle), 3.5, 3.5)
    painter.restore()
