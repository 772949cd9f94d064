"""What every test of the window shares: an empty home, the offscreen platform, and nothing left behind.

Qt's warnings fail a test by the setting ``qt_log_level_fail`` in ``pyproject.toml``.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from gui.fonts import load_fonts
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.lab import LabPage
from gui.settings_store import SettingsStore
from gui.state.scene import SCENES
from gui.style import keep_style
from gui.theme import theme

if TYPE_CHECKING:
    from gui.panels.map_editor.editor import MapEditor


_ENOUGH = 20_000
"""So many new objects make it worth looking for garbage after a test."""


@pytest.fixture(autouse=True)
def arena_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for Arena's files."""
    home = tmp_path / "arena home"
    monkeypatch.setenv("ARENA_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application with its fonts and style, dressed once."""
    load_fonts()
    keep_style()
    return qapp


@pytest.fixture(autouse=True)
def plain_looks(dressed: QApplication) -> Iterator[None]:
    """English, dark and without motion before and after every test."""
    _reset_looks()
    yield
    _reset_looks()


def _reset_looks() -> None:
    language().choose("en")
    if theme().projector:
        theme().set_projector(False)
    if not theme().reduced_motion:
        theme().set_reduced_motion(True)
    if theme().wish != "dark":
        theme().set_wish("dark")


@pytest.fixture(autouse=True)
def nothing_left_behind(dressed: QApplication, qtbot: QtBot) -> Iterator[None]:
    """Fail a test that leaves a window, a running timer of one, or a thread behind.

    Asking for ``qtbot`` here makes this outlive nothing of it: its widgets are closed when the test's own part ends,
    which pytest-qt does before fixtures are torn down.
    """
    # As in the window itself: nothing is collected in the middle of Qt's calls, see gui/garbage.py.
    gc.disable()
    threads = set(threading.enumerate())
    widgets = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    if gc.get_count()[0] > _ENOUGH:
        gc.collect()
    gc.enable()
    new = [w for w in QApplication.topLevelWidgets() if id(w) not in widgets and w.parent() is None]
    left = [widget for widget in new if widget.isVisible() or _ticking(widget)]
    assert not left, f"left open: {left}"
    late = [
        thread for thread in set(threading.enumerate()) - threads if not thread.daemon or "Dummy" not in thread.name
    ]
    assert not late, f"still running: {late}"


@pytest.fixture
def editor(qtbot: QtBot) -> Iterator[MapEditor]:
    """A map editor with a field of 3 × 5 cells in it."""
    from gui.panels.map_editor.editor import MapEditor

    made = MapEditor()
    qtbot.addWidget(made)
    made.resize(1204, 774)
    made.show()
    made.open_map("title: Field\nstep: -1\n---\nS....\n.....\n....G\n")
    yield made
    made.close()


def _ticking(widget: QWidget) -> list[QTimer]:
    return [timer for timer in widget.findChildren(QTimer) if timer.isActive()]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.open_scene(SCENES[0])
    yield made
    made.close_now()
    WorkerClient.drop_spare()


@pytest.fixture
def lab(window: MainWindow, qtbot: QtBot) -> LabPage:
    page = window.page("lab")
    assert isinstance(page, LabPage)
    qtbot.waitUntil(lambda: page.model.state.phase == "paused", timeout=60_000)
    page.stage.setFocus()
    return page
