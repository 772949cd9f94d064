"""A small box over a plot that says in words what is under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.theme import CAPTION, color, font, theme
from gui.widgets.painted_button import rounded

_PADDING, _LINE = 9, 18


def paint_readout(painter: QPainter, plot: QRectF, x: float, heading: str, lines: Sequence[tuple[str, QColor]]) -> None:
    """Draw the box beside a place of the plot, on the side with more room.

    Args:
        painter: Where to draw.
        plot: The plot; the box stays within its height.
        x: The place.
        heading: First line.
        lines: Text and colour of each further line.
    """
    px = theme().px
    bold, plain = font(px(CAPTION), semibold=True), font(px(CAPTION))
    widths = [QFontMetricsF(bold).horizontalAdvance(heading)]
    widths += [QFontMetricsF(plain).horizontalAdvance(text) for text, _ in lines]
    width, height = max(widths) + 2 * px(_PADDING), px(_LINE) * (1 + len(lines)) + 2 * px(_PADDING) - 4
    left = x + 12 if x + 12 + width < plot.right() else x - 12 - width
    box = QRectF(max(plot.left(), left), plot.bottom() - height - 8, width, height)
    rounded(painter, box, 7, color("raised"), color("line"))
    inside = QRectF(box.x() + px(_PADDING), box.y() + px(_PADDING) - 2, width, px(_LINE))
    painter.setFont(bold)
    painter.setPen(color("text"))
    painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, heading)
    painter.setFont(plain)
    for text, ink in lines:
        inside.translate(0, px(_LINE))
        painter.setPen(ink)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)
