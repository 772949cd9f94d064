"""Painting a map with a real mouse and with real keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMainWindow
from pytestqt.qtbot import QtBot

from gui.panels.map_editor.canvas import cells_between
from gui.panels.map_editor.editor import MapEditor
from gui.state.map_brush import BRUSHES, STARTING
from tests.gui.map_editor_hands import (
    ALT,
    CTRL,
    FIELD,
    LEFT,
    MIDDLE,
    NONE,
    RIGHT,
    SHIFT,
    click,
    drag,
    looked,
    middle,
    press,
    rows,
    said,
    write,
)

# ── painting with the mouse ────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_drag_paints_every_cell_of_its_way_and_is_one_step_back(editor: MapEditor) -> None:
    drag(editor, 5, 9)
    assert rows(editor) == "S....\n#####\n....G"
    editor.actions_["undo"].trigger()
    assert rows(editor) == "S....\n.....\n....G"
    editor.actions_["redo"].trigger()
    assert rows(editor) == "S....\n#####\n....G"


def test_that_a_pointer_that_left_the_grid_draws_no_line_across_when_it_comes_back(editor: MapEditor) -> None:
    board = editor.canvas.board.board_box()
    QTest.mousePress(editor.canvas, LEFT, NONE, middle(editor, 5))
    QTest.mouseMove(editor.canvas, QPoint(int(board.left()) - 3, int(board.center().y())))
    QTest.mouseMove(editor.canvas, middle(editor, 9))
    QTest.mouseRelease(editor.canvas, LEFT, NONE, middle(editor, 9))
    assert rows(editor) == "S....\n#...#\n....G"


def test_that_the_right_button_erases_and_moving_alone_paints_nothing(editor: MapEditor) -> None:
    drag(editor, 5, 9)
    drag(editor, 6, 8, button=RIGHT)
    QTest.mouseMove(editor.canvas, middle(editor, 12))
    assert rows(editor) == "S....\n#...#\n....G"


@pytest.mark.parametrize(("button", "keys"), [(MIDDLE, NONE), (LEFT, ALT)])
def test_that_a_cell_can_be_picked_up(editor: MapEditor, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
    editor.open_map("---\nS2.G\n".replace("---", "cell 2: wind left 3\n---"))
    click(editor, 1, button, keys)
    assert (editor.brushes.brush.kind, editor.brushes.brush.direction, editor.brushes.brush.strength) == (
        "wind",
        "left",
        3,
    )
    assert editor.dock.tiles.tiles["wind"].isChecked() and editor.dock.brush.strength.value == 3
    click(editor, 2)
    assert rows(editor).count("3") == 2 and editor.document.cells[1] == editor.document.cells[2]


def test_that_a_tile_chooses_what_is_painted(editor: MapEditor) -> None:
    for kind in BRUSHES:
        QTest.mouseClick(editor.dock.tiles.tiles[kind], LEFT)
        click(editor, 7)
        assert editor.document.cells[7] == STARTING[kind].cell, kind


def test_that_the_start_moves_with_the_drag_and_shift_adds_one(editor: MapEditor) -> None:
    editor.brushes.choose("start")
    editor._show_brush()
    drag(editor, 1, 2, 7)
    assert rows(editor) == ".....\n..S..\n....G"
    click(editor, 0, keys=SHIFT)
    assert rows(editor) == "S....\n..S..\n....G"


def test_that_two_clicks_make_a_pair_of_teleporters_and_the_next_pair_has_another_letter(
    editor: MapEditor, qtbot: QtBot
) -> None:
    press(editor, Qt.Key.Key_P)
    click(editor, 1)
    looked(editor, qtbot)
    assert "(0, 1)" in said(editor) and not editor.foot.show_it.isHidden()
    click(editor, 12)
    click(editor, 2)
    click(editor, 7)
    assert rows(editor) == "Sab..\n..b..\n..a.G"
    looked(editor, qtbot)
    assert editor.foot.show_it.isHidden()


def test_that_a_straight_line_has_no_gap_and_both_its_ends() -> None:
    for first, last in ((0, 24), (24, 0), (3, 20), (7, 7), (4, 20)):
        way = list(cells_between(first, last, 5))
        assert (way[0], way[-1]) == (first, last)
        assert all(abs(a // 5 - b // 5) <= 1 and abs(a % 5 - b % 5) <= 1 for a, b in zip(way, way[1:], strict=False))


# ── painting with the keyboard ─────────────────────────────────────────────────────────────────────────────────────


def test_that_a_map_can_be_drawn_without_a_mouse(editor: MapEditor) -> None:
    press(editor, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_W, Qt.Key.Key_Space)
    press(editor, Qt.Key.Key_Right, Qt.Key.Key_Right, held=SHIFT)
    press(editor, Qt.Key.Key_Home, Qt.Key.Key_PageDown, Qt.Key.Key_7, Qt.Key.Key_Return)
    assert rows(editor) == "S....\n.###.\n~...G"
    press(editor, Qt.Key.Key_Delete)
    press(editor, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_R, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Space)
    assert rows(editor) == "S...3\n.###.\n....G"
    assert editor.document.cells[4].value == -3
    for key, expected in ((Qt.Key.Key_Z, "S....\n.###.\n....G"), (Qt.Key.Key_Y, "S...3\n.###.\n....G")):
        press(editor, key, held=CTRL)
        assert rows(editor) == expected
    press(editor, Qt.Key.Key_Z, Qt.Key.Key_Z, Qt.Key.Key_Z, held=CTRL)
    press(editor, Qt.Key.Key_Z, held=CTRL | SHIFT)
    assert rows(editor) == "S....\n.###.\n~...G"


def test_that_the_cursor_stays_in_the_grid_and_tells_where_it_is(editor: MapEditor) -> None:
    press(editor, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert editor.canvas.cursor_cell == 0
    press(editor, *[Qt.Key.Key_Right] * 9, *[Qt.Key.Key_Down] * 9)
    assert editor.canvas.cursor_cell == 14
    assert editor.canvas.accessibleDescription() == "(2, 4) · Goal"


def test_that_the_key_of_the_wind_turns_it(editor: MapEditor) -> None:
    press(editor, Qt.Key.Key_A, Qt.Key.Key_A)
    assert editor.dock.brush.direction.value == "right"
    press(editor, Qt.Key.Key_Plus, Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert editor.document.cells[1].wind == (0, 2)


def test_that_letters_typed_into_a_field_are_text_and_enter_and_escape_lead_back_to_the_grid(editor: MapEditor) -> None:
    kind = editor.brushes.brush.kind
    editor.top.title.setFocus()
    editor.top.title.selectAll()
    write(editor, "Sgt 1")
    press(editor, Qt.Key.Key_Return)
    assert editor.document.title == {"en": "Sgt 1"} and editor.brushes.brush.kind == kind
    assert editor.canvas.hasFocus()
    editor.dock.numbers.fields["goal"].setFocus()
    write(editor, "7")
    press(editor, Qt.Key.Key_Escape)
    assert editor.canvas.hasFocus() and "goal" not in editor.document.numbers
    assert editor.dock.numbers.fields["goal"].text() == ""


def test_that_its_keys_are_its_own_while_the_keyboard_is_in_it(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    theirs: list[str] = []
    for keys in ("Ctrl+O", "Ctrl+Z", "Ctrl+1"):
        action = QAction(window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False, keys=keys: theirs.append(keys))
        window.addAction(action)
    editor = MapEditor(parent=window)
    window.setCentralWidget(editor)
    window.show()
    qtbot.waitActive(window)
    editor.open_map(FIELD)
    click(editor, 7)
    press(editor, Qt.Key.Key_Z, held=CTRL)
    assert rows(editor) == "S....\n.....\n....G" and theirs == []
    press(editor, Qt.Key.Key_O, held=CTRL)
    dialog = editor.findChild(QFileDialog)
    assert dialog is not None and theirs == []
    dialog.reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    editor.setFocus()
    press(editor, Qt.Key.Key_1, held=CTRL)
    assert theirs == ["Ctrl+1"]
    window.close()
