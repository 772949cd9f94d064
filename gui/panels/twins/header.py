"""The heading of one of two runs: its stroke, what it has that the other has not, where it stands."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from arena.protocol.messages import Failed
from gui.language import number, tr
from gui.panels.twins.strokes import INKS, stroke
from gui.state.run_state import RunState
from gui.theme import CAPTION, TEXT, theme
from gui.widgets.link_button import LinkButton
from gui.widgets.text_label import TextLabel

_SAMPLE = 34


class Sample(QWidget):
    """A short piece of a side's stroke.

    Args:
        side: 0 or 1.
    """

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(_SAMPLE), theme().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(stroke(self._side, 3.0 * theme().scale))
        painter.drawLine(QPointF(1, self.height() / 2), QPointF(self.width() - 2, self.height() / 2))


class TwinHeader(QWidget):
    """The heading over a stage.

    Args:
        side: 0 or 1.

    Attributes:
        resume_wanted: The run that ended is to be begun anew.
        stop_wanted: The worker that does not answer is to be ended.
    """

    resume_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._words = ""
        self.words = TextLabel("", TEXT + 1, INKS[side], semibold=True)
        self.words.setMinimumWidth(20)
        self.status = TextLabel("", CAPTION, "dim", mono=True)
        self.status.setMinimumWidth(20)
        self.resume = LinkButton("lab.banner.resume")
        self.stop = LinkButton("lab.banner.stop")
        self.resume.clicked.connect(self.resume_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(8)
        row.addWidget(Sample(side))
        row.addWidget(self.words)
        row.addWidget(self.status, 1)
        row.addWidget(self.resume)
        row.addWidget(self.stop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)
        self.resume.hide()
        self.stop.hide()

    def sizeHint(self) -> QSize:
        return QSize(300, theme().px(26))

    def show_words(self, words: str) -> None:
        """Show what this side has that the other one has not, in the language in use."""
        self._words = words
        self.words.set_text(words)
        self.setAccessibleName(words)

    def show_state(self, state: RunState) -> None:
        """Show where the run stands, or why it goes no further."""
        self._state = state
        failed = state.phase == "failed"
        self.resume.setVisible(failed)
        self.stop.setVisible(state.phase == "not_responding")
        self.status.set_ink("bad" if failed or state.phase == "not_responding" else "dim")
        text = where(state)
        self.status.set_text(text)
        self.status.setToolTip(text if failed else "")


def where(state: RunState) -> str:
    """Return in one line where a run stands, or why it goes no further."""
    if isinstance(state.failure, Failed) and state.phase == "failed":
        return tr(state.failure.key, **state.failure.params)
    if state.phase in ("starting", "compiling", "saving"):
        return tr("lab.banner." + state.phase)
    if state.phase == "not_responding":
        return tr("lab.banner.silent")
    if state.phase == "finished":
        return tr("phase.reason.converged")
    if state.reason == "phase.reason.not_finite":
        return tr("twins.not_finite", tick=number(state.env_steps))
    parts = [tr("twins.step", count=number(state.env_steps)), tr("twins.episodes", count=number(state.episodes))]
    if theme().projector:
        # What does not fit that big is not shown.
        return parts[0]
    if state.epsilon >= 0:
        parts.append(f"ε {number(state.epsilon, 2)}")
    return " · ".join(parts)
