"""How each of two runs is drawn: its colour and its dash, the same in headings and curves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from gui.theme import color
from gui.widgets.text_label import Ink

INKS: tuple[Ink, Ink] = ("accent", "warning")
"""Colour of each side; the dash says the same to whoever sees no colours."""

_DASH = (5.0, 2.4)


def stroke(side: int, width: float) -> QPen:
    """Return the pen of a side."""
    pen = QPen(color(INKS[side]), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    if side == 1:
        pen.setDashPattern(list(_DASH))
    return pen
