"""What if the agent did something else next: one action, at that moment only."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.answer_button import AnswerButton
from gui.panels.what_if.editor import ChangeEditor
from gui.state.run_state import RunState
from gui.theme import CAPTION
from gui.widgets.stage.content import content_of
from gui.widgets.stage.names import action_glyph, state_name
from gui.widgets.text_label import TextLabel


class ActionEditor(ChangeEditor):
    """Chooses the agent's next action."""

    name = "action"
    icon = "step"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._where = TextLabel("", CAPTION, "dim", wrap=True)
        self._group = QButtonGroup(self)
        self.buttons: list[AnswerButton] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.addWidget(self._where)
        language().changed.connect(self._write)

    def offered(self, state: RunState) -> bool:
        # A sweep over all states chooses no action.
        return state.world is not None and "tolerance" not in state.hyperparameters

    def show_run(self, state: RunState) -> None:
        self._state = state
        for button in self.buttons:
            self._group.removeButton(button)
            self._rows.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        for _ in range(0 if state.world is None else state.world.actions):
            button = AnswerButton()
            button.clicked.connect(self.changed)
            self._group.addButton(button)
            self._rows.addWidget(button)
            self.buttons.append(button)
        self._write()

    def _write(self) -> None:
        content = content_of(self._state)
        if content is None or not self.buttons:
            return
        at = _standing(self._state)
        if at >= 0:
            self._where.set_key("whatif.action.where", state=state_name(content.world, at))
        else:
            self._where.set_key("whatif.action.start")
        values = content.q[at] if at >= 0 else np.zeros(content.world.actions)
        for action, button in enumerate(self.buttons):
            # An episode that may begin anywhere: nobody knows yet what is best there.
            glyph = action_glyph(content.world, action)
            best = at >= 0 and values[action] == values.max()
            key = "whatif.action.best" if best else "whatif.action.other"
            button.show_answer(tr(key, action=glyph, value=number(float(values[action]), content.decimals)), "")

    def changes(self) -> dict[str, Any]:
        chosen = next((index for index, button in enumerate(self.buttons) if button.isChecked()), None)
        return {} if chosen is None else {"action": chosen}


def _standing(state: RunState) -> int:
    """Return the state of the next action: where it stands, or where all episodes start; −1 if chance will tell."""
    at = -1 if state.view is None else int(state.view.scalars.get("state", -1))
    if at >= 0 or state.world is None:
        return at
    layout = state.world.layout
    starts = [cell for cell, kind in enumerate(layout.kinds) if kind == "start"]
    return int(layout.state_at[0, starts[0]]) if len(starts) == 1 else -1
