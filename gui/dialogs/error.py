"""An error: one plain sentence, what to do next, and the details for whoever wants them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gui.icons import pixmap
from gui.language import tr
from gui.theme import color, font
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class ErrorDialog(QDialog):
    """Tells what happened; the details are folded away.

    Args:
        sentence: What happened and what to do next, in the language in use.
        details: The trace.
        parent: The window.
    """

    def __init__(self, sentence: str, details: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("shell.error.title"))
        self.setMinimumWidth(520)
        self._details = QPlainTextEdit(details)
        self._details.setReadOnly(True)
        self._details.setFont(font(12, mono=True))
        self._details.setMinimumHeight(220)
        self._details.setAccessibleName(tr("shell.error.details"))
        self._details.hide()
        self.fold = PillButton("shell.error.details", "chevron_down", "quiet")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._unfold)
        self.copy = PillButton("shell.error.copy", "copy", "plain")
        self.copy.clicked.connect(self._copy)
        self.go_on = PillButton("shell.dialog.ok", kind="primary")
        self.go_on.clicked.connect(self.accept)
        text = TextLabel(wrap=True)
        text.set_text(sentence)
        self._lay_out(text)
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, text: QLabel) -> None:
        mark = QLabel()
        mark.setPixmap(pixmap("warning", 28, color("warning"), self.devicePixelRatioF()))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(TextLabel("shell.error.title", 18, semibold=True))
        words.addWidget(text)
        head.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.fold)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self._details)
        column.addLayout(buttons)

    def _unfold(self, on: bool) -> None:
        self.fold.set_icon_name("chevron_up" if on else "chevron_down")
        self._details.setVisible(on)
        self.adjustSize()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
        self.copy.set_text_key("shell.error.copied")
