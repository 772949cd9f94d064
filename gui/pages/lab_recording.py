"""Playing in the Lab for an agent that is to imitate it: every whole game is kept as it ends."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from arena.errors import ArenaError
from gui.language import tr
from gui.pages.page import Navigator
from gui.panels.recording_strip import RecordingStrip
from gui.state.hand_games import HandGames
from gui.state.run_model import RunModel
from gui.state.run_state import RunState


class LabRecording(QObject):
    """Shows that games are kept, until somebody has played enough or does something else.

    Args:
        model: The Lab's run.
        navigator: The way back.
        host: The part of the page that has the strip.
    """

    def __init__(self, model: RunModel, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._navigator = navigator
        self._run, self._by_hand = "", False
        self.games = HandGames(model)
        self.strip = RecordingStrip("steps.recording.how", host)
        self.strip.done.connect(self._done)
        self.games.changed.connect(self._show)
        self.games.failed.connect(self._failed)
        model.changed.connect(self._follow)

    def begin(self) -> None:
        """Keep the games of the run that has just been opened."""
        self._run, self._by_hand = "", False
        self.games.begin()

    def _follow(self, state: RunState) -> None:
        if not self.games.on or not state.folder:
            return
        self._run = self._run or state.folder
        self._by_hand = self._by_hand or state.mover == "person"
        # Somebody lets an agent move again, or has gone to another run.
        if state.folder != self._run or (self._by_hand and state.mover != "person"):
            self.games.end()

    def _show(self) -> None:
        games = self.games
        self.strip.setVisible(games.on)
        self.strip.show_games(games.games, games.steps, games.mean_return)

    def _done(self) -> None:
        self.games.end()
        self._navigator.show_page.emit("prefer")

    def _failed(self, problem: ArenaError) -> None:
        self._navigator.say.emit(tr(problem.key, **problem.params))
