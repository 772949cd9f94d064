"""TensorBoard from the window's menu: the real one, opened in a browser that is written down instead of opened."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from gui.language import tr
from gui.main_window import MainWindow
from gui.settings_store import SettingsStore


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close_now()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(QUrl(url).toString()) or True)
    return asked


def test_that_the_browser_is_opened_once_it_answers_and_it_ends_with_the_window(
    window: MainWindow, qtbot: QtBot, opened: list[str]
) -> None:
    window.menus.tensorboard_wanted.emit()
    assert window.toast.text == tr("library.tensorboard.starting")
    assert window.toast.action.text() == tr("library.cancel")
    qtbot.waitUntil(lambda: bool(opened))
    port = int(opened[0].rstrip("/").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    window.toast.action.click()
    # The same one again, not a second.
    assert opened == [opened[0]] * 2
    window.close_now()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_that_waiting_for_it_can_be_cancelled(window: MainWindow, qtbot: QtBot, opened: list[str]) -> None:
    window.tensorboard.open()
    window.toast.action.click()
    qtbot.waitUntil(lambda: window.toast.text == tr("library.cancelled"))
    assert not opened and window.tensorboard.url == ""


def test_that_a_missing_package_is_told_in_one_sentence(
    window: MainWindow, qtbot: QtBot, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.tensorboard.child.PACKAGE", "no_such_package")
    window.tensorboard.open()
    qtbot.waitUntil(lambda: window.toast.text == tr("error.tensorboard.missing"))
    assert not opened
