"""The base of every button that paints itself: hover, focus ring for the keyboard, Enter presses, texts by key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.language import language, tr
from gui.theme import color, theme

_SILENT_FOCUS = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


def rounded(painter: QPainter, box: QRectF, radius: float, fill: QColor | None, edge: QColor | None = None) -> None:
    """Draw a rounded box whose one-pixel edge lies on whole pixels.

    Args:
        painter: Where to draw.
        box: Outer box.
        radius: Corner radius in pixels.
        fill: Colour inside, or none.
        edge: Colour of the edge, or none.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, 1.0) if edge is not None else QPen(Qt.PenStyle.NoPen))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5) if edge is not None else box, radius, radius)


def focus_ring(painter: QPainter, box: QRectF, radius: float) -> None:
    """Draw the ring that shows where the keyboard is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color("accent"), 2.0))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)


class PaintedButton(QAbstractButton):
    """A button that paints itself in the palette in use.

    Args:
        text_key: Translation key of its text, which is its accessible name too.
        tip_key: Translation key of its tooltip.
        parent: Qt parent.
    """

    def __init__(self, text_key: str, *, tip_key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text_key = text_key
        self._tip_key = tip_key
        self._params: dict[str, object] = {}
        self._hovered = False
        self._ring = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()

    @property
    def hovered(self) -> bool:
        """Whether the pointer is over it and it can be pressed."""
        return self._hovered and self.isEnabled()

    @property
    def ring(self) -> bool:
        """Whether the focus ring is shown: it has the focus, and not from a click."""
        return self._ring and self.hasFocus()

    def set_text_key(self, text_key: str, **params: object) -> None:
        """Show another text.

        Args:
            text_key: Translation key.
            params: Placeholder values.
        """
        self._text_key, self._params = text_key, params
        self.retranslate()

    def set_tip_key(self, tip_key: str) -> None:
        """Explain it in another sentence."""
        self._tip_key = tip_key
        self.retranslate()

    def retranslate(self) -> None:
        """Set text, tooltip and accessible name in the language in use."""
        self.setText(tr(self._text_key, **self._params) if self._text_key else "")
        self.setAccessibleName(self.text())
        if self._tip_key:
            self.setToolTip(tr(self._tip_key, **self._params))
            self.setAccessibleDescription(self.toolTip())
        self.restyle()

    def restyle(self) -> None:
        """Measure and paint again with the palette and sizes in use."""
        self.updateGeometry()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._ring = event.reason() not in _SILENT_FOCUS
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)
