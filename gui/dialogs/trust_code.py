"""The question before somebody's code runs: what it is, what it could do, and the code itself to read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gui.icons import pixmap
from gui.language import tr
from gui.theme import color, font
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class TrustCodeDialog(QDialog):
    """Accepted means: run exactly this file, now and whenever it is unchanged. Esc runs nothing.

    Args:
        parent: The window.
        file: Name of the file.
        path: Where it lies.
        source: The bytes that would run.
        learned: Whether a run goes on with it; else one begins.
    """

    def __init__(self, parent: QWidget, file: str, path: Path, source: bytes, *, learned: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("own.trust.title", file=file))
        self.setMinimumWidth(860)
        self.code = QPlainTextEdit(source.decode("utf-8", "replace"))
        self.code.setReadOnly(True)
        self.code.setFont(font(12, mono=True))
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.code.setMinimumHeight(340)
        self.code.setAccessibleName(tr("own.trust.code"))
        self.code.setTabChangesFocus(True)
        self.no = PillButton("own.trust.no.recording" if learned else "own.trust.no", kind="plain")
        self.yes = PillButton("own.trust.yes", "run", "primary")
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self.accept)
        self._lay_out(file, path)
        # What runs a program is never one key press away.
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, file: str, path: Path) -> None:
        mark = QLabel()
        mark.setPixmap(pixmap("warning", 28, color("warning"), self.devicePixelRatioF()))
        title, where = TextLabel("", 18, semibold=True), TextLabel("", 12.5, "dim", wrap=True)
        title.set_text(tr("own.trust.title", file=file))
        where.set_text(str(path))
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(title)
        words.addWidget(TextLabel("own.trust.text", wrap=True))
        words.addWidget(where)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.code, 1)
        column.addLayout(buttons)
