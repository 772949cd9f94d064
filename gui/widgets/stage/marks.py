"""Shapes the stage is drawn with: quarters of a cell, arrows, hatching; and counts written short."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF


def triangle(step: tuple[int, int], box: QRectF) -> QPolygonF:
    """Return the quarter of a cell that belongs to a move."""
    corners = {
        (-1, 0): (box.topLeft(), box.topRight()),
        (0, 1): (box.topRight(), box.bottomRight()),
        (1, 0): (box.bottomRight(), box.bottomLeft()),
        (0, -1): (box.bottomLeft(), box.topLeft()),
    }[step]
    return QPolygonF([*corners, box.center()])


def compact(count: int) -> str:
    """Return a count in at most five characters: 999, 12k, 3.4M."""
    for limit, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if count >= limit:
            value = count / limit
            return f"{value:.0f}{unit}" if value >= 10 else f"{value:.1f}{unit}"
    return str(count)


def hatch(painter: QPainter, shape: QPolygonF, ink: QColor) -> None:
    """Draw the lines that say "off the scale" over a shape."""
    faint = QColor(ink)
    faint.setAlphaF(0.35)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(faint, Qt.BrushStyle.BDiagPattern))
    painter.drawPolygon(shape)
    painter.restore()


def arrow(
    painter: QPainter,
    centre: QPointF,
    step: tuple[int, int],
    length: float,
    ink: QColor,
    width: float,
    *,
    out: bool = False,
    dashed: bool = False,
    head: float = 0.0,
) -> None:
    """Draw an arrow.

    Args:
        painter: Where.
        centre: Its middle; its tail with ``out``.
        step: ``(d_row, d_column)`` it points to.
        length: In pixels.
        ink: Colour.
        width: Of its line.
        out: Begin at the centre instead of lying across it.
        dashed: Draw a dashed shaft.
        head: Length of its head in pixels; 0 for one that suits the width.
    """
    along = QPointF(step[1], step[0])
    tail = centre if out else centre - along * (length / 2)
    tip = tail + along * length
    head = head or min(length * 0.45, width * 4)
    side = QPointF(step[0], step[1]) * (head * 0.75)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    pen = QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    path = QPainterPath(tip - along * head + side)
    path.lineTo(tip)
    path.lineTo(tip - along * head - side)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setDashPattern([2.2, 2.0])
        painter.setPen(pen)
    painter.drawLine(tail, tip)
    painter.restore()
