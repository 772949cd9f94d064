"""What an agent that learns from remembered steps remembers, and how old its target is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.state.training_state import TrainingState
from gui.theme import color, theme
from gui.widgets.painted_button import rounded
from gui.widgets.text_label import TextLabel

_BAR = 14

_MEGABYTE, _GIGABYTE = 1e6, 1e9


class FillBar(QWidget):
    """How full something is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    @property
    def share(self) -> float:
        """Between empty (0) and full (1)."""
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(_BAR))

    def show_share(self, share: float) -> None:
        """Show how full it is, between 0 and 1."""
        self._share = min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        rounded(painter, box, 4, color("raised"))
        if self._share > 0:
            rounded(painter, QRectF(0, 0, max(4.0, box.width() * self._share), box.height()), 4, color("accent"))
        painter.end()


class ReplayMemory(QWidget):
    """Fill of the replay memory, its size on this machine, and the age of θ⁻."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self.bar = FillBar()
        self.words = TextLabel("", 13.5, wrap=True)
        self.target = TextLabel("", 13.5, "dim", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.bar, self.words, self.target):
            column.addWidget(widget)
        language().changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: TrainingState) -> None:
        """Show the memory of now."""
        self._state = state
        size, room = state.scalar("replay_size"), state.scalar("replay_capacity")
        known = room > 0
        self.bar.show_share(size / room if known else 0.0)
        self.words.set_text(self._filled(state, size, room) if known else tr("train.small.none"))
        self.target.set_text(self._target(state))
        self.target.setVisible(bool(self.target.text()))

    @staticmethod
    def _filled(state: TrainingState, size: float, room: float) -> str:
        taken = state.scalar("replay_bytes")
        giga = taken >= _GIGABYTE
        amount = number(taken / (_GIGABYTE if giga else _MEGABYTE), 1 if giga else 0)
        key = "train.replay.filled_gb" if giga else "train.replay.filled_mb"
        words = tr(key, size=number(size), room=number(room), amount=amount)
        first = float(state.hyperparameters.get("learning_starts", 0))
        if state.env_steps < first:
            return words + " " + tr("train.replay.waiting", steps=number(first))
        return words

    @staticmethod
    def _target(state: TrainingState) -> str:
        if state.hyperparameters.get("target_network") == "off":
            return tr("train.replay.no_target")
        age = state.scalar("target_age")
        return tr("train.replay.target", updates=number(age)) if age >= 0 else ""
