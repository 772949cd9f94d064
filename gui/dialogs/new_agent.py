"""New agent: what it is to be called, where its file lies, and how to go on from there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agents.own.library import PREFIX, free_name, new_agent
from arena.errors import ArenaError
from arena.runs.locations import agents_folder
from gui.language import tr
from gui.text_editor import open_in_editor, show_in_folder
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class NewAgentDialog(QDialog):
    """Writes the template under a name; nothing of it runs.

    Args:
        parent: The window.

    Attributes:
        written: Emitted with the path of the new file.
        chosen: Emitted with the agent's id when it is to learn.
    """

    written = Signal(str)
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("own.new.title"))
        self.setMinimumWidth(600)
        self.path: Path | None = None
        self.name = QLineEdit(free_name())
        self.name.setMaxLength(60)
        self.name.setAccessibleName(tr("own.new.name"))
        self.where = TextLabel("", 13, "dim", wrap=True)
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem = TextLabel("", 13, "bad", wrap=True)
        self.problem.hide()
        self.steps = TextLabel("own.new.steps", 13.5, wrap=True)
        self.write = PillButton("own.new.write", "save", "primary")
        self.edit = PillButton("own.new.edit", "agent", "plain")
        self.folder = PillButton("own.new.folder", "folder", "plain")
        self.learn = PillButton("own.new.learn", "run", "primary")
        self._lay_out()
        self.name.textChanged.connect(self._look)
        self.write.clicked.connect(self._write)
        self.edit.clicked.connect(lambda: self._show(open_in_editor))
        self.folder.clicked.connect(lambda: self._show(show_in_folder))
        self.learn.clicked.connect(self._learn)
        self._look()
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(TextLabel("own.new.title", 18, semibold=True))
        column.addWidget(TextLabel("own.new.line", 13.5, "dim", wrap=True))
        column.addSpacing(6)
        column.addWidget(TextLabel("own.new.name", 12.5, "dim", semibold=True))
        column.addWidget(self.name)
        column.addWidget(self.where)
        column.addWidget(self.problem)
        column.addSpacing(4)
        column.addWidget(self.steps)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addWidget(self.edit)
        buttons.addWidget(self.folder)
        buttons.addStretch(1)
        buttons.addWidget(self.write)
        buttons.addWidget(self.learn)
        column.addLayout(buttons)

    def _look(self) -> None:
        """Show what fits: before the file is written, and after."""
        written = self.path is not None
        self.problem.hide()
        self.name.setEnabled(not written)
        self.write.setVisible(not written)
        self.steps.setVisible(written)
        for button in (self.edit, self.folder, self.learn):
            button.setVisible(written)
        path = self.path or agents_folder() / f"{self.name.text().strip()}.py"
        self.where.set_text(tr("own.new.written" if written else "own.new.where", path=str(path)))
        self._fit()

    def _fit(self) -> None:
        """Be as high as its texts are at this width."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            height = layout.totalHeightForWidth(max(self.width(), self.minimumWidth()))
            self.setMinimumHeight(height)
            self.resize(self.width(), height)

    def _write(self) -> None:
        try:
            self.path = new_agent(self.name.text().strip())
        except ArenaError as problem:
            self.problem.set_text(tr(problem.key, **problem.params))
            self.problem.show()
            self._fit()
            return
        self._look()
        self.written.emit(str(self.path))
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, how: object) -> None:
        if self.path is not None and callable(how) and not how(self.path):
            self.problem.set_text(tr("own.new.no_editor", path=str(self.path)))
            self.problem.show()

    def _learn(self) -> None:
        if self.path is not None:
            self.chosen.emit(PREFIX + self.path.stem)
        self.accept()
