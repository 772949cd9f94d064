"""Asks for the name of whoever rates from here on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from arena.preferences.label import LONGEST_RATER
from gui.language import tr
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class RaterName(QDialog):
    """A name of one line.

    Args:
        parent: The window.

    Attributes:
        named: The name.
    """

    named = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("prefer.rater.title"))
        self.setMinimumWidth(400)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_RATER)
        self.name.setAccessibleName(tr("prefer.rater"))
        self.cancel = PillButton("library.cancel", kind="plain")
        self.take = PillButton("prefer.rater.take", kind="primary")
        self.take.setEnabled(False)
        self.name.textChanged.connect(lambda text: self.take.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self._take)
        self.cancel.clicked.connect(self.reject)
        self.take.clicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("prefer.rater.title", 18, semibold=True))
        column.addWidget(TextLabel("prefer.rater.words", ink="dim", wrap=True))
        column.addWidget(self.name)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column.addLayout(buttons)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        name = " ".join(self.name.text().split())
        if name:
            self.named.emit(name)
            self.accept()
