"""What a person must know before anything else: starting, failed, silent, paused for a reason."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.state.run_state import RunState
from gui.theme import CAPTION, RADIUS, TEXT, color, font
from gui.widgets.link_button import LinkButton
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.stage.content import content_of
from gui.widgets.stage.names import action_glyph, state_name
from gui.widgets.text_label import TextLabel

_PHASES = {
    "starting": "lab.banner.starting",
    "starting_own": "lab.banner.starting",
    "compiling": "lab.banner.compiling",
    "saving": "lab.banner.saving",
    "not_responding": "lab.banner.silent",
}


def banner_text(state: RunState) -> str:
    """Return the sentence to show, empty for none."""
    if state.failure is not None and state.phase == "failed":
        return tr(state.failure.key, **state.failure.params)
    if state.phase == "not_responding" and "file" in state.reason_params:
        return tr("own.banner.silent", **state.reason_params)
    if state.phase in _PHASES:
        return tr(_PHASES[state.phase])
    if _own_code_failed(state):
        return tr(state.reason, **state.reason_params)
    if state.reason == "phase.reason.not_finite" and state.world is not None:
        params = dict(state.reason_params)
        return tr(
            state.reason,
            state=state_name(state.world, int(params["state"])),
            action=action_glyph(state.world, int(params["action"])),
            tick=params["tick"],
        )
    return ""


def _own_code_failed(state: RunState) -> bool:
    return state.phase == "paused" and state.reason.startswith("error.own.")


def reason_text(state: RunState) -> str:
    """Return why it is paused, for the line over the stage; empty for no particular reason."""
    told_above = state.reason == "phase.reason.not_finite" or _own_code_failed(state)
    if state.phase in ("paused", "finished") and state.reason and not told_above:
        return tr(state.reason, **state.reason_params)
    return context_text(state)


def context_text(state: RunState) -> str:
    """Return which slice of a world of several contexts is shown; empty for a world of one."""
    content = content_of(state)
    if content is None or len(content.world.layout.context_keys) < 2:
        return ""
    key, params = content.world.layout.context_keys[content.context]
    return tr(key, **params)


class LabBanner(QWidget):
    """One sentence with the next action; details folded.

    Attributes:
        resume_wanted: Go on in a new worker.
        stop_wanted: End a worker that does not answer.
    """

    resume_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._host_width = 900
        self.text = TextLabel("", TEXT, wrap=True)
        self.resume = PillButton("lab.banner.resume", "run", "plain", small=True)
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
        for widget in (self.more, self.resume, self.stop):
            row.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.details)
        self.resume.clicked.connect(self.resume_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.more.clicked.connect(self._fold)
        language().changed.connect(self.retranslate)
        self.hide()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def _fold(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.place(self._host_width)

    def place(self, width: int) -> None:
        """Lie over the top of a host that wide: the stage below must not change its size for a message."""
        self._host_width = width
        wide = min(width - 48, 860)
        self.setFixedWidth(max(200, wide))
        self.adjustSize()
        self.move((width - self.width()) // 2, 58)
        self.raise_()

    def show_state(self, state: RunState) -> None:
        """Show what a run needs to say, or hide."""
        self._state = state
        said = banner_text(state)
        self.setVisible(bool(said))
        if not said:
            return
        failed = state.phase == "failed"
        self.text.set_text(said)
        self.resume.setVisible(failed and bool(state.folder))
        self.stop.setVisible(state.phase == "not_responding")
        details = state.failure.details if failed and state.failure is not None else ""
        details = details or str(state.reason_params.get("details", ""))
        self.more.setVisible(bool(details))
        if not details:
            self.details.hide()
        elif self.details.toPlainText() != details:
            self.details.setPlainText(details)
        self.place(self._host_width)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        phase = self._state.phase
        failed = phase in ("failed", "not_responding") or _own_code_failed(self._state)
        name = "bad" if failed else "warning" if "finite" in self._state.reason else "line"
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, RADIUS, color("raised"), color(name))
        if name != "line":
            painter.fillRect(QRectF(1, RADIUS, 4, self.height() - 2 * RADIUS), color(name))
