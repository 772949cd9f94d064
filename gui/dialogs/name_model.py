"""What a model is to be called: one field, and a sentence where the name cannot be had."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agents.models.library import new_folder
from arena.errors import ArenaError
from gui.language import tr
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class NameModelDialog(QDialog):
    """Asks for a name no model has yet.

    Args:
        parent: The window.
        title_key: Translation key of the heading.
        line_key: Translation key of the sentence under it.
        name: What is offered.
        then: Does it with the name; what it raises is told, and the dialog stays.
    """

    def __init__(self, parent: QWidget, title_key: str, line_key: str, name: str, then: Callable[[str], None]) -> None:
        super().__init__(parent)
        self._then = then
        self._old = name
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr(title_key))
        self.setMinimumWidth(460)
        self.name = QLineEdit(name)
        self.name.setMaxLength(60)
        self.name.setAccessibleName(tr("library.name"))
        self.problem = TextLabel("", 13, "bad", wrap=True)
        self.problem.hide()
        self.keep = PillButton("library.name.keep", "check", "primary")
        leave = PillButton("library.cancel", kind="plain")
        leave.clicked.connect(self.reject)
        self.keep.clicked.connect(self._keep)
        self.name.returnPressed.connect(self._keep)
        self.name.textChanged.connect(self._look)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(TextLabel(title_key, 18, semibold=True))
        column.addWidget(TextLabel(line_key, 13, "dim", wrap=True))
        column.addSpacing(4)
        column.addWidget(self.name)
        column.addWidget(self.problem)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.keep)
        column.addLayout(buttons)
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look(self) -> None:
        try:
            new_folder(self.name.text())
        except ArenaError as problem:
            self._say(problem)
            return
        self.problem.hide()
        self.keep.setEnabled(True)

    def _say(self, problem: ArenaError) -> None:
        self.problem.set_key(problem.key, **problem.params)
        self.problem.show()
        self.keep.setEnabled(False)

    def _keep(self) -> None:
        if not self.keep.isEnabled():
            return
        try:
            self._then(self.name.text())
        except ArenaError as problem:
            self._say(problem)
            return
        self.accept()
