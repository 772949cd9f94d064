"""The everyday button: an icon, a text, a rounded box."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.icons import paint_icon
from gui.theme import RADIUS, TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

Kind = Literal["plain", "primary", "quiet", "past"]
"""``primary`` is filled with the accent: one a page. ``quiet`` has no box. ``past`` wears the colour of the past."""

_HEIGHT, _SMALL_HEIGHT, _PADDING, _GAP, _ICON = 36, 28, 14, 8, 18


class PillButton(PaintedButton):
    """A button with a text, an icon, or both.

    Args:
        text_key: Translation key; with ``icon_only`` it is the accessible name and the tooltip.
        icon_name: Icon of :mod:`gui.icons`.
        kind: How it looks.
        tip_key: Translation key of a tooltip.
        icon_only: Show the icon without the text, in a square.
        small: 28 instead of 36 pixels high.
        parent: Qt parent.
    """

    def __init__(
        self,
        text_key: str,
        icon_name: str | None = None,
        kind: Kind = "plain",
        *,
        tip_key: str = "",
        icon_only: bool = False,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._icon_name = icon_name
        self._kind: Kind = kind
        self._icon_only = icon_only
        self._small = small
        super().__init__(text_key, tip_key=tip_key or (text_key if icon_only else ""), parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def kind(self) -> Kind:
        """How it looks."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Look different."""
        self._kind = kind
        self.restyle()

    def set_icon_name(self, icon_name: str | None) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.restyle()

    def set_icon_only(self, icon_only: bool) -> None:
        """Show the icon without the text, or both; it has a tooltip of its own then."""
        if icon_only != self._icon_only:
            self._icon_only = icon_only
            self.restyle()

    def set_text_key(self, text_key: str, **params: object) -> None:
        if self._icon_only:
            self._tip_key = text_key
        super().set_text_key(text_key, **params)

    def _font(self) -> QFont:
        size = theme().px(TEXT - 1 if self._small else TEXT)
        return font(size, semibold=self._kind in ("primary", "past"))

    def sizeHint(self) -> QSize:
        return QSize(self.width_with(icon_only=self._icon_only), self._height())

    def _height(self) -> int:
        return theme().px(_SMALL_HEIGHT if self._small else _HEIGHT)

    def width_with(self, *, icon_only: bool) -> int:
        """Return how wide it is with or without its text, whichever it shows now."""
        px = theme().px
        if icon_only:
            return self._height()
        width = 2 * px(_PADDING - 3 if self._small else _PADDING) + QFontMetricsF(self._font()).horizontalAdvance(
            self.text()
        )
        if self._icon_name:
            width += px(_ICON) + px(_GAP)
        return round(width) + 1

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Return fill, edge and ink."""
        if self._kind == "primary":
            fill = color("accent")
            if self.isDown():
                fill = fill.darker(115)
            elif self.hovered:
                fill = fill.lighter(108) if theme().dark else fill.darker(112)
            return fill, None, color("on_accent")
        lit = self.isDown() or self.hovered
        if self._kind == "past":
            past = color("past")
            return color("raised"), past, color("text")
        if self._kind == "quiet":
            ink = color("accent") if self.isChecked() else color("text") if lit else color("dim")
            return (color("raised") if lit or self.isChecked() else None), None, ink
        if self.isChecked():
            return color("raised"), color("accent"), color("accent")
        return color("raised" if lit else "surface"), color("line"), color("text")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        fill, edge, ink = self._colors()
        box = QRectF(self.rect())
        radius = theme().px(RADIUS)
        rounded(painter, box, radius, fill, edge)
        self._paint_inside(painter, ink)
        if self.ring:
            focus_ring(painter, box, radius)
        painter.end()

    def _paint_inside(self, painter: QPainter, ink: QColor) -> None:
        px = theme().px
        icon_size = float(px(_ICON))
        width = self.width()
        text_width = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        used = (icon_size if self._icon_name else 0.0) + (0.0 if self._icon_only else text_width)
        used += px(_GAP) if self._icon_name and not self._icon_only else 0
        x = max(px(6), round((width - used) / 2))
        if self._icon_name:
            y = round((self.height() - icon_size) / 2)
            paint_icon(painter, self._icon_name, QRectF(x, y, icon_size, icon_size), ink)
            x += round(icon_size) + px(_GAP)
        if not self._icon_only:
            painter.setFont(self._font())
            painter.setPen(ink)
            painter.drawText(QRectF(x, 0, width - x, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
