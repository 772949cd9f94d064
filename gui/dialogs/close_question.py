"""The one question before a window closes in which something still learns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import tr
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class CloseQuestion(QDialog):
    """Accepted means: stop, save and close. Esc keeps training.

    Args:
        parent: The window.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("shell.close.title"))
        self.setMinimumWidth(440)
        self.stay = PillButton("shell.close.no", kind="plain")
        self.leave = PillButton("shell.close.yes", kind="primary")
        self.stay.clicked.connect(self.reject)
        self.leave.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("shell.close.title", 18, semibold=True))
        column.addWidget(TextLabel("shell.close.text", ink="dim", wrap=True))
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.stay)
        buttons.addWidget(self.leave)
        column.addLayout(buttons)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)
