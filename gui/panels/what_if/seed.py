"""What if the luck had been another one."""

from __future__ import annotations

import secrets
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.panels.what_if.editor import ChangeEditor
from gui.state.run_state import RunState
from gui.theme import CAPTION
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_LARGEST = 2**64
_DRAWN = 10_000


class SeedEditor(ChangeEditor):
    """Chooses another seed."""

    name = "seed"
    icon = "dice"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self.field = QLineEdit()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(200)
        self.field.textEdited.connect(lambda _: self.changed.emit())
        self.draw = PillButton("whatif.seed.draw", "dice", "plain")
        self.draw.clicked.connect(self._draw)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(TextLabel("whatif.seed.help", CAPTION, "dim", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self.field)
        row.addWidget(self.draw)
        row.addStretch(1)
        rows.addLayout(row)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.field.setAccessibleName(tr("settings.seed"))

    def show_run(self, state: RunState) -> None:
        self._seed = state.seed
        self.field.setText(str((state.seed + 1) % _LARGEST))

    def _draw(self) -> None:
        self.field.setText(str(secrets.randbelow(_DRAWN)))
        self.changed.emit()

    def _value(self) -> int | None:
        text = self.field.text().strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < _LARGEST else None

    def problem(self) -> str:
        return "" if self._value() is not None else tr("whatif.seed.problem")

    def changes(self) -> dict[str, Any]:
        value = self._value()
        return {} if value is None or value == self._seed else {"seed": value}
