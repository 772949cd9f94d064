"""The bar at the bottom of a training run: train or pause, one update, save now; and how far it is to the horizon."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.training.training_banner import reason_text
from gui.state.training_state import TrainingState
from gui.theme import color, font, theme
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton


class HorizonLine(QWidget):
    """Steps done of those there are to be, with a mark where weights were kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("train.line"))
        self.setToolTip(tr("train.line.tip"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(30))

    def show_state(self, state: TrainingState) -> None:
        """Show how far it is."""
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px, ready = theme().px, self._state.ready
        bar = QRectF(16, px(6), self.width() - 32, 4)
        rounded(painter, bar, 2, color("line"))
        if ready is not None:
            horizon = max(1, ready.horizon)
            done = min(1.0, self._state.env_steps / horizon)
            rounded(painter, QRectF(bar.x(), bar.y(), bar.width() * done, bar.height()), 2, color("accent"))
            for age in self._state.ages:
                x = bar.x() + bar.width() * min(1.0, float(age["env_steps"]) / horizon)
                painter.fillRect(QRectF(x - 0.5, bar.y() - px(5), 1, px(5)), color("dim"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent"))
            painter.drawEllipse(QRectF(bar.x() + bar.width() * done - 6, bar.center().y() - 6, 12, 12))
            painter.setFont(font(px(11.5), mono=True))
            painter.setPen(color("dim"))
            foot = QRectF(bar.x(), bar.bottom() + 4, bar.width(), self.height() - bar.bottom() - 4)
            now = tr("train.line.now", steps=number(self._state.env_steps), updates=number(self._state.updates))
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), now)
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), tr("train.line.end", steps=number(horizon)))
        painter.end()


class TrainTransport(QWidget):
    """Buttons that drive a training run.

    Attributes:
        toggled: Train or pause.
        stepped: One update.
        saved: Save now.
    """

    toggled = Signal()
    stepped = Signal()
    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self.run = PillButton("train.run", "run", "primary", tip_key="train.run.tip")
        self.step = PillButton("train.step", "step", "plain", tip_key="train.step.tip")
        self.save = PillButton("train.save", "save", "plain", tip_key="train.save.tip")
        self.words = ElidedLabel("", 13.5, "dim")
        self.line = HorizonLine()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 2)
        rows.setSpacing(4)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for widget in (self.run, self.step, self.save):
            row.addWidget(widget)
        row.addWidget(self.words, 1)
        rows.addLayout(row)
        rows.addWidget(self.line)
        self.run.clicked.connect(self.toggled)
        self.step.clicked.connect(self.stepped)
        self.save.clicked.connect(self.saved)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self._fix_width)
        self._fix_width()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self._fix_width()
        self.show_state(self._state)

    def _fix_width(self) -> None:
        # The button says Train or Pause; it must not move what stands beside it.
        shown = self.run.text()
        widths = []
        for key in ("train.run", "train.pause"):
            self.run.set_text_key(key)
            widths.append(self.run.sizeHint().width())
        self.run.set_text_key("train.pause" if shown == tr("train.pause") else "train.run")
        self.run.setMinimumWidth(max(widths))

    def show_state(self, state: TrainingState) -> None:
        """Show whether it trains, and what can be done."""
        self._state = state
        running = state.phase == "running"
        self.run.set_text_key("train.pause" if running else "train.run")
        self.run.set_icon_name("pause" if running else "run")
        there = state.ready is not None and state.phase in ("running", "paused")
        self.run.setEnabled(there)
        self.step.setEnabled(there and not running)
        self.save.setEnabled(there and not state.faulty)
        self.words.set_text(self._said(state))
        self.line.show_state(state)

    @staticmethod
    def _said(state: TrainingState) -> str:
        if state.phase == "running":
            return tr("train.doing." + state.doing)
        if state.faulty:
            return ""
        ready = state.ready
        if state.phase != "paused" or ready is None or state.env_steps != ready.env_steps:
            return reason_text(state)
        # Nothing was learned since it was opened: what it knows it brought with it.
        if state.env_steps:
            return tr("train.ready.checkpoint", steps=number(state.env_steps))
        if ready.begun_with:
            steps = number(int(ready.begun_with["env_steps"]))
            return tr("train.ready.model", name=str(ready.begun_with["model"]), steps=steps)
        return tr("train.ready")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        painter.fillRect(0, 0, self.width(), 1, color("line"))
        painter.end()
