"""Models in the window: played, told of, renamed, deleted with undo; what the start page's cards and menus ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from agents.models.library import ModelEntry, open_model
from agents.models.manifest import RUN
from agents.models.trash import DeletedModel
from arena.errors import ArenaError
from gui.language import tr
from gui.state.library import Library
from gui.state.model_words import plays_game
from gui.window_model_files import WindowModelFiles

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class WindowModels(QObject):
    """What one can do with a model.

    Args:
        window: The window.
        library: The models.
    """

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window = window
        self.library = library
        self.files = WindowModelFiles(window)
        library.deleted.connect(self._deleted)
        library.failed.connect(self._say)
        window.navigator.model_wanted.connect(self.do)
        window.navigator.import_wanted.connect(self.files.choose)

    def do(self, what: str, folder: str) -> None:
        """Do with a model what was asked for; what cannot be done is told in one sentence.

        Args:
            what: ``play ages card train evaluate export rename delete``, or ``save`` for the agent of a run.
            folder: The model's, for ``save`` the run's.
        """
        if what == "save":
            self.files.save_run(folder)
            return
        if what == "delete":
            # Also a damaged one.
            self.library.delete(Path(folder).name)
            return
        try:
            entry = open_model(Path(folder))
        except ArenaError as problem:
            self._say(problem)
            self.library.load()
            return
        acts: dict[str, Callable[[ModelEntry], None]] = {
            "play": self.play,
            "ages": lambda model: self._window.navigator.ages_wanted.emit(str(model.folder)),
            "train": self.train_on,
            "card": self.show_card,
            "evaluate": self.evaluate,
            "export": self.files.export,
            "rename": self.rename,
        }
        acts[what](entry)

    def play(self, entry: ModelEntry) -> None:
        """Let it play: a network in the arcade, a table with its whole past in the Lab."""
        if plays_game(entry):
            self._window.navigator.watch_wanted.emit(str(entry.folder))
        else:
            self._window.handing_in.open_file(entry.folder / RUN)

    def train_on(self, entry: ModelEntry) -> None:
        """Let it learn on: a table exactly where it stopped, a network in a new run that begins with its weights."""
        if plays_game(entry):
            self.files.train_on(entry)
        else:
            self.play(entry)

    def show_card(self, entry: ModelEntry) -> None:
        """Show its card."""
        from gui.panels.library.card_dialog import ModelCardDialog

        dialog = ModelCardDialog(self._window, entry)
        dialog.wanted.connect(lambda what: self.do(what, str(entry.folder)))
        dialog.open()

    def evaluate(self, entry: ModelEntry) -> None:
        """Let it play whole games and show every score."""
        from gui.panels.library.evaluate_dialog import EvaluateModelDialog

        dialog = EvaluateModelDialog(self._window, entry)
        dialog.kept.connect(self.library.load)
        dialog.open()

    def save_shown(self) -> None:
        """Keep the agent of the run that is shown."""
        page = self._window.current
        run = page.run_folder() if page is not None else ""
        if run:
            self.files.save_run(run)
        else:
            self._window.toast.say(tr("library.save.nothing"))

    def rename(self, entry: ModelEntry) -> None:
        """Ask for another name."""
        from gui.dialogs.name_model import NameModelDialog

        NameModelDialog(
            self._window,
            "library.rename.title",
            "library.rename.line",
            entry.name,
            partial(self.library.rename, entry.name),
        ).open()

    def _deleted(self, gone: DeletedModel) -> None:
        self._window.toast.say(
            tr("library.deleted", name=gone.name), tr("library.undo"), lambda: self.library.undo(gone)
        )

    def _say(self, problem: ArenaError) -> None:
        self._window.toast.say(tr(problem.key, **problem.params))

    def finish(self) -> None:
        """Wait for what is being done: the window closes."""
        self.files.finish()
        self.library.finish()
