"""What a person must know of a training run before anything else: starting, silent, dead, or no number any more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.language import number, tr
from gui.state.training_state import TrainingState
from gui.widgets.pill_button import PillButton
from gui.widgets.run_banner import RunBanner

_PHASES = {
    "starting": "train.banner.starting",
    "compiling": "train.banner.starting",
    "saving": "train.banner.saving",
    "not_responding": "lab.banner.silent",
}


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


class TrainingBanner(RunBanner):
    """What a training run needs to say.

    Attributes:
        back_wanted: Go on from the last good checkpoint.
    """

    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._state = TrainingState()
        super().__init__("lab.banner.resume", 12, parent)
        self.back = PillButton("train.banner.back", "rewind", "plain", small=True)
        self.row.insertWidget(self.row.indexOf(self.stop), self.back)
        self.back.clicked.connect(self.back_wanted)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: TrainingState) -> None:
        """Show what a run needs to say, or hide."""
        self._state = state
        failed, silent = state.phase == "failed", state.phase == "not_responding"
        self.resume.set_text_key("lab.banner.resume" if state.folder else "train.banner.again")
        self.resume.setVisible(failed)
        self.back.setVisible(state.faulty)
        self.stop.setVisible(silent)
        details = state.failure.details if failed and state.failure is not None else ""
        self.say(banner_text(state), details, "bad" if failed or silent else "warning" if state.faulty else "line")
