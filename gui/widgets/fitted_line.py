"""A line that is written smaller where there is no room for it, so that a formula is read to its end."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF

from gui.widgets.elided_label import ElidedLabel

_SMALLEST = 0.85
"""Share of its size below which it is not read any more; from there on whole remarks are left out from its end."""

_BETWEEN = "    "
"""What stands between two remarks."""


def fitted(face: QFont, text: str, room: float, smallest: float = _SMALLEST) -> QFont:
    """Return a font in which a text takes no more than so many pixels, as far as it stays readable.

    Args:
        face: The font it would have; sized in pixels.
        text: One line.
        room: Pixels.
        smallest: Share of the size it goes down to.
    """
    width = QFontMetricsF(face).horizontalAdvance(text)
    if width <= room:
        return face
    made = QFont(face)
    made.setPixelSize(max(1, int(face.pixelSize() * max(smallest, room / width))))
    return made


class FittedLine(ElidedLabel):
    """A text of one line that gets smaller before it is cut, and loses its last remark before its first is cut."""

    def _fitting(self) -> str:
        text, room = self.text(), self.contentsRect().width()
        metrics = QFontMetricsF(fitted(self.font(), text, room))
        while _BETWEEN in text and metrics.horizontalAdvance(text) > room:
            text = text.rpartition(_BETWEEN)[0].rstrip()
        return text

    def face(self) -> QFont:
        return fitted(self.font(), self._fitting(), self.contentsRect().width())

    def shown_text(self) -> str:
        return self.elided(self._fitting())
