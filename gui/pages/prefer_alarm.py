"""When the reward model may be gamed: the clip over the page, until somebody goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from arena.errors import ArenaError
from arena.preferences.clip_file import read_clip
from arena.protocol.messages import Pause
from arena.protocol.preference_messages import HackSuspected
from gui.panels.prefer.clip_drawing import drawing_of
from gui.panels.prefer.hack_notice import HackNotice
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState


class PreferAlarm(QObject):
    """Shows it and puts it away.

    Args:
        model: The run.
        host: What it lies over.

    Attributes:
        gone_on: Somebody has read it and wants to go on.
    """

    gone_on = Signal()

    def __init__(self, model: PreferenceModel, host: QWidget) -> None:
        super().__init__(host)
        self._model, self._host = model, host
        self._shown: HackSuspected | None = None
        self.notice = HackNotice(host)
        self.notice.go_on_wanted.connect(self._go_on)

    def end(self) -> None:
        """Put it away and tell no more of it."""
        if self._shown is not None:
            self.notice.put_away()
            self._model.forget_alarm()

    def _go_on(self) -> None:
        self.end()
        if self._model.state.phase != "running":
            self._model.run()
        self.gone_on.emit()

    def place(self) -> None:
        """Lie over the middle of the host."""
        self.notice.place(self._host.width(), self._host.height())

    def show_state(self, known: PreferenceState) -> None:
        """Show an alarm that is new, put one away that is over."""
        if known.alarm is self._shown:
            return
        self._shown = known.alarm
        if known.alarm is None:
            self.notice.put_away()
            return
        if known.plan is not None and not known.plan.has_person:
            # Where a person answers, the run has paused of itself.
            self._model.ask(Pause())
        try:
            drawing = drawing_of(read_clip(Path(known.alarm.clip_file)), known.layout)
        except ArenaError:
            drawing = None
        self.place()
        self.notice.show_alarm(drawing, known.alarm.predicted, known.alarm.true)
