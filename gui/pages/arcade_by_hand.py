"""Saving the games somebody has played here by hand, for an agent that is to imitate them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from arena.preferences.demonstration_file import ENDING
from arena.preferences.demonstration_shelf import shelf_folder
from arena.protocol.watch_messages import DemonstrationsSaved, GameOver
from gui.language import number, tr
from gui.pages.page import Navigator
from gui.state.watch_model import WatchModel
from gui.state.watch_state import WatchState


class GamesByHandFile(QObject):
    """Asks for the file, and says what is in it.

    Args:
        model: The watched game.
        navigator: Says a sentence to the person.
        host: The page.
    """

    def __init__(self, model: WatchModel, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._model, self._navigator, self._host = model, navigator, host
        self.dialog: QFileDialog | None = None
        model.games_saved.connect(self._told)

    def add_to(self, menu: QMenu) -> QAction:
        """Add it to a menu; before a whole game has been played by hand there is nothing to save."""
        action = menu.addAction(tr("arcade.by_hand.save"), self.ask)
        action.setEnabled(games_by_hand(self._model.state) > 0)
        return action

    def ask(self) -> None:
        """Ask for a file and have the games written to it."""
        name = f"{tr('arcade.by_hand.file')}{ENDING}"
        dialog = QFileDialog(self._host.window(), tr("arcade.by_hand.title"), str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.setNameFilter(f"{tr('arcade.by_hand.filter')} (*{ENDING})")
        dialog.fileSelected.connect(self._model.save_games)
        self.dialog = dialog
        dialog.open()

    def _told(self, saved: DemonstrationsSaved) -> None:
        if Path(saved.file).is_relative_to(shelf_folder()):
            # Recorded for an imitator: what comes next is shown where that is asked for.
            return
        self._navigator.say.emit(
            tr(
                "arcade.by_hand.saved",
                games=number(saved.games),
                steps=number(saved.steps),
                file=Path(saved.file).name,
            )
        )


def by_hand_alone(state: WatchState) -> tuple[GameOver, ...]:
    """Return the whole games a person alone has played and nobody has changed."""
    return tuple(game for game in state.games if game.mover == "person" and not game.edited)


def games_by_hand(state: WatchState) -> int:
    """Return how many of them there are."""
    return len(by_hand_alone(state))
