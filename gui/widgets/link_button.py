"""A text that acts when pressed: "all 38 states ›"."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring

_SIZE = 13


class LinkButton(PaintedButton):
    """An accent-coloured text without a box.

    Args:
        text_key: Translation key.
        tip_key: Translation key of a tooltip.
        parent: Qt parent.
    """

    def __init__(self, text_key: str, *, tip_key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text_key, tip_key=tip_key, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _font(self) -> QFont:
        made = font(theme().px(_SIZE))
        made.setUnderline(self.hovered)
        return made

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font())
        return QSize(round(metrics.horizontalAdvance(self.text())) + 9, round(metrics.height()) + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        painter.setFont(self._font())
        painter.setPen(color("accent"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.ring:
            focus_ring(painter, QRectF(self.rect()), 5)
        painter.end()
