"""A line of text that ends in dots where there is no room, and says itself whole under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent

from gui.theme import color
from gui.widgets.text_label import TextLabel

_LEAST = 4
"""Fewer letters than this say nothing and are left out."""


class ElidedLabel(TextLabel):
    """A text of one line that never claims more room than is left over."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def setText(self, text: str) -> None:
        super().setText(text)
        self._say_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_whole()

    def _say_whole(self) -> None:
        self.setToolTip("" if self.shown_text() == self.text() else self.text())

    def face(self) -> QFont:
        """Return the font it is written in."""
        return self.font()

    def shown_text(self) -> str:
        """Return what there is room for."""
        return self.elided(self.text())

    def elided(self, text: str) -> str:
        """Return as much of a text as there is room for; nothing rather than a few letters."""
        room = self.contentsRect().width()
        shown = QFontMetricsF(self.face()).elidedText(text, Qt.TextElideMode.ElideRight, room)
        return shown if shown == text or len(shown) > _LEAST else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.face())
        painter.setPen(color(self._ink))
        painter.drawText(self.contentsRect(), int(Qt.AlignmentFlag.AlignVCenter), self.shown_text())
        painter.end()
