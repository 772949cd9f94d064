"""The window: places, keys, what it remembers, and what it does when something goes wrong."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from arena.errors import UsageError
from arena.texts import LANGUAGES
from gui.app import main
from gui.dialogs.close_question import CloseQuestion
from gui.dialogs.error import ErrorDialog
from gui.faults import Faults
from gui.language import language, tr
from gui.main_window import MainWindow
from gui.pages.start import StartPage
from gui.settings_store import FILE_NAME, SettingsStore, WindowSettings
from gui.theme import color, theme
from gui.widgets.rail import TINT_WIDTH, RailButton


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow()
    qtbot.addWidget(made)
    made.show_page("start")
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_now()


def action(window: MainWindow, key: str) -> QAction:
    wanted = tr(key)

    def look(menu: QMenu) -> QAction | None:
        for each in menu.actions():
            inner = each.menu()
            if each.text() == wanted and inner is None:
                return each
            found = look(inner) if isinstance(inner, QMenu) else None
            if found is not None:
                return found
        return None

    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        found = look(menu)
        if found is not None:
            return found
    raise AssertionError(f"no menu says {wanted}")


def test_that_the_rail_shows_the_pages_that_are_built_and_no_others(window: MainWindow) -> None:
    assert [button.text() for button in window.rail.findChildren(RailButton)] == [
        "Start",
        "Lab",
        "Prefer",
        "Experiments",
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_that_every_name_in_the_rail_has_air_at_both_sides(window: MainWindow, code: str) -> None:
    language().choose(code)
    assert window.rail.width() > TINT_WIDTH
    for button in window.rail.findChildren(RailButton):
        # As it is painted: every pixel of its own ink lies well inside the tint of the chosen place.
        button.setChecked(True)
        image = button.grab(QRect(0, 33, button.width(), 16)).toImage()
        ink = color("accent").name()
        columns = [
            x for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).name() == ink
        ]
        edge = (button.width() - TINT_WIDTH) / 2
        assert edge + 3 <= min(columns) and max(columns) <= button.width() - edge - 3


def test_that_f5_leaves_only_the_page_and_both_f5_and_esc_bring_the_rest_back(window: MainWindow, qtbot: QtBot) -> None:
    for way_back in (Qt.Key.Key_F5, Qt.Key.Key_Escape):
        qtbot.keyClick(window, Qt.Key.Key_F5)
        assert theme().projector
        assert not window.rail.isVisible()
        assert not window.menuBar().isVisible()
        assert window.toast.isVisible()
        qtbot.keyClick(QApplication.focusWidget() or window, way_back)
        assert not theme().projector
        assert window.rail.isVisible()
        assert window.menuBar().isVisible()


def test_that_f11_fills_the_screen_and_leaves_it(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    assert action(window, "menu.view.full_screen").isChecked()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_that_a_language_chosen_in_the_menu_is_spoken_at_once_and_remembered(window: MainWindow) -> None:
    action(window, "language.zh_TW").trigger()
    assert window.windowTitle() == "開始 · Arena"
    assert [button.text() for button in window.rail.findChildren(RailButton)] == ["開始", "實驗室", "偏好", "實驗"]
    assert action(window, "language.zh_TW").isChecked()
    window.close_now()
    assert SettingsStore().settings.language == "zh_TW"


def test_that_an_appearance_chosen_in_the_menu_is_worn_at_once_and_remembered(window: MainWindow) -> None:
    action(window, "menu.view.theme.light").trigger()
    assert QApplication.palette().window().color().name() == "#f4f6f8"
    assert SettingsStore().settings.appearance == "light"


def test_that_the_window_comes_back_where_it_was(qtbot: QtBot) -> None:
    first = MainWindow()
    qtbot.addWidget(first)
    first.show()
    # The offscreen platform's screen is 800 pixels wide: no window is restored wider than a screen.
    first.resize(first.width(), 707)
    first.close()
    second = MainWindow()
    qtbot.addWidget(second)
    assert second.height() == 707


def test_that_damaged_settings_are_kept_aside_and_told_and_the_window_opens(qtbot: QtBot, arena_home: Path) -> None:
    arena_home.mkdir()
    (arena_home / FILE_NAME).write_bytes(b'{"language": "zh_TW", "appea')
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    assert (arena_home / f"{FILE_NAME}.damaged").is_file()
    assert f"{FILE_NAME}.damaged" in window.toast.text
    window.close()


def test_that_a_setting_of_the_wrong_kind_costs_only_itself(arena_home: Path) -> None:
    arena_home.mkdir()
    given = {"language": "klingon", "appearance": 7, "reduced_motion": True, "geometry": "ä", "of": "a newer version"}
    (arena_home / FILE_NAME).write_text(json.dumps(given), encoding="utf-8")
    assert SettingsStore().settings == WindowSettings(reduced_motion=True)


@settings(max_examples=150, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(("language", "appearance", "geometry", "reduced_motion", "page")), inner, max_size=4
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_that_no_settings_file_keeps_the_window_from_opening(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("home")
    (folder / FILE_NAME).write_bytes(content)
    remembered = SettingsStore(folder).settings
    assert remembered.appearance in ("system", "dark", "light")
    assert remembered.language in ("", *LANGUAGES)


def test_that_settings_that_cannot_be_saved_are_told_with_the_place(
    window: MainWindow, arena_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena_home.parent.mkdir(exist_ok=True)
    blocked = arena_home.parent / "a file"
    blocked.write_text("in the way")
    monkeypatch.setattr(window._store, "_path", blocked / FILE_NAME)
    action(window, "menu.view.theme.light").trigger()
    assert str(blocked) in window.toast.text


class Training(StartPage):
    """A page in which something trains."""

    ended = 0

    def busy(self) -> bool:
        return not self.ended

    def shutdown(self) -> None:
        super().shutdown()
        self.ended += 1


@pytest.fixture
def training(window: MainWindow) -> Training:
    page = Training(window.navigator)
    window._stack.addWidget(page)
    window._pages["training"] = page
    return page


def test_that_closing_while_something_trains_asks_and_no_keeps_everything(
    window: MainWindow, training: Training, qtbot: QtBot
) -> None:
    window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    assert question.isVisible()
    assert window.isVisible()
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert training.ended == 0


def test_that_closing_after_yes_ends_every_page_once(window: MainWindow, training: Training, qtbot: QtBot) -> None:
    window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    qtbot.mouseClick(question.leave, Qt.MouseButton.LeftButton)
    assert not window.isVisible()
    assert training.ended == 1


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # Straight to the window: sent through the application, a drop counts only for the target of a real drag.
    window.dragEnterEvent(QDragEnterEvent(QPoint(300, 300), copy, data, left, plain))
    window.dropEvent(QDropEvent(QPointF(300, 300), copy, data, left, plain))


def test_that_a_dropped_folder_that_is_no_run_is_refused_in_one_sentence(window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "holiday pictures"
    folder.mkdir()
    drop(window, folder)
    assert "holiday pictures" in window.toast.text
    assert isinstance(window.current, StartPage)


@pytest.fixture
def faults(window: MainWindow) -> Iterator[Faults]:
    watching = Faults(window)
    watching.watch()
    yield watching
    watching.leave()


def failing(window: QWidget, qtbot: QtBot, problem: Exception) -> ErrorDialog:
    try:
        raise problem
    except type(problem) as met:
        sys.excepthook(type(met), met, met.__traceback__)
    qtbot.waitUntil(lambda: window.findChild(ErrorDialog) is not None)
    dialog = window.findChild(ErrorDialog)
    assert dialog is not None
    return dialog


def test_that_an_unexpected_error_is_one_sentence_with_folded_details_and_the_window_lives(
    window: MainWindow, faults: Faults, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    dialog = failing(window, qtbot, ZeroDivisionError("a secret of the implementation"))
    assert not dialog._details.isVisible()
    qtbot.mouseClick(dialog.fold, Qt.MouseButton.LeftButton)
    assert "a secret of the implementation" in dialog._details.toPlainText()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert "ZeroDivisionError" in QApplication.clipboard().text()
    qtbot.mouseClick(dialog.go_on, Qt.MouseButton.LeftButton)
    assert window.isVisible()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_that_errors_that_come_in_a_storm_are_one_dialog(
    window: MainWindow, faults: Faults, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(5):
        dialog = failing(window, qtbot, RuntimeError("again"))
    assert len(window.findChildren(ErrorDialog)) == 1
    dialog.accept()


def test_that_an_error_of_ours_is_told_in_its_own_words_even_from_a_thread(
    window: MainWindow, faults: Faults, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    language().choose("zh_CN")

    def fail() -> None:
        raise UsageError("error.window.no_display")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.findChild(ErrorDialog) is not None)
    dialog = window.findChild(ErrorDialog)
    assert dialog is not None
    told = [label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "wordWrap")]
    assert tr("error.window.no_display") in told
    dialog.accept()


def test_that_without_a_display_one_sentence_is_said_and_the_exit_code_is_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert main([]) == 2
    assert capsys.readouterr().err.strip() == tr("error.window.no_display")


def test_that_shortcuts_and_about_open_and_close_with_esc(window: MainWindow, qtbot: QtBot) -> None:
    for key in ("menu.help.shortcuts", "menu.help.about"):
        action(window, key).trigger()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        assert dialog.isVisible()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


def test_that_nothing_ticks_while_nothing_moves(window: MainWindow, qtbot: QtBot) -> None:
    window.toast.hide()
    window.toast._clock.stop()
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []
