"""The reward model is being gamed: the clip that shows it, what it was worth to whom, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, number
from gui.panels.prefer.clip_drawing import ClipDrawing
from gui.panels.prefer.clip_screen import ClipScreen
from gui.theme import RADIUS, color, theme
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_WIDTH, _HEIGHT, _CLIP = 760, 340, 250


class HackNotice(QWidget):
    """Lies over the clips until somebody has read it.

    Attributes:
        go_on_wanted: Train on.
        look_wanted: Look at what the model rewards.
    """

    go_on_wanted = Signal()
    look_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = (0.0, 0.0)
        self.clip = ClipScreen("prefer.hack.clip")
        self.predicted, self.true = (TextLabel("", 22, semibold=True, mono=True) for _ in range(2))
        self.go_on = PillButton("prefer.hack.go_on", "run", "plain")
        self.look = PillButton("prefer.hack.look", "search", "primary")
        figures = QGridLayout()
        figures.setHorizontalSpacing(24)
        for at, (key, label) in enumerate(
            (("prefer.hack.predicted", self.predicted), ("prefer.hack.true", self.true)),
        ):
            figures.addWidget(TextLabel(key, 12.5, "dim"), 0, at)
            figures.addWidget(label, 1, at)
        figures.setColumnStretch(2, 1)
        buttons = QHBoxLayout()
        for button in (self.look, self.go_on):
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(10)
        words.addWidget(TextLabel("prefer.hack.title", 18, semibold=True, wrap=True))
        words.addWidget(TextLabel("prefer.hack.words", 13.5, wrap=True))
        words.addLayout(figures)
        words.addWidget(TextLabel("prefer.hack.next", 13, "dim", wrap=True))
        words.addStretch(1)
        words.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 16, 18, 16)
        row.setSpacing(18)
        row.addWidget(self.clip)
        row.addLayout(words, 1)
        self.go_on.clicked.connect(self.go_on_wanted)
        self.look.clicked.connect(self.look_wanted)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._at = 0
        language().changed.connect(self._tell)
        theme().changed.connect(self.update)
        self.hide()

    def show_alarm(self, drawing: ClipDrawing | None, predicted: float, true: float) -> None:
        """Show an alarm.

        Args:
            drawing: The clip, ``None`` where it cannot be read.
            predicted: What the model gives it.
            true: What the game gave for it.
        """
        self._figures = predicted, true
        self.clip.show_clip(drawing)
        self.clip.setVisible(drawing is not None)
        self._at = 0
        if drawing is not None:
            self._timer.start(round(1_000 / drawing.pace))
        self._tell()
        self.show()
        self.raise_()
        self.look.setFocus()

    def put_away(self) -> None:
        """Somebody has read it."""
        self._timer.stop()
        self.hide()

    def place(self, width: int, height: int) -> None:
        """Lie in the middle of a host that large."""
        px = theme().px
        size = min(px(_WIDTH), width - 24), min(px(_HEIGHT), height - 24)
        self.clip.setFixedWidth(min(px(_CLIP), size[0] // 3))
        self.setGeometry((width - size[0]) // 2, (height - size[1]) // 2, *size)

    def _step(self) -> None:
        drawing = self.clip.drawing
        if drawing is not None:
            # Some ticks of rest at its end, as with the pairs.
            self._at = (self._at + 1) % (drawing.steps + 4)
            self.clip.show_step(min(self._at, drawing.steps - 1))

    def _tell(self) -> None:
        for label, figure in zip((self.predicted, self.true), self._figures, strict=True):
            label.set_text(number(figure, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, RADIUS, color("surface"), color("warning"))
        painter.fillRect(QRectF(1, RADIUS, 4, self.height() - 2 * RADIUS), color("warning"))
        painter.end()
