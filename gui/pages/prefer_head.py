"""Above the clips: the question, how to judge, and the way to the task card."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.language import number, tr
from gui.panels.prefer.question_label import QuestionLabel
from gui.state.preference_state import PreferenceState
from gui.state.preference_tasks import PreferenceTask, is_shipped
from gui.theme import theme
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.link_button import LinkButton


class PreferHead(QWidget):
    """Question and hint.

    Attributes:
        card_wanted: The task card is to be edited.
    """

    card_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = QuestionLabel()
        self.hint = ElidedLabel("", 13.5, "dim")
        self.card = LinkButton("prefer.card", tip_key="prefer.card.tip")
        self.card.clicked.connect(self.card_wanted)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(self.hint)
        row.addWidget(self.card)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.question)
        column.addLayout(row)

    def show_state(self, known: PreferenceState, task: PreferenceTask) -> None:
        """Show the question of the run: a shipped task's in the language in use, else the words it was begun with."""
        asked = known.task or task.kept
        if is_shipped(asked):
            self.question.show_question(tr("prefer.task." + asked + ".question"))
        else:
            self.question.show_question(asked or tr("prefer.task.none.question"))
        self.card.setVisible(not theme().projector)
        self._show_hint(known)

    def _show_hint(self, known: PreferenceState) -> None:
        if not theme().projector:
            self.hint.set_key("prefer.hint")
            return
        # The side column is too small for the last row: what of it a class wants to know stands here.
        told = [tr("prefer.done", done=number(len(known.counted) + known.unsaved), budget=number(known.budget))]
        if known.fitted is not None and math.isfinite(known.fitted.accuracy):
            told.append(tr("prefer.agreement.short", share=number(round(100 * known.fitted.accuracy))))
        self.hint.set_text(" · ".join(told))
