"""Keeps :class:`gui.panels.prefer.answered_clips.AnsweredClips` at the newest answer of a run."""

from __future__ import annotations

from PySide6.QtCore import QObject

from arena.preferences.clip import Clip
from gui.panels.prefer.answered_clips import AnsweredClips
from gui.state.preference_model import INSIDE, PreferenceModel
from gui.state.preference_state import PreferenceState
from gui.state.training_state import TrainingState


class LastAnswer(QObject):
    """Reads the clips of the newest answer that counts, and asks the worker what r̂ says of them.

    Args:
        model: The run.
        shown: Shows them.
    """

    def __init__(self, model: PreferenceModel, shown: AnsweredClips) -> None:
        super().__init__(shown)
        self._model, self._shown = model, shown
        self._pair = ""
        model.clips_read.connect(self._read)

    def show_state(self, state: TrainingState, known: PreferenceState) -> None:
        """Show what is known by now; call it only while somebody looks."""
        counted = known.counted
        newest = max(counted, key=lambda label: label.given).pair_id if counted else ""
        if newest != self._pair:
            self._pair = newest
            self._model.read_clips(newest) if newest else self._show(None)
        self._shown.show_arrays(state)

    def _read(self, pair_id: str, clips: tuple[Clip | None, ...]) -> None:
        if pair_id != self._pair:
            # Somebody else looks at another answer.
            return
        left, right = clips
        self._show(None if left is None or right is None else (left, right))

    def _show(self, clips: tuple[Clip, Clip] | None) -> None:
        self._shown.show_clips(clips, self._model.known.layout)
        self._model.layers = (*INSIDE, *self._shown.layers)
        self._model.look_inside(self._model.looking)
