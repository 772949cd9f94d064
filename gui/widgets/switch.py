"""A switch: on or off, with its text beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_TRACK, _TRACK_HEIGHT, _GAP, _HEIGHT = 28, 16, 8, 28
_SLIDE_MS = 110


class Switch(PaintedButton):
    """A checkable button that looks like a switch; listen to ``toggled``.

    Args:
        text_key: Translation key of the text beside it.
        tip_key: Translation key of the tooltip.
        parent: Qt parent.
    """

    def __init__(self, text_key: str, *, tip_key: str = "", parent: QWidget | None = None) -> None:
        self._knob = 0.0
        super().__init__(text_key, tip_key=tip_key, parent=parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.valueChanged.connect(self._move_knob)
        self.toggled.connect(self._toggled)

    def _toggled(self, on: bool) -> None:
        self._slide.stop()
        if theme().reduced_motion or not self.isVisible():
            self._move_knob(float(on))
            return
        self._slide.setStartValue(self._knob)
        self._slide.setEndValue(float(on))
        self._slide.start()

    def _move_knob(self, where: float) -> None:
        self._knob = where
        self.update()

    def sizeHint(self) -> QSize:
        px = theme().px
        width = QFontMetricsF(font(px(TEXT - 0.5))).horizontalAdvance(self.text())
        return QSize(px(_TRACK) + px(_GAP) + round(width) + 8, px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        px = theme().px
        width, height = float(px(_TRACK)), float(px(_TRACK_HEIGHT))
        track = QRectF(3, (self.height() - height) / 2, width, height)
        edge = None if self.isChecked() else color("dim")
        rounded(painter, track, height / 2, color("accent" if self.isChecked() else "raised"), edge)
        knob = height - 6
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("on_accent" if self.isChecked() else "dim"))
        painter.drawEllipse(QRectF(track.x() + 3 + self._knob * (width - height), track.y() + 3, knob, knob))
        painter.setFont(font(px(TEXT - 0.5)))
        painter.setPen(color("text"))
        left = track.right() + px(_GAP)
        text_box = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(text_box, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.ring:
            focus_ring(painter, QRectF(self.rect()), 6)
        painter.end()
