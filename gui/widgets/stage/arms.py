"""A state whose actions are no moves, as a bandit's arms: a bar each, with a line where its true value lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme import font
from gui.widgets.stage.content import Content
from gui.widgets.stage.ink import Shade
from gui.widgets.stage.names import action_sign

_SIDE, _TOP, _FOOT = 0.04, 0.13, 0.1
_GROUND, _LIGHT, _DIM, _EXACT = QColor("#1C232B"), QColor("#E9EEF3"), QColor("#9BA8B5"), QColor("#FFFFFF")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One arm.

    Attributes:
        value: How long its bar is, up or down.
        text: The same in figures.
        shade: Its colour.
        tried: Whether anything is known of it; else there is no bar.
        exact: Its true value, NaN for none.
    """

    value: float
    text: str
    shade: Shade
    tried: bool
    exact: float


def column(box: QRectF, arm: int, arms: int) -> QRectF:
    """Return the strip of a cell that belongs to an arm."""
    side = box.width() * _SIDE
    width = (box.width() - 2 * side) / arms
    return QRectF(box.x() + side + arm * width, box.y(), width, box.height())


def arm_under(box: QRectF, at: QPointF, arms: int) -> int:
    """Return the arm whose strip of a cell lies at a point; the nearest one at its edges."""
    side = box.width() * _SIDE
    share = (at.x() - box.x() - side) / max(1.0, box.width() - 2 * side)
    return min(arms - 1, max(0, math.floor(share * arms)))


def paint_arms(painter: QPainter, content: Content, layer: str, box: QRectF, bars: Sequence[Bar]) -> None:
    """Paint the bars of a state.

    Args:
        painter: Where.
        content: The numbers on show.
        layer: Layer on show.
        box: Its place.
        bars: One an arm.
    """
    painter.fillRect(box, _GROUND)
    values = [bar.value for bar in bars if bar.tried] + [bar.exact for bar in bars if not math.isnan(bar.exact)]
    low, high = min([0.0, *values]), max([0.0, *values])
    if layer in ("policy", "visits") or content.shows == "probabilities":
        low, high = 0.0, 1.0
    span = (high - low) or 1.0
    top, bottom = box.y() + box.height() * _TOP, box.bottom() - box.height() * (_FOOT + (0.07 if low < 0 else 0.0))

    def level(value: float) -> float:
        return bottom - (value - low) / span * (bottom - top)

    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    best = max((bar.value for bar in bars if bar.tried), default=0.0)
    for arm, bar in enumerate(bars):
        strip = column(box, arm, len(bars))
        if bar.tried:
            _bar(painter, strip, level(0.0), level(bar.value), bar)
        if not math.isnan(bar.exact):
            _exact(painter, strip, level(bar.exact))
        if bar.tried:
            _number(painter, strip, level(0.0), level(bar.value), bar.text, bold=bar.value == best)
        painter.setFont(font(min(20.0, strip.width() * 0.3), semibold=True))
        painter.setPen(_LIGHT if bar.tried else _DIM)
        foot = QRectF(strip.x(), box.bottom() - box.height() * _FOOT, strip.width(), box.height() * _FOOT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, action_sign(content.world, arm))
    painter.setPen(QPen(_DIM, 1.0))
    painter.drawLine(QPointF(box.x() + 6, level(0.0)), QPointF(box.right() - 6, level(0.0)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _bar(painter: QPainter, strip: QRectF, zero: float, end: float, bar: Bar) -> None:
    gap = strip.width() * 0.14
    body = QRectF(strip.x() + gap, min(zero, end), strip.width() - 2 * gap, max(1.5, abs(end - zero)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(bar.shade.rgb))
    painter.drawRoundedRect(body, 3, 3)


def _number(painter: QPainter, strip: QRectF, zero: float, end: float, text: str, *, bold: bool) -> None:
    """Write a value at the end of its bar, on a ground of its own: the line of the true value may lie there."""
    painter.setFont(font(min(19.0, strip.width() * 0.34), bold=bold))
    metrics = painter.fontMetrics()
    box = QRectF(0, 0, metrics.horizontalAdvance(text) + 8, metrics.height())
    box.moveCenter(QPointF(strip.center().x(), end + (-1 if end <= zero else 1) * (box.height() / 2 + 4)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(_LIGHT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _exact(painter: QPainter, strip: QRectF, y: float) -> None:
    """Draw a white line with a dark edge: seen on the bar and on the ground."""
    left, right = QPointF(strip.x() + 2, y), QPointF(strip.right() - 2, y)
    for ink, width in ((QColor("#10151A"), 5.0), (_EXACT, 2.5)):
        painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(left, right)
