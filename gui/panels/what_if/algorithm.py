"""What if another algorithm went on from here."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from agents.catalog import CATALOG
from gui.language import language, tr
from gui.panels.answer_button import AnswerButton
from gui.panels.what_if.editor import ChangeEditor
from gui.state.run_state import RunState
from gui.theme import CAPTION
from gui.widgets.text_label import TextLabel


class AlgorithmEditor(ChangeEditor):
    """Chooses another agent of the same family."""

    name = "agent"
    icon = "agent"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.addWidget(TextLabel("whatif.agent.help", CAPTION, "dim", wrap=True))
        self.buttons: dict[str, AnswerButton] = {}
        language().changed.connect(self._write)

    def offered(self, state: RunState) -> bool:
        return state.world is not None and bool(_others(state))

    def show_run(self, state: RunState) -> None:
        for button in self.buttons.values():
            self._group.removeButton(button)
            self._rows.removeWidget(button)
            button.deleteLater()
        self.buttons = {name: AnswerButton() for name in _others(state)}
        for button in self.buttons.values():
            button.clicked.connect(self.changed)
            self._group.addButton(button)
            self._rows.addWidget(button)
        self._write()

    def _write(self) -> None:
        for entry in CATALOG:
            if entry.id in self.buttons:
                summary = tr(entry.title_key + ".summary")
                self.buttons[entry.id].show_answer(f"{tr(entry.title_key)} — {summary}", "")

    def changes(self) -> dict[str, Any]:
        chosen = next((name for name, button in self.buttons.items() if button.isChecked()), None)
        return {} if chosen is None else {"agent": chosen}


def _others(state: RunState) -> list[str]:
    """Return the agents that could go on: those of the same family; somebody's own agent keeps a table too."""
    family = next((entry.family for entry in CATALOG if entry.id == state.agent), "tabular")
    return [entry.id for entry in CATALOG if entry.family == family and entry.id != state.agent]
