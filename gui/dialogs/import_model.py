"""Import: which game a zip of Stable-Baselines3 was trained on, which only its sender knows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import tr
from gui.state.arcade_games import PIXELS, STICKY
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

GAMES = (PIXELS, STICKY, "PongNoFrameskip-v4", "SpaceInvadersNoFrameskip-v4", "CartPole-v1", "FrozenLake-v1")
"""Offered; any other Gymnasium id can be typed."""


class ImportModelDialog(QDialog):
    """Asks what a model plays.

    Args:
        parent: The window.
        name: Name of the file.

    Attributes:
        chosen: Emitted with the Gymnasium id.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("library.import.title"))
        self.setMinimumWidth(500)
        self.game = QComboBox()
        self.game.setEditable(True)
        self.game.addItems(list(GAMES))
        self.game.setAccessibleName(tr("library.import.game"))
        self.begin = PillButton("library.import.begin", "check", "primary")
        leave = PillButton("library.cancel", kind="plain")
        leave.clicked.connect(self.reject)
        self.begin.clicked.connect(self._begin)
        self.game.currentTextChanged.connect(lambda text: self.begin.setEnabled(bool(text.strip())))
        line = TextLabel("", 13.5, wrap=True)
        line.set_key("library.import.line", name=name)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(TextLabel("library.import.title", 18, semibold=True))
        column.addWidget(line)
        column.addWidget(TextLabel("library.import.safe", 12.5, "dim", wrap=True))
        column.addSpacing(4)
        column.addWidget(TextLabel("library.import.game", 12.5, "dim", semibold=True))
        column.addWidget(self.game)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.begin)
        column.addLayout(buttons)
        self.game.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self) -> None:
        self.accept()
        self.chosen.emit(self.game.currentText().strip())
