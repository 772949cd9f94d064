"""A map into the editor and out of it: files, clipboard, worlds, and the question before one leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from arena.environments.grid.map_file import parse_map
from arena.environments.grid.maps import shipped_maps
from arena.environments.registry import make_world
from gui.dialogs.unsaved_map import UnsavedMapQuestion
from gui.language import language
from gui.panels.map_editor.editor import MapEditor
from tests.gui.map_editor_hands import (
    CTRL,
    FIELD,
    LEFT,
    NONE,
    RIGHT,
    click,
    looked,
    press,
    rows,
    said,
)

# ── files and text ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", shipped_maps())
def test_that_every_shipped_map_is_opened_saved_and_opened_the_same(
    editor: MapEditor, tmp_path: Path, name: str
) -> None:
    editor.open_map(name)
    assert not editor.has_unsaved()
    file = str(tmp_path / "saved.txt")
    assert editor.files.save_file(file) and "saved.txt" in said(editor)
    grid = editor.document.grid
    editor.actions_["new"].trigger()
    assert editor.files.open_file(file)
    assert editor.document.grid == grid and not editor.has_unsaved()


def test_that_a_broken_file_is_told_with_line_and_column_and_nothing_is_lost(editor: MapEditor, tmp_path: Path) -> None:
    click(editor, 7)
    (tmp_path / "broken.txt").write_text("title: B\n---\nS?G\n")
    for path, expected in (
        (tmp_path / "broken.txt", "broken.txt, line 3, column 2"),
        (tmp_path / "gone.txt", "cannot be read"),
        (tmp_path, "cannot be read"),
    ):
        assert not editor.files.open_file(str(path))
        assert expected in said(editor)
        assert rows(editor) == "S....\n..#..\n....G" and editor.has_unsaved()
    assert editor.foot.show_it.isHidden()


def test_that_an_unfinished_map_is_saved_and_opened_too(editor: MapEditor, tmp_path: Path, qtbot: QtBot) -> None:
    click(editor, 14, RIGHT)
    assert editor.files.save_file(str(tmp_path / "half.txt"))
    editor.actions_["new"].trigger()
    assert editor.files.open_file(str(tmp_path / "half.txt"))
    assert rows(editor) == "S....\n.....\n....."


def test_that_a_map_that_cannot_be_saved_stays_and_says_so(editor: MapEditor, tmp_path: Path) -> None:
    click(editor, 7)
    for path in (tmp_path / "no such folder" / "a.txt", tmp_path):
        assert not editor.files.save_file(str(path))
        assert "could not be saved" in said(editor) and editor.has_unsaved()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights mean nothing to an administrator")
def test_that_a_folder_without_rights_is_told_and_the_map_stays(editor: MapEditor, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert not editor.files.save_file(str(tmp_path / "locked" / "a.txt"))
    assert "could not be saved" in said(editor) and not list((tmp_path / "locked").iterdir())


def test_that_saving_and_opening_ask_where(editor: MapEditor, tmp_path: Path, qtbot: QtBot) -> None:
    click(editor, 7)
    editor.actions_["save"].trigger()
    dialog = editor.findChild(QFileDialog)
    assert dialog is not None and Path(dialog.selectedFiles()[0]).name == "Field.txt"
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(tmp_path / "mine"))
    dialog.accept()
    qtbot.waitUntil((tmp_path / "mine.txt").is_file)
    assert not editor.has_unsaved() and editor.document.path == str(tmp_path / "mine.txt")
    assert parse_map((tmp_path / "mine.txt").read_bytes(), "mine.txt").title == {"en": "Field"}


def test_that_a_map_file_dropped_on_it_is_opened_and_other_things_are_left_to_the_window(
    editor: MapEditor, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("---\nSG\n")
    (tmp_path / "run.txt").mkdir()
    (tmp_path / "picture.png").write_bytes(b"")

    def drop(name: str) -> bool:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        copy = Qt.DropAction.CopyAction
        enter = QDragEnterEvent(QPoint(300, 300), copy, data, LEFT, NONE)
        enter.ignore()
        QApplication.sendEvent(editor, enter)
        if enter.isAccepted():
            QApplication.sendEvent(editor, QDropEvent(QPointF(300, 300), copy, data, LEFT, NONE))
        return enter.isAccepted()

    assert not drop("run.txt") and not drop("picture.png") and not drop("gone.txt")
    assert rows(editor) == "S....\n.....\n....G"
    assert drop("a.txt")
    assert rows(editor) == "SG"


def test_that_a_map_goes_through_the_clipboard_as_text(editor: MapEditor) -> None:
    click(editor, 7)
    grid = editor.document.grid
    press(editor, Qt.Key.Key_C, held=CTRL)
    assert QGuiApplication.clipboard().text().startswith("title: Field\n")
    press(editor, Qt.Key.Key_N, held=CTRL)
    press(editor, Qt.Key.Key_V, held=CTRL)
    assert editor.document.grid == grid and editor.has_unsaved()
    QGuiApplication.clipboard().setText("no map at all")
    press(editor, Qt.Key.Key_V, held=CTRL)
    assert "the text, line 1" in said(editor) and editor.document.grid == grid
    QGuiApplication.clipboard().clear()
    press(editor, Qt.Key.Key_V, held=CTRL)
    assert "no text" in said(editor) and editor.document.grid == grid
    press(editor, Qt.Key.Key_Z, Qt.Key.Key_Z, held=CTRL)
    assert editor.document.grid == grid and not editor.foot.change.isVisible()


def test_that_a_text_pasted_into_a_field_stays_in_the_field(editor: MapEditor) -> None:
    QGuiApplication.clipboard().setText("---\nSG\n")
    editor.top.title.setFocus()
    press(editor, Qt.Key.Key_V, held=CTRL)
    assert rows(editor) == "S....\n.....\n....G"


# ── where the map goes ─────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_map_one_can_learn_in_becomes_a_world_and_no_other_does(editor: MapEditor, qtbot: QtBot) -> None:
    wanted: list[dict[str, str]] = []
    editor.world_wanted.connect(wanted.append)
    click(editor, 7)
    QTest.mouseClick(editor.foot.use, LEFT)
    assert make_world("Arena/GridWorld-v0", wanted[0]).model.states == 14
    assert not editor.has_unsaved()
    click(editor, 14, RIGHT)
    # At once, before it was looked at: the key may be faster than the look.
    press(editor, Qt.Key.Key_Return, held=CTRL)
    assert len(wanted) == 1 and "no goal" in said(editor)
    click(editor, 14)
    press(editor, Qt.Key.Key_G, Qt.Key.Key_Space)
    looked(editor, qtbot)
    press(editor, Qt.Key.Key_Return, held=CTRL)
    assert len(wanted) == 2


def test_that_a_running_world_is_changed_only_while_it_keeps_its_size(editor: MapEditor, qtbot: QtBot) -> None:
    changes: list[str] = []
    editor.change_wanted.connect(changes.append)
    assert editor.foot.change.isHidden()
    editor.open_map(FIELD, running=True)
    click(editor, 7)
    looked(editor, qtbot)
    QTest.mouseClick(editor.foot.change, LEFT)
    assert [parse_map(text.encode(), "").cells[7].kind for text in changes] == ["wall"]
    editor.size_row.resized.emit(3, 6)
    looked(editor, qtbot)
    assert not editor.foot.change.isEnabled() and "new run" in editor.foot.change.toolTip()
    editor.actions_["undo"].trigger()
    looked(editor, qtbot)
    assert editor.foot.change.isEnabled()
    editor.open_map("cliff")
    assert editor.foot.change.isHidden()


def test_that_a_map_given_that_is_none_is_refused_and_nothing_is_lost(editor: MapEditor) -> None:
    click(editor, 7)
    editor.open_map("---\nS?\n", running=True)
    assert "line 2, column 2" in said(editor) and rows(editor) == "S....\n..#..\n....G"
    assert editor.foot.change.isHidden()


def test_that_opening_what_is_already_open_changes_nothing(editor: MapEditor) -> None:
    steps = editor.document.can_undo
    for _ in range(2):
        editor.open_map(editor.document.text)
    editor.open_map("cliff")
    editor.open_map("cliff")
    editor.actions_["undo"].trigger()
    assert editor.document.title == {"en": "Field"} and editor.document.can_undo == steps


def test_that_the_actions_are_ready_for_a_menu(editor: MapEditor) -> None:
    actions = editor.menu_actions()
    assert [action.isSeparator() for action in actions].count(True) == 3
    assert all(action.text() and action.isEnabled() is not None for action in actions if not action.isSeparator())
    texts = [action.text() for action in actions]
    language().choose("zh_CN")
    assert all(a.text() != b for a, b in zip(actions, texts, strict=True) if not a.isSeparator())


# ── leaving ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_leaving_with_a_map_that_lies_nowhere_asks_and_each_answer_does_what_it_says(
    editor: MapEditor, tmp_path: Path, qtbot: QtBot
) -> None:
    left: list[bool] = []
    editor.closed.connect(lambda: left.append(True))

    def ask() -> UnsavedMapQuestion:
        editor.canvas.setFocus()
        press(editor, Qt.Key.Key_Escape)
        question = editor.findChild(UnsavedMapQuestion)
        assert question is not None
        return question

    click(editor, 7)
    QTest.mouseClick(ask().stay, LEFT)
    assert left == []
    QApplication.processEvents()
    QTest.mouseClick(ask().save, LEFT)
    dialog = editor.findChild(QFileDialog)
    assert dialog is not None and left == []
    dialog.reject()
    QApplication.processEvents()
    QTest.mouseClick(ask().leave, LEFT)
    assert left == [True]
    assert editor.files.save_file(str(tmp_path / "a.txt"))
    press(editor, Qt.Key.Key_Escape)
    assert left == [True, True]


def test_that_the_drawing_is_there_again_in_the_next_session_saved_or_not(editor: MapEditor, qtbot: QtBot) -> None:
    click(editor, 7)
    editor.hide()
    again = MapEditor()
    qtbot.addWidget(again)
    assert rows(again) == "S....\n..#..\n....G" and again.has_unsaved()
    again.close()


def test_that_a_drawing_is_kept_soon_after_the_hand_rests(editor: MapEditor, qtbot: QtBot, arena_home: Path) -> None:
    click(editor, 7)
    kept = arena_home / "drawing.json"
    qtbot.waitUntil(lambda: kept.is_file() and "..#.." in kept.read_text("utf-8"))


def test_that_a_home_that_cannot_be_written_is_told_once(editor: MapEditor, arena_home: Path) -> None:
    (arena_home / "drawing.json").unlink(missing_ok=True)
    (arena_home / "drawing.json").mkdir(parents=True)
    editor._keep_soon.stop()
    click(editor, 7)
    editor.files.keep_draft()
    assert "drawing.json" in said(editor)
    click(editor, 8)
    editor.files.keep_draft()
    assert "drawing.json" not in said(editor) and rows(editor) == "S....\n..##.\n....G"
