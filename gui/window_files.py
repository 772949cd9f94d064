"""Files of the window: scenes, maps and run folders are opened and scenes saved, by menu, drop and command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from agents.models.library import is_model_folder
from arena.errors import ArenaError
from arena.runs.hand_in import is_hand_in_name
from arena.scenes.scene_file import ENDING
from gui.language import tr

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class WindowFiles(QObject):
    """Opens and saves for the window.

    Args:
        window: The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────────────────

    def open_path(self, path: str) -> None:
        """Show what a path holds: a run, also one handed in, a model, a scene or a map; all else is refused."""
        place = Path(path)
        models = self._window.models.files
        foreign_zip = place.suffix.lower() == ".zip" and not is_hand_in_name(place.name)
        if is_model_folder(place) or place.name == "manifest.json" or foreign_zip:
            models.bring_in(path)
        elif place.is_dir() or not place.suffix:
            self._window.open_run(path)
        elif place.name == "config.json":
            self._window.open_run(str(place.parent))
        elif is_hand_in_name(place.name):
            self._window.handing_in.open_file(place)
        else:
            self._open_file(place)

    def _open_file(self, path: Path) -> None:
        # Late: a window that opens nothing but its start page needs no world.
        from agents.scenes import scene_from

        try:
            scene = scene_from(path)
        except ArenaError as problem:
            self._window.toast.say(tr(problem.key, **problem.params))
            return
        self._remember(path)
        self._window.open_scene(scene)

    def choose_scene(self) -> None:
        """Ask for a scene or map file and open it."""
        dialog = QFileDialog(self._window, tr("scene.open.title"), self._folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        filters = [f"{tr('scene.open.filter')} (*{ENDING})", f"{tr('scene.open.maps')} (*.txt)"]
        dialog.setNameFilters(filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open_path)
        dialog.open()

    def choose_run(self) -> None:
        """Ask for a run folder and open it."""
        from arena.runs.locations import runs_root

        dialog = QFileDialog(self._window, tr("shell.open_run.title"), str(runs_root()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._window.open_run)
        dialog.open()

    # ── saving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def save_scene(self) -> None:
        """Ask what is to be in the file of the present scene and where it is to lie, and write it."""
        from gui.dialogs.save_scene import SaveSceneDialog

        page = self._window.page("lab")
        beginning = page.scene()
        if beginning is None:
            self._window.toast.say(tr("scene.save.nothing"))
            return
        moment, why_not = None, ""
        try:
            moment = page.scene(at_moment=True)
        except ArenaError as problem:
            why_not = tr(problem.key, **problem.params)
        dialog = SaveSceneDialog(self._window, beginning, moment, why_not=why_not, folder=self._folder())
        dialog.saved.connect(self._saved)
        dialog.open()

    def _saved(self, path: str) -> None:
        self._remember(Path(path))
        self._window.toast.say(tr("scene.save.done", name=Path(path).name))

    def _folder(self) -> str:
        """Return the folder that a person chose last, else the one that is meant for scenes."""
        from arena.scenes.scene_store import scenes_folder

        remembered = self._window.store.settings.scene_folder
        return remembered if remembered and Path(remembered).is_dir() else str(scenes_folder())

    def _remember(self, path: Path) -> None:
        self._window.store.settings.scene_folder = str(path.absolute().parent)
