"""The question of the task, large, with the words that matter in a colour of their own."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextCursor, QTextDocument, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import color, font, theme

_SIZE = 22.0
_PARTS = re.compile(r"(\[[^]]*\])")


class QuestionLabel(QWidget):
    """A question; what stands between square brackets is what it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = ""
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
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
        document = self._document
        document.clear()
        document.setDefaultFont(font(theme().px(_SIZE), bold=True))
        document.setDefaultTextOption(QTextOption(Qt.AlignmentFlag.AlignHCenter))
        cursor = QTextCursor(document)
        for part in filter(None, _PARTS.split(self._question)):
            ink = QTextCharFormat()
            ink.setForeground(color("warning" if part.startswith("[") else "text"))
            cursor.insertText(part.strip("[]"), ink)
        self.setAccessibleName(self.plain)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        self._document.setTextWidth(width)
        return round(self._document.size().height())

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._document.setTextWidth(self.width())
        self._document.drawContents(painter)
        painter.end()
