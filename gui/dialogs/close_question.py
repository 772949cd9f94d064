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
        text_key: Translation key of what closing costs.
        stay_key: Translation key of the button that keeps the window.
        leave_key: Translation key of the button that closes it.
    """

    def __init__(
        self,
        parent: QWidget,
        text_key: str = "shell.close.text",
        stay_key: str = "shell.close.no",
        leave_key: str = "shell.close.yes",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("shell.close.title"))
        self.setMinimumWidth(440)
        self.stay = PillButton(stay_key, kind="plain")
        self.leave = PillButton(leave_key, kind="primary")
        self.stay.clicked.connect(self.reject)
        self.leave.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("shell.close.title", 18, semibold=True))
        column.addWidget(TextLabel(text_key, ink="dim", wrap=True))
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.stay)
        buttons.addWidget(self.leave)
        column.addLayout(buttons)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)
