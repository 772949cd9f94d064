"""Hands that were counted, typed in: 17 · 9 · 4 · 2, one after the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from arena.preferences.label import ANSWERS
from gui.icons import paint_icon
from gui.language import language, tr
from gui.panels.prefer.vote_bars import ICONS
from gui.theme import color, font, theme

_MOST = 9_999
_NEXT = " .,;/·+"
"""Typed after a count, these go on to the next one: a teacher types 17 9 4 2 without looking."""


class _Icon(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        theme().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedSize(QSize(theme().px(26), theme().px(26)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, self._name, self.rect().toRectF(), color("text"))
        painter.end()


class _Count(QLineEdit):
    """One count.

    Attributes:
        done: It is typed; on to the next.
        began: Backspace in an empty one: back to the one before.
    """

    done = Signal()
    began = Signal()

    def __init__(self, answer: str) -> None:
        super().__init__()
        self._answer = answer
        self.setValidator(QIntValidator(0, _MOST, self))
        self.setMaxLength(len(str(_MOST)))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setPlaceholderText("0")
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("prefer.answer." + self._answer))
        self.setToolTip(tr("prefer.answer." + self._answer))

    def restyle(self) -> None:
        """Take the size of the layout in use."""
        self.setFont(font(theme().px(22), bold=True, mono=True))
        self.setFixedSize(theme().px(84), theme().px(42))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (event.text() and event.text() in _NEXT):
            self.done.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.began.emit()
        else:
            super().keyPressEvent(event)


class HandCount(QWidget):
    """Four counts; Enter in the last one takes them.

    Attributes:
        counted: Left, right, equally good, cannot tell.
    """

    counted = Signal(int, int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = [_Count(answer) for answer in ANSWERS]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addStretch(1)
        for place, (answer, field) in enumerate(zip(ANSWERS, self.fields, strict=True)):
            row.addWidget(_Icon(ICONS[answer]))
            row.addWidget(field)
            row.addSpacing(14)
            field.done.connect(lambda place=place: self._go(place + 1))
            field.began.connect(lambda place=place: self._go(place - 1))
        row.addStretch(1)

    def begin(self) -> None:
        """Count anew."""
        for field in self.fields:
            field.clear()
        self._go(0)

    def take(self) -> None:
        """Take what is typed; what is empty is 0."""
        left, right, equal, unclear = (int(field.text() or 0) for field in self.fields)
        self.counted.emit(left, right, equal, unclear)

    def _go(self, place: int) -> None:
        if place >= len(self.fields):
            self.take()
        else:
            self.fields[max(0, place)].setFocus(Qt.FocusReason.TabFocusReason)
            self.fields[max(0, place)].selectAll()
