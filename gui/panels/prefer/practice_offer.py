"""Before the first pair: play it yourself, as the paper's labellers did."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import RADIUS, TEXT, color
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class PracticeOffer(QWidget):
    """A sentence with two buttons.

    Attributes:
        play_wanted: Somebody wants to play.
        skipped: Somebody does not.
    """

    play_wanted = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = PillButton("prefer.practice.play", "run", "primary", small=True)
        self.skip = PillButton("prefer.practice.skip", kind="plain", small=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(10)
        row.addWidget(TextLabel("prefer.practice.words", TEXT - 0.5, wrap=True), 1)
        row.addWidget(self.play)
        row.addWidget(self.skip)
        self.play.clicked.connect(self.play_wanted)
        self.skip.clicked.connect(self.skipped)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, color("raised"), color("line"))
        painter.end()
