"""What a person must know of a training run before anything else: starting, silent, dead, or no number any more."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.state.training_state import TrainingState
from gui.theme import CAPTION, RADIUS, TEXT, color, font
from gui.widgets.link_button import LinkButton
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_PHASES = {
    "starting": "train.banner.starting",
    "compiling": "train.banner.starting",
    "saving": "train.banner.saving",
    "not_responding": "lab.banner.silent",
}

_WIDE = 860


def told(value: object) -> object:
    """Return a placeholder value of a reason as it is shown: counts with separators, the rest as it is."""
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def reason_text(state: TrainingState) -> str:
    """Return why it stands still, empty for no particular reason."""
    if not state.reason or state.phase not in ("paused", "finished"):
        return ""
    return tr(state.reason, **{name: told(value) for name, value in state.reason_params.items()})


def banner_text(state: TrainingState) -> str:
    """Return the sentence to show, empty for none."""
    if state.failure is not None and state.phase == "failed":
        return tr(state.failure.key, **state.failure.params)
    if state.phase in _PHASES:
        return tr(_PHASES[state.phase])
    return reason_text(state) if state.faulty else ""


class TrainingBanner(QWidget):
    """One sentence with the next action; details folded.

    Attributes:
        resume_wanted: Go on in a new worker.
        back_wanted: Go on from the last good checkpoint.
        stop_wanted: End a worker that does not answer.
    """

    resume_wanted = Signal()
    back_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self._host_width = 900
        self.text = TextLabel("", TEXT, wrap=True)
        self.resume = PillButton("train.banner.resume", "run", "plain", small=True)
        self.back = PillButton("train.banner.back", "rewind", "plain", small=True)
        self.stop = PillButton("lab.banner.stop", "close", "plain", small=True)
        self.more = LinkButton("lab.banner.details")
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(font(CAPTION, mono=True))
        self.details.setFixedHeight(150)
        self.details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        for widget in (self.more, self.resume, self.back, self.stop):
            row.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.details)
        self.resume.clicked.connect(self.resume_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.more.clicked.connect(self._fold)
        language().changed.connect(self.retranslate)
        self.hide()

    def _fold(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.place(self._host_width)

    def place(self, width: int) -> None:
        """Lie over the top of a host that wide: nothing below must move for a message."""
        self._host_width = width
        self.setFixedWidth(max(200, min(width - 48, _WIDE)))
        self.adjustSize()
        self.move((width - self.width()) // 2, 12)
        self.raise_()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: TrainingState) -> None:
        """Show what a run needs to say, or hide."""
        self._state = state
        said = banner_text(state)
        self.setVisible(bool(said))
        if not said:
            self.details.hide()
            return
        failed = state.phase == "failed"
        self.text.set_text(said)
        self.resume.set_text_key("train.banner.resume" if state.folder else "train.banner.again")
        self.resume.setVisible(failed)
        self.back.setVisible(state.faulty)
        self.stop.setVisible(state.phase == "not_responding")
        details = state.failure.details if failed and state.failure is not None else ""
        self.more.setVisible(bool(details))
        if details != self.details.toPlainText():
            self.details.setPlainText(details)
        self.place(self._host_width)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        state = self._state
        bad = state.phase in ("failed", "not_responding")
        name = "bad" if bad else "warning" if state.faulty else "line"
        rounded(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, color("raised"), color(name))
        if name != "line":
            painter.fillRect(QRectF(1, RADIUS, 4, self.height() - 2 * RADIUS), color(name))
        painter.end()
