"""What the book says, drawn over a plot: a line in a frame as high as the tolerance, and its number beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from agents.experiments.reproduction.book import Published
from gui.language import tr
from gui.panels.figure_words import figure_number
from gui.panels.setting_ink import setting_color
from gui.theme import CAPTION, color, font, theme
from gui.widgets.painted_button import rounded

Mark = tuple[Published, QRectF]
"""A number of the book, and what lies within its tolerance in the picture."""

_HEIGHT, _GAP = 19, 4


def paint_mark(painter: QPainter, frame: QRectF, *, upright: bool) -> None:
    """Draw what lies within the tolerance as a frame, and the number itself as a line through it."""
    fill = color("text")
    fill.setAlphaF(0.08)
    rounded(painter, frame, 3, fill, color("dim"))
    painter.setPen(QPen(color("text"), 2.4))
    middle = frame.center()
    if upright:
        painter.drawLine(QPointF(middle.x(), frame.top()), QPointF(middle.x(), frame.bottom()))
    else:
        painter.drawLine(QPointF(frame.left(), middle.y()), QPointF(frame.right(), middle.y()))


def paint_mark_labels(painter: QPainter, plot: QRectF, marks: Sequence[Mark]) -> None:
    """Write every number beside its mark, or over it where it is a place on the horizontal axis."""
    face = font(theme().px(CAPTION), semibold=True)
    painter.setFont(face)
    for (published, _), label in zip(marks, mark_labels(plot, marks, QFontMetricsF(face)), strict=True):
        ink = setting_color(published.curve) if published.curve >= 0 else color("text")
        back = color("raised")
        back.setAlphaF(0.9)
        rounded(painter, label, 5, back, ink)
        painter.setPen(color("text"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, _text(published))


def mark_labels(plot: QRectF, marks: Sequence[Mark], metrics: QFontMetricsF) -> list[QRectF]:
    """Return where the number of each mark is written; none lies over another.

    Args:
        plot: Inside of the axes.
        marks: What is marked.
        metrics: Of the font.
    """
    made: list[QRectF] = []
    height = theme().px(_HEIGHT)
    for published, frame in marks:
        width = metrics.horizontalAdvance(_text(published)) + 12
        left, top = frame.left() - width - _GAP, frame.center().y() - height / 2
        if published.height is not None:
            left, top = frame.center().x() - width / 2, frame.top() - height - _GAP
        elif left < plot.left():
            left = frame.right() + _GAP
        label = QRectF(max(plot.left() + 2, left), min(top, plot.bottom() - height), width, height)
        made.append(_clear_of(made, label))
    return made


def _clear_of(others: Sequence[QRectF], label: QRectF) -> QRectF:
    """Return a label moved up until it lies over none of the others."""
    moved = True
    while moved:
        moved = False
        for other in others:
            if label.adjusted(-1, -1, 1, 1).intersects(other):
                label.moveBottom(other.top() - 2)
                moved = True
    return label


def _text(published: Published) -> str:
    return tr("reproduce.mark", value=figure_number(published.value))
