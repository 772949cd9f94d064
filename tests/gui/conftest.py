"""What every test of the window shares: an empty home, the offscreen platform, and nothing left behind.

Qt's warnings fail a test by the setting ``qt_log_level_fail`` in ``pyproject.toml``.
"""

from __future__ import annotations

import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from agents.runtime.client import WorkerClient, WorkerProcess
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

PATIENCE = 150_000
"""Milliseconds a worker may take that loads its libraries on a machine with other things to do."""


class PatientBot(QtBot):
    """Waits as long as a busy machine needs where pytest-qt would wait for five seconds."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def mouseMove(self, widget: QWidget, pos: QPoint) -> None:
        # Where a test of another window has left the pointer, a move there would be none.
        QTest.mouseMove(widget, pos + QPoint(1, 1))
        QTest.mouseMove(widget, pos)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def patient_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is called silent because the machine is busy; what silence looks like is tested where it is made."""
    monkeypatch.setattr("agents.runtime.client.SILENCE_SECONDS", PATIENCE / 1000)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of every test lies: in one place, so that a worker loaded in one test can serve the next."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def arena_home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for Arena's files."""
    for left in homes.iterdir():
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
    home = homes / "arena home"
    monkeypatch.setenv("ARENA_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def loaded() -> Iterator[list[WorkerProcess]]:
    """The worker that has loaded its libraries and waits for a run, where a test has left one."""
    kept: list[WorkerProcess] = []
    yield kept
    for process in kept:
        process.close()
        process.process.join(PATIENCE / 1000)
        process.process.kill()


@pytest.fixture(autouse=True)
def spare_worker(loaded: list[WorkerProcess], arena_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hand the worker that windows make ready on to the next test instead of ending it: loading takes seconds."""
    drop = WorkerClient.drop_spare
    monkeypatch.setattr(WorkerClient, "drop_spare", lambda: None)
    WorkerClient._spare = loaded.pop() if loaded else None
    yield
    if os.environ.get("ARENA_HOME") == str(arena_home) and WorkerClient._spare is not None:
        loaded.append(WorkerClient._spare)
        WorkerClient._spare = None
    else:
        drop()


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
    # With its first picture: the beats of a step are shown only where the values before it are known.
    qtbot.waitUntil(lambda: page.model.state.phase == "paused" and page.model.state.view is not None)
    page.stage.setFocus()
    return page
