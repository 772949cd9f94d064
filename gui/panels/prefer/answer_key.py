"""A key of the keyboard drawn as a button, with what it means beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.icons import paint_icon
from gui.theme import TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_GAP = 11


class AnswerKey(PaintedButton):
    """A drawn key.

    Args:
        text_key: Translation key of what it means.
        icon_name: Icon on the key; else ``cap`` is written on it.
        cap: What is written on the key where it has no icon.
        large: One of the two that matter most.
    """

    def __init__(
        self, text_key: str, icon_name: str = "", *, cap: str = "", large: bool = False, parent: QWidget | None = None
    ) -> None:
        self._icon_name, self._cap, self._large = icon_name, cap, large
        self._lit = False
        super().__init__(text_key, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # The page has the keyboard: a key drawn is pressed with the key, or the mouse.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def light(self, on: bool) -> None:
        """Fill the key: this was the answer."""
        if on != self._lit:
            self._lit = on
            self.update()

    @property
    def lit(self) -> bool:
        """Whether it is filled."""
        return self._lit

    def _font(self) -> QFont:
        return font(theme().px(TEXT + 1 if self._large else TEXT), bold=self._large)

    def _cap_size(self) -> tuple[float, float]:
        px = theme().px
        if self._cap:
            return QFontMetricsF(font(px(11), mono=True)).horizontalAdvance(self._cap) + px(16), px(20)
        return (px(56), px(44)) if self._large else (px(36), px(34))

    def sizeHint(self) -> QSize:
        width, height = self._cap_size()
        words = QFontMetricsF(self._font())
        gap = theme().px(_GAP)
        return QSize(
            round(width + gap + words.horizontalAdvance(self.text())) + 6, round(max(height, words.height())) + 6
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled() and not self._lit:
            painter.setOpacity(0.45)
        width, height = self._cap_size()
        key = QRectF(3, (self.height() - height) / 2, width, height)
        pressed = self._lit or self.isDown()
        edge = "accent" if self.hovered or pressed else "line"
        rounded(painter, key, 8 if not self._cap else 4, color("accent" if pressed else "surface"), color(edge))
        ink = color("on_accent" if pressed else "text")
        if self._icon_name:
            side = min(key.height() * 0.5, theme().px(20))
            icon = QRectF(key.center().x() - side / 2, key.center().y() - side / 2, side, side)
            paint_icon(painter, self._icon_name, icon, ink)
        else:
            painter.setFont(font(theme().px(11), mono=True))
            painter.setPen(ink)
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, self._cap)
        painter.setFont(self._font())
        painter.setPen(color("dim" if self._cap else "text"))
        left = key.right() + theme().px(_GAP)
        words = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        if self.ring:
            focus_ring(painter, QRectF(self.rect()), 8)
        painter.end()
