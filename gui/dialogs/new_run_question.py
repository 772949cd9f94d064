"""The question before a setting that cannot change in mid-run begins a run of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import tr
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class NewRunQuestion(QDialog):
    """Accepted means: save this run and begin a new one. Esc keeps this one.

    Args:
        parent: The window.
        name: What the setting is called, in the language in use.
    """

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("train.new_run.title"))
        self.setMinimumWidth(440)
        self.stay = PillButton("train.new_run.no", kind="plain")
        self.begin = PillButton("train.new_run.yes", kind="primary")
        self.stay.clicked.connect(self.reject)
        self.begin.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("train.new_run.title", 18, semibold=True))
        words = TextLabel(ink="dim", wrap=True)
        words.set_key("train.new_run.text", name=name)
        column.addWidget(words)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.stay)
        buttons.addWidget(self.begin)
        column.addLayout(buttons)
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)
