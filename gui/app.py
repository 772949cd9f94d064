"""The application: command line of the window, fonts, palette, language, faults, and the first picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from agents.command_line.display import has_display
from agents.runtime.client import WorkerClient
from arena.texts import render
from gui.faults import Faults, Interrupts
from gui.fonts import load_fonts
from gui.garbage import TidyGarbage
from gui.language import language, language_of_system
from gui.main_window import MainWindow
from gui.page_places import PLACES
from gui.settings_store import SettingsStore
from gui.state.scene import scene
from gui.style import keep_style
from gui.theme import theme

PREWARM_MS = 300
"""How long after the window a first worker begins to load its libraries."""


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="arena", allow_abbrev=False)
    parser.add_argument("--page", choices=[place.id for place in PLACES], default="")
    parser.add_argument("what", nargs="?", default="", metavar="SCENE_FILE_OR_RUN")
    return parser.parse_args(argv)


def application() -> QApplication:
    """Return the Qt application, made, named and dressed."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([])
    app.setApplicationName("arena")
    app.setApplicationDisplayName(render("app.name"))
    QGuiApplication.setDesktopFileName("arena")
    load_fonts()
    return app


def open_window(store: SettingsStore, *, page: str = "", what: str = "") -> MainWindow:
    """Show the window with what is remembered.

    Args:
        store: What is remembered.
        page: Page to begin with; the start page if empty.
        what: A scene's name, a scene or map file, or a run's folder to begin with.
    """
    language().choose(store.settings.language or language_of_system())
    theme().set_wish(store.settings.appearance)
    theme().set_reduced_motion(store.settings.reduced_motion)
    keep_style()
    window = MainWindow(store)
    window.show_page(page or "start")
    window.show()
    if what:
        # After the first picture: what is shown then is at worst an empty Lab, never no window.
        QTimer.singleShot(0, window, lambda: _begin_with(window, what))
    return window


def _begin_with(window: MainWindow, what: str) -> None:
    wanted = scene(what)
    if wanted is not None and not Path(what).exists():
        window.open_scene(wanted)
    else:
        window.files.open_path(str(Path(what).expanduser()))


def _close_all(windows: list[MainWindow]) -> None:
    for window in windows:
        window.close_now()


def main(argv: list[str]) -> int:
    """Open the window and stay until it is closed.

    Args:
        argv: Arguments after the program's name.

    Returns:
        Exit code.
    """
    given = _arguments(argv)
    if not has_display():
        sys.stderr.write(render("error.window.no_display") + "\n")
        return 2
    app = application()
    opened: list[MainWindow] = []
    # Before the window is made: Ctrl-C inside one of Qt's calls would be printed there and forgotten.
    with Interrupts(lambda: _close_all(opened)):
        tidy = TidyGarbage()
        opened.append(open_window(SettingsStore(), page=given.page, what=given.what))
        faults = Faults(opened[0])
        faults.watch()
        # Once the first picture is there: whoever presses Enter and Space then sees learning at once.
        QTimer.singleShot(PREWARM_MS, WorkerClient.prewarm)
        code = app.exec()
    tidy.end()
    faults.leave()
    WorkerClient.drop_spare()
    return code
