"""The question before the map editor closes with a map that lies in no file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import tr
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class UnsavedMapQuestion(QDialog):
    """Accepted means: close as it is. Esc goes on drawing.

    Args:
        parent: The editor.

    Attributes:
        save_wanted: The person wants to save the map first.
    """

    save_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("editor.unsaved.title"))
        self.setMinimumWidth(460)
        self.save = PillButton("editor.save", "save", kind="primary")
        self.leave = PillButton("editor.unsaved.leave", kind="plain")
        self.stay = PillButton("editor.unsaved.stay", kind="plain")
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.accept)
        self.stay.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("editor.unsaved.title", 18, semibold=True))
        column.addWidget(TextLabel("editor.unsaved.text", ink="dim", wrap=True))
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addWidget(self.stay)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.save)
        column.addLayout(buttons)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        self.reject()
        self.save_wanted.emit()
