"""How the kinds of cells of a grid world are drawn, small on the start page and large on the stage."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.icons import paint_icon

FLOOR = "#222B34"
"""Fill of a cell nobody has tried; dark in both palettes."""

FILLS = {"wall": "#46525F", "ice": "#27435A", "cliff": "#3A2226", "trap": "#0B0E11", "goal": "#1F5A3E"}
"""Fills of the kinds that have one of their own."""

ENDS = ("cliff", "trap", "goal")
"""Kinds that keep their fill whatever is learned."""

_CLIFF_LINE, _ICE_LINE, _WIND_LINE, _PORTAL, _DICE = "#FF8A75", "#8CC4E8", "#A9D6FF", "#C792EA", "#F2B84B"


def paint_kind(painter: QPainter, kind: str, wind: tuple[int, int], box: QRectF) -> None:
    """Draw what marks a kind of cell, over whatever fills it.

    Args:
        painter: Where to draw.
        kind: As in :class:`arena.environments.world.WorldLayout`.
        wind: ``(d_row, d_column)`` push of the cell.
        box: The cell.
    """
    size = box.width()
    if kind == "cliff":
        _zigzag(painter, box, QColor(_CLIFF_LINE))
    elif kind == "trap":
        painter.setBrush(QColor("#05070A"))
        painter.setPen(QPen(QColor(_CLIFF_LINE), max(1.0, size / 18)))
        painter.drawEllipse(box.center(), size * 0.26, size * 0.26)
    elif kind == "goal":
        inner = size * 0.62
        flag = QRectF(box.center().x() - inner / 2, box.center().y() - inner / 2, inner, inner)
        paint_icon(painter, "flag", flag, QColor("#FFFFFF"))
    elif kind == "start":
        painter.setBrush(QColor("#0B0F13"))
        painter.setPen(QPen(QColor("#FFFFFF"), max(1.5, size / 11)))
        painter.drawEllipse(box.center(), size * 0.24, size * 0.24)
    elif kind == "ice":
        painter.setPen(QPen(QColor(_ICE_LINE), max(1.0, size / 22), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y = box.x(), box.y()
        painter.setOpacity(0.55)
        painter.drawLine(QPointF(x + size * 0.22, y + size * 0.42), QPointF(x + size * 0.44, y + size * 0.2))
        painter.drawLine(QPointF(x + size * 0.3, y + size * 0.6), QPointF(x + size * 0.46, y + size * 0.44))
        painter.setOpacity(1.0)
    elif kind == "teleporter":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(_PORTAL), max(1.5, size / 12)))
        painter.drawEllipse(box.center(), size * 0.28, size * 0.28)
        painter.drawEllipse(box.center(), size * 0.1, size * 0.1)
    elif kind == "noisy":
        inner = size * 0.56
        dice = QRectF(box.center().x() - inner / 2, box.center().y() - inner / 2, inner, inner)
        paint_icon(painter, "dice", dice, QColor(_DICE))
    if wind != (0, 0) and kind not in ENDS:
        _wind(painter, wind, box)


def _zigzag(painter: QPainter, box: QRectF, ink: QColor) -> None:
    size = box.width()
    path = QPainterPath(QPointF(box.x() + size * 0.18, box.center().y() - size * 0.08))
    for step in range(1, 5):
        path.lineTo(box.x() + size * (0.18 + 0.16 * step), box.center().y() + size * (0.08 if step % 2 else -0.08))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, max(1.0, size / 22)))
    painter.drawPath(path)


def _wind(painter: QPainter, wind: tuple[int, int], box: QRectF) -> None:
    size, strength = box.width(), max(abs(wind[0]), abs(wind[1]))
    down, right = wind[0] / strength, wind[1] / strength
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(_WIND_LINE), max(1.0, size / 16), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setOpacity(0.8)
    for n in range(min(2, strength)):
        shift = (n - (min(2, strength) - 1) / 2) * size * 0.24
        tip = box.center() + QPointF(right, down) * (size * 0.1) - QPointF(right, down) * shift
        side = QPointF(down, right) * (size * 0.15)
        back = tip - QPointF(right, down) * (size * 0.14)
        path = QPainterPath(back + side)
        path.lineTo(tip)
        path.lineTo(back - side)
        painter.drawPath(path)
    painter.setOpacity(1.0)
