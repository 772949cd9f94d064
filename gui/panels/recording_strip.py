"""Over a world that is played by hand: that the games are kept, how many there are, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.language import language, number, tr
from gui.theme import RADIUS, TEXT, color
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_LEFT, _TOP, _DOT = 16, 8, 10


class RecordingStrip(QWidget):
    """A red dot, a sentence and a button.

    Args:
        how_key: Text that says how one plays here.
        parent: Qt parent; whatever it lies over, where no layout has it.

    Attributes:
        done: Enough was played.
    """

    done = Signal()

    def __init__(self, how_key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._how_key = how_key
        self._shown = (0, 0, 0.0)
        self.text = TextLabel("", TEXT)
        self.back = PillButton("steps.recording.done", "check", "primary", small=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14 + _DOT + 10, 7, 10, 7)
        row.setSpacing(12)
        row.addWidget(self.text, 1)
        row.addWidget(self.back)
        self.back.clicked.connect(self.done)
        language().changed.connect(self.retranslate)
        self.hide()

    def show_games(self, games: int, steps: int, mean_return: float) -> None:
        """Say what is kept so far.

        Args:
            games: Whole games.
            steps: Steps of them.
            mean_return: Mean of what they brought, raw.
        """
        self._shown = (games, steps, mean_return)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        games, steps, mean = self._shown
        if games:
            figures = {"games": number(games), "steps": number(steps), "mean": number(mean, 2)}
            self.text.set_text(tr("steps.recording.games", **figures))
        else:
            self.text.set_text(tr(self._how_key))
        self.setAccessibleName(self.text.text())

    def place(self) -> None:
        """Lie over the upper left corner of the host, no wider than it has to say."""
        self.adjustSize()
        self.move(_LEFT, _TOP)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, RADIUS, color("raised"), color("bad"))
        painter.setBrush(color("bad"))
        painter.setPen(color("bad"))
        painter.drawEllipse(QRectF(14, (self.height() - _DOT) / 2, _DOT, _DOT))
        painter.end()
