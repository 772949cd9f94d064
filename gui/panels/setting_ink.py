"""How the settings of a comparison are told apart: a colour, a dash pattern and a marker each, never colour alone.

The colours are those of Okabe & Ito 2008 ("Color universal design"), lightened or darkened until text in them can be
read on the palette in use; neither the violet of the past nor the magenta of exploration is among them.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.theme import color, theme

DARK = ("#5AB4F0", "#F0A030", "#2EC4A0", "#E58BBB", "#F0E15A", "#FF8A5C")
LIGHT = ("#0068A8", "#A85C00", "#007A5C", "#A03A78", "#6B6100", "#B83A10")

_DASHES: tuple[tuple[float, ...], ...] = ((), (7, 3), (1.2, 2.6), (8, 3, 1.2, 3), (14, 4), (8, 3, 1.2, 3, 1.2, 3))


def setting_color(place: int) -> QColor:
    """Return the colour of a setting by its place in the comparison."""
    colors = DARK if theme().dark else LIGHT
    return QColor(colors[place % len(colors)])


def setting_pen(place: int, width: float = 2.2) -> QPen:
    """Return the pen its curve is drawn with."""
    pen = QPen(setting_color(place), width)
    dashes = _DASHES[place % len(_DASHES)]
    if dashes:
        pen.setDashPattern(list(dashes))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    else:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def paint_marker(painter: QPainter, place: int, center: QPointF, size: float, *, hollow: bool = False) -> None:
    """Draw the marker of a setting: circle, square, triangle, diamond, cross, star.

    Args:
        painter: Where to draw.
        place: Place of the setting.
        center: Middle of the marker.
        size: Its width in pixels.
        hollow: Only its outline.
    """
    ink, half = setting_color(place), size / 2.0
    kind = place % 6
    painter.setPen(QPen(ink if hollow or kind == 4 else color("page"), max(1.2, size / 6.0)))
    painter.setBrush(color("page") if hollow else ink)
    if kind == 0:
        painter.drawEllipse(center, half, half)
    elif kind == 1:
        painter.drawRect(QRectF(center.x() - half * 0.88, center.y() - half * 0.88, size * 0.88, size * 0.88))
    elif kind == 4:
        painter.setPen(QPen(ink, max(2.0, size / 3.2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        reach = half * 0.72
        painter.drawLine(center + QPointF(-reach, -reach), center + QPointF(reach, reach))
        painter.drawLine(center + QPointF(-reach, reach), center + QPointF(reach, -reach))
    else:
        painter.drawPolygon(_polygon(kind, center, half))


def _polygon(kind: int, center: QPointF, half: float) -> QPolygonF:
    corners, first = (3, -90.0) if kind == 2 else (4, -90.0)
    if kind == 5:
        spokes = [(half * (1.45 if n % 2 == 0 else 0.65), -90.0 + 36.0 * n) for n in range(10)]
    else:
        spokes = [(half * 1.2, first + 360.0 / corners * n) for n in range(corners)]
    return QPolygonF(
        [
            center + QPointF(reach * math.cos(math.radians(turn)), reach * math.sin(math.radians(turn)))
            for reach, turn in spokes
        ]
    )
