"""A line of text that ends in dots where there is no room, and says itself whole under the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent

from gui.theme import color
from gui.widgets.text_label import TextLabel

_LEAST = 4
"""Fewer letters than this say nothing and are left out."""


class ElidedLabel(TextLabel):
    """A text of one line that never claims more room than is left over."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip("" if self.shown_text() == self.text() else self.text())

    def shown_text(self) -> str:
        """Return what there is room for; nothing rather than a few letters."""
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        return shown if shown == self.text() or len(shown) > _LEAST else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(color(self._ink))
        painter.drawText(self.contentsRect(), int(Qt.AlignmentFlag.AlignVCenter), self.shown_text())
        painter.end()
