"""What just happened on both sides: a sentence each, and the value that changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, number
from gui.panels.formulas import digits
from gui.panels.narration import sentence
from gui.panels.twins.header import Sample
from gui.state.run_state import RunState
from gui.theme import TEXT
from gui.widgets.stage.content import newest_tick
from gui.widgets.stage.names import action_glyph, state_name
from gui.widgets.text_label import TextLabel


def result_text(state: RunState) -> str:
    """Return the value that changed last, as old and new; empty before it is shown."""
    tick = newest_tick(state)
    if tick is None or not tick.changes or state.beat < 4 or state.world is None:
        return ""
    change = tick.changes[-1]
    old, new, decimals = float(change["old"]), float(change["new"]), digits(change)
    sign = "▲" if new > old else "▼" if new < old else "="
    name = state_name(state.world, int(change["state"])).split(" · ")[0]
    where = f"{name} {action_glyph(state.world, int(change['action']))}"
    values = f"{number(old, decimals, grouped=False)} → {number(new, decimals, grouped=False)}"
    return f"{where}  {values} {sign}"


class TwinHappened(QWidget):
    """Two sentences under each other, each with its stroke."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states = (RunState(), RunState())
        self.sentences = (TextLabel("", TEXT - 1, wrap=True), TextLabel("", TEXT - 1, wrap=True))
        self.results = (TextLabel("", TEXT - 1, mono=True), TextLabel("", TEXT - 1, mono=True))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(3)
        for side in (0, 1):
            top = QHBoxLayout()
            top.addWidget(Sample(side))
            top.addWidget(self.results[side], 1)
            rows.addLayout(top)
            told = self.sentences[side]
            told.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            # Two lines always: what happens must not move what lies below.
            told.setFixedHeight(38)
            rows.addWidget(told)
        rows.addStretch(1)
        language().changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_states(*self._states)

    def show_states(self, left: RunState, right: RunState) -> None:
        """Show the newest step of both."""
        self._states = (left, right)
        for state, told, result in zip(self._states, self.sentences, self.results, strict=True):
            told.set_text(sentence(state))
            result.set_text(result_text(state))
