"""Playing in the arcade for an agent that is to imitate it: whole games are kept when somebody has had enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from arena.errors import ArenaError
from arena.preferences.demonstration_shelf import new_file
from arena.protocol.watch_messages import DemonstrationsSaved
from gui.language import tr
from gui.pages.arcade_by_hand import by_hand_alone
from gui.pages.page import Navigator
from gui.panels.recording_strip import RecordingStrip
from gui.state.watch_model import WatchModel
from gui.state.watch_state import WatchState


class ArcadeRecording(QObject):
    """Shows that games are kept, and has them written at the end: each is played again for that, which takes a while.

    Args:
        model: The watched game.
        navigator: The way back.
        host: What the strip lies over.
    """

    def __init__(self, model: WatchModel, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._model, self._navigator = model, navigator
        self._place: tuple[str, Mapping[str, Any]] = ("", {})
        self._path = self._file = ""
        self.strip = RecordingStrip("steps.recording.how_game", host)
        self.strip.done.connect(self._done)
        model.changed.connect(self._follow)
        model.games_saved.connect(self._saved)

    def begin(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Keep the games played at what is watched now."""
        self._place, self._path, self._file = (env_id, env_kwargs), self._model.path, ""
        self.strip.show_games(0, 0, 0.0)
        self.strip.place()
        self.strip.show()

    def _follow(self, state: WatchState) -> None:
        if not self.strip.isHidden() and self._model.path != self._path:
            # Somebody has gone to another game.
            self.strip.hide()
        played = by_hand_alone(state)
        if played:
            mean = sum(game.score for game in played) / len(played)
            self.strip.show_games(len(played), sum(game.length for game in played), mean)
        self.strip.place()

    def _done(self) -> None:
        if not by_hand_alone(self._model.state):
            self._back()
            return
        try:
            self._file = str(new_file(*self._place))
        except ArenaError as problem:
            self._navigator.say.emit(tr(problem.key, **problem.params))
            return
        self._model.save_games(self._file)

    def _saved(self, saved: DemonstrationsSaved) -> None:
        if self._file and saved.file == self._file:
            self._file = ""
            self._back()

    def _back(self) -> None:
        self.strip.hide()
        self._model.pause()
        self._navigator.show_page.emit("prefer")
