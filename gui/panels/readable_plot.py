"""The base of a plot that is read off by pointer and by keyboard, and that tells a screen reader what is under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, tr
from gui.theme import color, font, theme
from gui.widgets.painted_button import focus_ring

_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class ReadablePlot(QWidget):
    """A plot with a place that is looked at.

    Args:
        name_key: Translation key of its accessible name.
        help_key: Translation key of what the keyboard does here; told while nothing is looked at.
        parent: Qt parent.
    """

    def __init__(self, name_key: str, help_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_key, self._help_key = name_key, help_key
        self._at = -1
        self._ring = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        language().changed.connect(self.describe)
        theme().changed.connect(self.update)

    @property
    def at(self) -> int:
        """The place looked at, −1 for none."""
        return self._at

    def look_at(self, place: int) -> None:
        """Look at another place; −1 for none."""
        if place != self._at:
            self._at = place
            self.describe()

    def place_under(self, where: QPointF) -> int:
        """Return the place under the pointer, −1 for none."""
        raise NotImplementedError

    def words(self) -> str:
        """Return what is looked at in words, in the language in use; empty for nothing."""
        raise NotImplementedError

    def describe(self) -> None:
        """Tell a screen reader what is looked at, and paint."""
        self.setAccessibleName(tr(self._name_key))
        self.setAccessibleDescription(self.words() or tr(self._help_key))
        self.update()

    # ── pointer and keyboard ───────────────────────────────────────────────────────────────────────────────────────

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.look_at(self.place_under(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self.look_at(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.look_at(-1)
        super().focusOutEvent(event)

    def paint_focus(self, painter: QPainter) -> None:
        """Draw the ring that shows where the keyboard is, if the keyboard came here by itself."""
        if self._ring and self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), 6)

    def paint_invitation(self, painter: QPainter, title: str, line: str) -> None:
        """Say what to do where there is nothing to show yet.

        Args:
            painter: Where to draw.
            title: In the language in use.
            line: One or two sentences below it.
        """
        wide, half = min(self.width() - 60.0, float(theme().px(520))), self.height() / 2
        painter.setFont(font(theme().px(20), semibold=True))
        painter.setPen(color("text"))
        flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
        upper = QRectF(self.rect().center().x() - wide / 2, 0, wide, half - 6)
        painter.drawText(upper, flags | int(Qt.AlignmentFlag.AlignBottom), title)
        painter.setFont(font(theme().px(14)))
        painter.setPen(color("dim"))
        painter.drawText(upper.translated(0, half + 6), flags | int(Qt.AlignmentFlag.AlignTop), line)
