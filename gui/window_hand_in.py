"""Handing in from the window, and opening what was handed in, on a thread: both may take seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from arena.errors import ArenaError
from arena.runs.hand_in import ENDING, hand_in_name
from arena.runs.run_folder import RunFolder
from arena.runs.safe_file import run_error
from gui.language import tr

if TYPE_CHECKING:
    from arena.runs.hand_in import HandedIn
    from gui.main_window import MainWindow
    from gui.pages.lab import LabPage
    from gui.pages.page import Page
    from gui.state.scene import Scene


class WindowHandIn(QObject):
    """Handed-in runs, for the window.

    Args:
        window: The window.
    """

    _packed = Signal(str)
    _opened = Signal(object)
    _failed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lab: LabPage | None = None
        self._threads: list[Thread] = []
        self._packed.connect(self._say_packed)
        self._opened.connect(self._show)
        self._failed.connect(lambda problem: window.toast.say(tr(problem.key, **problem.params)))

    def attach(self, page: Page) -> None:
        """Take note of the Lab, whose run is handed in."""
        if page.id == "lab":
            self._lab = cast("LabPage", page)

    def finish(self) -> None:
        """Wait for what is being packed or opened."""
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _start(self, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except ArenaError as problem:
                self._failed.emit(problem)
            except OSError as problem:
                self._failed.emit(run_error(problem, problem.filename or ""))

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(Thread(target=guarded, name="hand-in"))
        self._threads[-1].start()

    # ── handing in ─────────────────────────────────────────────────────────────────────────────────────────────────

    def hand_in(self) -> None:
        """Ask where the file of the present run is to lie, and pack it."""
        lab = self._lab
        folder = lab.model.folder if lab is not None else ""
        if lab is None or not folder:
            self._window.toast.say(tr("own.hand_in.nothing"))
            return
        lab.model.checkpoint()
        name = hand_in_name(RunFolder.open(folder))
        dialog = QFileDialog(self._window, tr("own.hand_in.title"), str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{tr('own.hand_in.filter')} (*{ENDING})"])
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.pack(folder, Path(path)))
        dialog.open()

    def pack(self, folder: str, file: Path) -> None:
        """Pack a run and the scene it is shown in, in the background."""
        scene = self._scene()

        def work() -> None:
            from agents.own.handing_in import hand_in
            from arena.scenes.scene_store import write_scene

            with tempfile.TemporaryDirectory(prefix="arena-hand-in-") as place:
                path = Path(place) / "scene.arena-scene.json"
                # Not every run can be a scene; it is handed in without one then.
                with suppress(ArenaError):
                    if scene is not None:
                        write_scene(path, scene)
                hand_in(folder, file, path if path.is_file() else None)
            self._packed.emit(str(file))

        self._start(work)

    def _scene(self) -> Scene | None:
        """Return what the Lab shows as a scene; called as its world is, where nobody has given it a title."""
        lab = self._lab
        world = lab.model.state.world if lab is not None else None
        if lab is None or world is None:
            return None
        try:
            scene = lab.scene()
        except ArenaError:
            return None
        return replace(scene, title=world.title) if scene is not None and not scene.title else scene

    def _say_packed(self, file: str) -> None:
        self._window.toast.say(tr("own.hand_in.done", name=Path(file).name))

    def choose(self) -> None:
        """Ask for a handed-in run and open it."""
        dialog = QFileDialog(self._window, tr("own.open.title"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{tr('own.hand_in.filter')} (*{ENDING})"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.open()

    def open_file(self, file: Path) -> None:
        """Check a handed-in run in the background, then show it."""

        def work() -> None:
            from agents.own.handing_in import open_handed_in

            self._opened.emit(open_handed_in(file))

        self._start(work)

    def _show(self, opened: HandedIn) -> None:
        self._window.open_run(str(opened.folder))
        scene = opened.scene
        if opened.config.own is None:
            self._window.toast.say(tr("own.recording.handed_in"))
        if scene is not None:
            self._window.toast.say(
                tr("own.recording.handed_in"), tr("own.open.scene"), lambda: self._window.files.open_path(str(scene))
            )
