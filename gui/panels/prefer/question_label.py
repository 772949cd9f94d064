"""The question of the task, large, with the words that matter in the accent's neighbour colour."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import color, font, theme

_SIZE = 22.0


class QuestionLabel(QLabel):
    """A question; what stands between square brackets is what it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        theme().changed.connect(self.restyle)
        self.restyle()

    def show_question(self, question: str) -> None:
        """Show a question, for instance ``Which one stays in the [left half]?``."""
        if question != self._question:
            self._question = question
            self.restyle()

    @property
    def plain(self) -> str:
        """The question without its brackets."""
        return self._question.replace("[", "").replace("]", "")

    def restyle(self) -> None:
        """Take colours and size of the palette in use."""
        self.setFont(font(theme().px(_SIZE), bold=True))
        parts = escape(self._question).replace("[", f'<span style="color:{color("warning").name()}">')
        self.setText(f'<span style="color:{color("text").name()}">{parts.replace("]", "</span>")}</span>')
        self.setAccessibleName(self.plain)
