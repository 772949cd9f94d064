"""A hand on the mouse and ten fingers on the keys, for the tests of the map editor."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.panels.map_editor.editor import MapEditor

FIELD = "title: Field\nstep: -1\n---\nS....\n.....\n....G\n"
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


def rows(editor: MapEditor) -> str:
    """Return the drawing as the rows of its text."""
    return editor.document.text.split("---\n")[1].strip()


def said(editor: MapEditor) -> str:
    """Return the sentence at the bottom."""
    return editor.foot.sentence.text()


def looked(editor: MapEditor, qtbot: QtBot) -> None:
    """Wait until the map was looked at."""
    qtbot.waitUntil(lambda: not editor._look_soon.isActive())


def middle(editor: MapEditor, cell: int) -> QPoint:
    """Return the middle of a cell."""
    return editor.canvas.board.cell_box(cell).center().toPoint()


def click(editor: MapEditor, cell: int, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
    """Click a cell."""
    QTest.mouseClick(editor.canvas, button, keys, middle(editor, cell))


def drag(editor: MapEditor, *cells: int, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press at the first cell, go over the others, let go at the last."""
    QTest.mousePress(editor.canvas, button, keys, middle(editor, cells[0]))
    for cell in cells[1:]:
        QTest.mouseMove(editor.canvas, middle(editor, cell))
    QTest.mouseRelease(editor.canvas, button, keys, middle(editor, cells[-1]))


def press(editor: MapEditor, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """Press keys where the keyboard is."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or editor, key, held)


def write(editor: MapEditor, text: str) -> None:
    """Type where the keyboard is."""
    QTest.keyClicks(QApplication.focusWidget() or editor, text)
