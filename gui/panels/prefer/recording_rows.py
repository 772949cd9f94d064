"""What was shown in a world: a row for each sitting, which can be left out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from arena.preferences.demonstration_file import Recording
from gui.language import language, number, tr
from gui.theme import CAPTION
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

MOST = 8
"""Rows shown, the newest ones."""


def player_name(player: str) -> str:
    """Return who played, in the language in use."""
    known = {"person": tr("steps.player.person"), "oracle": tr("steps.player.oracle")}
    return ", ".join(known.get(name, name) for name in player.split(", "))


class RecordingRows(QWidget):
    """The rows.

    Attributes:
        left_out: A recording is to be imitated no longer.
    """

    left_out = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recordings: tuple[Recording, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.rows: list[QWidget] = []
        self.buttons: list[PillButton] = []
        language().changed.connect(self._fill)

    def show_recordings(self, recordings: tuple[Recording, ...]) -> None:
        """Show what there is; only the newest ones get a row."""
        if recordings != self._recordings:
            self._recordings = recordings
            self._fill()

    def _fill(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows, self.buttons = [], []
        for recording in self._recordings[-MOST:]:
            self._add(recording)
        self.setVisible(bool(self.rows))

    def _add(self, recording: Recording) -> None:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        text = TextLabel("", CAPTION + 0.5, mono=False)
        text.set_text(
            tr(
                "steps.recording",
                player=player_name(recording.player),
                games=number(recording.games),
                steps=number(recording.steps),
                mean=number(recording.mean_return, 2),
            )
        )
        button = PillButton("steps.leave_out", "close", "quiet", icon_only=True, small=True)
        button.clicked.connect(lambda: self.left_out.emit(recording))
        layout.addWidget(text, 1)
        layout.addWidget(button)
        self._column.addWidget(row)
        self.rows.append(row)
        self.buttons.append(button)
