"""What the map editor says of a map, its size, how it looks, and that nothing breaks it."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from arena.environments.grid.map_file import MOST_CELLS_A_SIDE
from gui.language import language
from gui.panels.map_editor.editor import MapEditor
from gui.state.map_brush import BRUSHES
from gui.theme import theme
from tests.gui.map_editor_hands import (
    ALT,
    CTRL,
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

# ── what is said ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_goal_walled_in_is_said_while_the_button_is_still_down(editor: MapEditor, qtbot: QtBot) -> None:
    looked(editor, qtbot)
    assert "6 moves" in said(editor) and editor.foot.use.isEnabled()
    QTest.mousePress(editor.canvas, LEFT, NONE, middle(editor, 5))
    QTest.mouseMove(editor.canvas, middle(editor, 9))
    looked(editor, qtbot)
    assert "No goal can be reached from the start at (0, 0)" in said(editor)
    assert not editor.foot.use.isEnabled()
    QTest.mouseRelease(editor.canvas, LEFT, NONE, middle(editor, 9))
    editor.canvas.move_cursor(14)
    QTest.mouseClick(editor.foot.show_it, LEFT)
    assert editor.canvas.cursor_cell == 0 and editor.canvas.hasFocus()
    click(editor, 7, RIGHT)
    looked(editor, qtbot)
    assert "6 moves" in said(editor)


def test_that_what_is_missing_is_said_in_the_language_in_use(editor: MapEditor, qtbot: QtBot) -> None:
    click(editor, 14, RIGHT)
    looked(editor, qtbot)
    assert "no goal" in said(editor)
    language().choose("zh_TW")
    assert "目標" in said(editor) and editor.foot.show_it.isHidden()
    click(editor, 0, RIGHT)
    looked(editor, qtbot)
    assert "起點" in said(editor)


def test_that_a_number_a_map_cannot_have_is_refused_in_one_sentence_and_the_old_one_holds(editor: MapEditor) -> None:
    field = editor.dock.numbers.fields["slip"]
    for text in ("2", "fast", "-0.1", "nan"):
        field.setFocus()
        field.selectAll()
        write(editor, text)
        press(editor, Qt.Key.Key_Return)
        assert "from 0 to 1" in said(editor) and field.wrong and "slip" not in editor.document.numbers
    editor.canvas.setFocus()
    assert field.text() == "" and not field.wrong
    field.setFocus()
    write(editor, "0,25")
    press(editor, Qt.Key.Key_Return)
    assert editor.document.numbers["slip"] == 0.25 and "from 0 to 1" not in said(editor)
    editor.actions_["undo"].trigger()
    assert field.text() == ""
    press(editor, Qt.Key.Key_G)
    value = editor.dock.brush.value
    value.setFocus()
    write(editor, "10000000")
    press(editor, Qt.Key.Key_Return)
    assert "1,000,000" in said(editor) and editor.brushes.brush.value is None


def test_that_a_goal_of_its_own_pays_what_the_field_says(editor: MapEditor) -> None:
    press(editor, Qt.Key.Key_G)
    editor.dock.brush.value.setFocus()
    write(editor, "-2.5")
    press(editor, Qt.Key.Key_Return)
    click(editor, 9)
    assert editor.document.cells[9].value == -2.5
    assert editor.size_row.told.text() == "(1, 4) · Goal \u22122.5"


# ── size ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_the_size_is_typed_or_counted_and_what_was_cut_off_comes_back(editor: MapEditor) -> None:
    columns = editor.size_row.columns
    columns.field.setFocus()
    columns.field.selectAll()
    write(editor, "2")
    press(editor, Qt.Key.Key_Return)
    assert rows(editor) == "S.\n..\n.."
    for _ in range(3):
        QTest.mouseClick(columns.more, LEFT)
    assert rows(editor) == "S....\n.....\n....G"
    columns.field.setFocus()
    press(editor, Qt.Key.Key_Up, Qt.Key.Key_PageUp)
    assert editor.document.columns == 16
    columns.field.selectAll()
    write(editor, "0")
    press(editor, Qt.Key.Key_Return)
    assert editor.document.columns == 1 and not columns.less.isEnabled()
    columns.field.setFocus()
    columns.field.selectAll()
    write(editor, "999")
    press(editor, Qt.Key.Key_Return)
    assert editor.document.columns == MOST_CELLS_A_SIDE and columns.field.text() == "200"


@pytest.mark.parametrize(("height", "width"), [(1, 1), (MOST_CELLS_A_SIDE, MOST_CELLS_A_SIDE), (1, 200), (200, 1)])
def test_that_the_smallest_and_the_largest_maps_are_painted_and_taken_back(
    editor: MapEditor, qtbot: QtBot, height: int, width: int
) -> None:
    editor.size_row.resized.emit(height, width)
    last = height * width - 1
    for key in BRUSHES.values():
        write(editor, key)
        drag(editor, 0, last)
        press(editor, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_Space)
        assert editor.canvas.cursor_cell == last
    editor.grab()
    looked(editor, qtbot)
    assert said(editor)
    while editor.document.can_undo:
        editor.actions_["undo"].trigger()
    editor.actions_["redo"].trigger()
    assert rows(editor) == "S....\n.....\n....G"


def test_that_a_large_map_is_looked_at_closely_and_the_cursor_stays_in_sight(editor: MapEditor) -> None:
    editor.size_row.resized.emit(200, 200)
    assert editor.canvas.board.cell_size() < 4
    press(editor, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Plus, held=CTRL)
    assert editor.canvas.zoom == editor.canvas.board.cell_size() == 12
    # The pointer rests on the grid: that must not keep the keyboard's cursor out of sight.
    QTest.mouseMove(editor.canvas, editor.canvas.visibleRegion().boundingRect().center())
    press(editor, Qt.Key.Key_End, Qt.Key.Key_PageDown)
    shown = editor.canvas.visibleRegion().boundingRect()
    assert shown.contains(middle(editor, 200 * 200 - 1))
    click(editor, 200 * 200 - 2)
    assert editor.document.cells[200 * 200 - 2].kind == "wall"
    press(editor, Qt.Key.Key_Minus, held=CTRL)
    assert editor.canvas.zoom == 8
    press(editor, Qt.Key.Key_0, held=CTRL)
    assert editor.canvas.zoom == 0 and editor.view.verticalScrollBar().maximum() == 0


def test_that_the_wheel_zooms_at_the_pointer(editor: MapEditor) -> None:
    editor.size_row.resized.emit(200, 200)
    cell = 150 * 200 + 150
    at = QPointF(editor.canvas.mapTo(editor.view.viewport(), middle(editor, cell)))

    def turn(by: int) -> None:
        position = editor.view.viewport().mapToGlobal(at)
        event = QWheelEvent(
            at, position, QPoint(), QPoint(0, by), Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(editor.view.viewport(), event)

    for _ in range(4):
        turn(120)
    assert editor.canvas.zoom == 16
    under = editor.canvas.board.cell_under(QPointF(editor.canvas.mapFrom(editor.view.viewport(), at.toPoint())))
    assert abs(under // 200 - 150) <= 1 and abs(under % 200 - 150) <= 1
    for _ in range(8):
        turn(-120)
    assert editor.canvas.zoom == 0


# ── looks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_every_kind_of_cell_looks_different_large_and_as_a_dot(editor: MapEditor) -> None:
    editor.open_map("cell 9: floor -5\ncell 8: floor 5\ncell N: noisy 0 1\n---\n.#SGTX~^aNa98\n")
    board = editor.canvas.board
    tiles = {bytes(board._tile(cell, 1.0).toImage().constBits()) for cell in editor.document.cells}
    assert len(tiles) == 12
    dots = board._picture()
    assert len({dots.pixel(x, 0) for x in range(dots.width())}) == 12


def test_that_it_is_translated_and_fits_every_look(editor: MapEditor, qtbot: QtBot) -> None:
    for code in ("zh_TW", "zh_CN", "en"):
        language().choose(code)
        for wish, projector in (("dark", False), ("light", False), ("dark", True)):
            theme().set_wish(wish)
            theme().set_projector(projector)
            for size in ((904, 570), (1204, 774), (1844, 1054)):
                editor.resize(*size)
                qtbot.wait(1)
                editor.grab()
                for child in (editor.top, editor.foot, editor.dock, editor.size_row, editor.canvas):
                    assert editor.rect().contains(child.mapTo(editor, child.rect().center()))
                assert (editor.width(), editor.height()) == size
                assert editor.foot.use.geometry().right() < editor.width()
        theme().set_projector(False)


def test_that_the_cards_lie_where_they_leave_the_larger_cells(editor: MapEditor, qtbot: QtBot) -> None:
    editor.open_map("cliff")
    qtbot.waitUntil(lambda: editor.dock.y() > editor.view.y())
    assert editor.canvas.board.cell_size() >= 90
    editor.open_map("ice_lake")
    qtbot.waitUntil(lambda: editor.dock.x() > editor.view.x() + editor.view.width() / 2)
    assert editor.canvas.board.cell_size() >= 70


def test_that_whatever_hands_do_nothing_breaks_and_undo_leads_back(editor: MapEditor, qtbot: QtBot) -> None:
    luck = random.Random(5)
    start = editor.document.grid
    buttons = [LEFT, RIGHT, MIDDLE]
    keys = [*BRUSHES.values(), *"1234567890+- "]
    named = [Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Delete, Qt.Key.Key_End]

    def anywhere() -> QPoint:
        return QPoint(luck.randint(-20, editor.canvas.width() + 20), luck.randint(-20, editor.canvas.height() + 20))

    for _ in range(400):
        match luck.randrange(9):
            case 0:
                QTest.mousePress(editor.canvas, luck.choice(buttons), luck.choice([NONE, SHIFT, ALT]), anywhere())
            case 1 | 2:
                QTest.mouseMove(editor.canvas, anywhere())
            case 3:
                QTest.mouseRelease(editor.canvas, luck.choice(buttons), NONE, anywhere())
            case 4:
                QTest.keyClicks(editor.canvas, luck.choice(keys))
            case 5:
                QTest.keyClick(editor.canvas, luck.choice(named), luck.choice([NONE, SHIFT]))
            case 6:
                luck.choice([editor.actions_["undo"], editor.actions_["redo"]]).trigger()
            case 7:
                editor.size_row.resized.emit(luck.randint(1, 12), luck.randint(1, 12))
            case _:
                luck.choice([editor.actions_["zoom_in"], editor.actions_["zoom_out"]]).trigger()
        assert len(editor.document.cells) == editor.document.rows * editor.document.columns
    looked(editor, qtbot)
    editor.grab()
    while editor.document.can_undo:
        editor.document.undo()
    # The field was opened over the map a person begins with: that step is taken back as well.
    editor.document.redo()
    assert editor.document.grid == start


def test_that_everything_in_it_can_be_reached_and_has_a_name(editor: MapEditor) -> None:
    reached: list[QWidget] = []
    widget = editor.canvas.nextInFocusChain()
    while widget is not editor.canvas and len(reached) < 200:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(editor) and widget.isEnabled():
            reached.append(widget)
        widget = widget.nextInFocusChain()
    assert {editor.foot.use, editor.top.title, editor.size_row.rows.field, editor.dock.tiles.tiles["ice"]} <= set(
        reached
    )
    inside = [widget for widget in reached if editor.isAncestorOf(widget)]
    assert [type(widget).__name__ for widget in inside if not widget.accessibleName()] == []
