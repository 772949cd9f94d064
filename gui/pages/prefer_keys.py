"""What may be answered: two large keys under the clips, the others below them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.panels.prefer.answer_key import AnswerKey
from gui.theme import theme

KEYS = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "equal",
    Qt.Key.Key_Down: "unclear",
}
"""Answers by key."""


class AnswerKeys(QWidget):
    """The drawn keys.

    Attributes:
        answered: ``left``, ``right``, ``equal`` or ``unclear``.
        taken_back: The last answer is to be taken back.
    """

    answered = Signal(str)
    taken_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = {
            "left": AnswerKey("prefer.this", "arrow_left", large=True),
            "right": AnswerKey("prefer.this", "arrow_right", large=True),
            "equal": AnswerKey("prefer.equal", "arrow_up"),
            "unclear": AnswerKey("prefer.unclear", "arrow_down"),
        }
        self.back = AnswerKey("prefer.take_back", cap="Ctrl Z")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        large = QGridLayout()
        large.setHorizontalSpacing(theme().px(20))
        large.addWidget(self.keys["left"], 0, 0, Qt.AlignmentFlag.AlignHCenter)
        large.addWidget(self.keys["right"], 0, 1, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(large)
        small = QHBoxLayout()
        small.setSpacing(theme().px(22))
        small.addStretch(1)
        for widget in (self.keys["equal"], self.keys["unclear"], self.back):
            small.addWidget(widget)
        small.addStretch(1)
        column.addLayout(small)
        theme().changed.connect(self.restyle)
        self.restyle()
        for answer, key in self.keys.items():
            key.clicked.connect(lambda _=False, answer=answer: self.answered.emit(answer))
        self.back.clicked.connect(self.taken_back)

    def restyle(self) -> None:
        """Show a class only what it answers with: on the projector nobody can press Ctrl and Z."""
        self.back.setVisible(not theme().projector)

    def allow(self, there: bool, back: bool) -> None:
        """Allow answers where there is a pair, and taking back where there is an answer."""
        for key in self.keys.values():
            key.setEnabled(there)
        self.back.setEnabled(back)

    def light(self, answer: str) -> None:
        """Fill the key of an answer; none for an empty one."""
        for name, key in self.keys.items():
            key.light(name == answer)

    def press(self, event: QKeyEvent) -> bool:
        """Take a key that is one of these; returns whether it was."""
        answer = KEYS.get(Qt.Key(event.key()))
        if answer is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if self.keys[answer].isEnabled() and not event.isAutoRepeat():
            self.answered.emit(answer)
        event.accept()
        return True
