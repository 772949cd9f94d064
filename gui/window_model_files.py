"""Models in and out of the window: brought in, written for others, made of a run, each in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog

from agents.models.library import ModelEntry, free_name, is_model_folder
from arena.errors import ArenaError
from gui.language import tr
from gui.state.model_errand import ModelErrand
from gui.state.model_words import plays_game

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_REMIND_MS = 4000
"""A remark goes by itself; while something is under way, it is made again."""


class WindowModelFiles(QObject):
    """One errand at a time, told in the window's remark.

    Args:
        window: The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._said = ""
        self.errand = ModelErrand(self)
        self.errand.done.connect(self._done)
        self.errand.failed.connect(self._failed)
        self._reminder = QTimer(self)
        self._reminder.setInterval(_REMIND_MS)
        self._reminder.timeout.connect(self._say)

    def _start(self, kind: str, wanted: Mapping[str, Any], said: str) -> None:
        self._said = said
        self.errand.start(kind, wanted)
        self._say()
        self._reminder.start()

    def _say(self) -> None:
        self._window.toast.say(self._said, tr("library.cancel"), self.cancel)

    def cancel(self) -> None:
        """End what is under way; nothing of it is left. What was over by then is there, and that is said instead."""
        self.errand.look()
        if not self.errand.busy:
            return
        self._reminder.stop()
        self.errand.cancel()
        self._window.toast.say(tr("library.cancelled"))

    def finish(self) -> None:
        """End what is under way: the window closes."""
        self._reminder.stop()
        self.errand.cancel()

    # ── in ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def choose(self) -> None:
        """Ask for a zip to bring in; a model's folder is dropped on the window, or its manifest is chosen."""
        dialog = QFileDialog(self._window, tr("library.import.title"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{tr('library.import.filter')} (*.zip manifest.json)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.bring_in)
        dialog.open()

    def bring_in(self, path: str) -> None:
        """Bring in a model's folder, or after a question a zip of Stable-Baselines3."""
        place = Path(path)
        place = place.parent if place.name == "manifest.json" else place
        if is_model_folder(place):
            self._import(place, "")
            return
        from gui.dialogs.import_model import ImportModelDialog

        dialog = ImportModelDialog(self._window, place.name)
        dialog.chosen.connect(lambda env_id: self._import(place, env_id))
        dialog.open()

    def _import(self, path: Path, env_id: str) -> None:
        self._start("import", {"path": str(path), "env_id": env_id}, tr("library.importing", name=path.name))

    # ── out ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def export(self, entry: ModelEntry) -> None:
        """Ask where a model is to lie and in which form, and write it there."""
        ours, theirs = f"{tr('library.export.ours')} (*)", f"{tr('library.export.sb3')} (*.zip)"
        dialog = QFileDialog(self._window, tr("library.export.title"), str(Path.home() / entry.name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, on=False)
        dialog.setNameFilters([theirs, ours] if plays_game(entry) else [ours])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.write(entry, path, sb3=dialog.selectedNameFilter() == theirs))
        dialog.open()

    def write(self, entry: ModelEntry, path: str, *, sb3: bool) -> None:
        """Write a model: as a zip for Stable-Baselines3, or as a folder of ours."""
        target = Path(path)
        if sb3 and target.suffix.lower() != ".zip":
            target = target.with_name(target.name + ".zip")
        wanted = {"folder": str(entry.folder), "target": str(target), "kind": "sb3" if sb3 else "ours"}
        self._start("export", wanted, tr("library.exporting", name=entry.name))

    def save_run(self, run: str) -> None:
        """Ask what the agent of a run is to be called, and keep it as it is now."""
        from gui.dialogs.name_model import NameModelDialog

        offered = free_name(Path(run).name.rsplit("__", 1)[0].replace("__", "-") or "agent")
        NameModelDialog(
            self._window,
            "library.save.title",
            "library.save.line",
            offered,
            lambda name: self._start("save", {"run": run, "name": name}, tr("library.saving", name=name)),
        ).open()

    def train_on(self, entry: ModelEntry) -> None:
        """Make a run that begins with a model's weights, and show it."""
        self._start("train", {"folder": str(entry.folder)}, tr("library.train.making", name=entry.name))

    # ── what came of it ────────────────────────────────────────────────────────────────────────────────────────────

    def _done(self, answer: Mapping[str, Any]) -> None:
        self._reminder.stop()
        navigator = self._window.navigator
        navigator.library.load()
        if "run" in answer:
            self._window.open_run(str(answer["run"]))
            self._window.toast.say(tr("library.train.begun"))
        elif "folder" in answer:
            folder = str(answer["folder"])
            text = tr("library.there", name=Path(folder).name)
            self._window.toast.say(text, tr("library.play"), lambda: navigator.model_wanted.emit("play", folder))
        elif answer["loader"]:
            self._window.toast.say(tr("library.exported.sb3", name=answer["name"], loader=answer["loader"]))
        else:
            self._window.toast.say(tr("library.exported", name=answer["name"]))

    def _failed(self, problem: ArenaError) -> None:
        self._reminder.stop()
        self._window.toast.say(tr(problem.key, **problem.params))
