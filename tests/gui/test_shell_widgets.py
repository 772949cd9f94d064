"""The shared small widgets, pressed as a person presses them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.icons import icon, pixmap
from gui.language import language
from gui.theme import DARK, LIGHT, Colors, theme
from gui.widgets.chooser import Chooser
from gui.widgets.drawer import Drawer
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fitted_line import FittedLine
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.switch import Switch
from gui.widgets.toast import Toast


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    place = QWidget()
    QVBoxLayout(place)
    place.resize(600, 400)
    qtbot.addWidget(place)
    place.show()
    return place


def put(room: QWidget, widget: QWidget) -> None:
    layout = room.layout()
    assert layout is not None
    layout.addWidget(widget)
    widget.show()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_that_a_button_is_pressed_once_by_each_key_that_presses(qtbot: QtBot, room: QWidget, key: Qt.Key) -> None:
    button = PillButton("page.lab", "lab")
    put(room, button)
    presses: list[bool] = []
    button.clicked.connect(lambda: presses.append(True))
    button.setFocus()
    qtbot.keyClick(button, key)
    assert len(presses) == 1


def test_that_the_focus_ring_is_for_the_keyboard_only(qtbot: QtBot, room: QWidget) -> None:
    first, second = PillButton("page.start"), PillButton("page.lab")
    put(room, first)
    put(room, second)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert first.hasFocus()
    assert not first.ring
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.ring


def test_that_a_button_says_its_text_in_the_language_in_use(room: QWidget) -> None:
    button = PillButton("page.lab", icon_only=True, icon_name="lab")
    put(room, button)
    assert (button.accessibleName(), button.toolTip()) == ("Lab", "Lab")
    language().choose("zh_TW")
    assert (button.accessibleName(), button.toolTip()) == ("實驗室", "實驗室")


def test_that_shared_widgets_grow_for_the_projector(room: QWidget) -> None:
    widgets = (PillButton("page.lab", "lab"), Segmented([("a", "page.start"), ("b", "page.lab")]), Chooser("page.lab"))
    for widget in widgets:
        put(room, widget)
    before = [widget.sizeHint().height() for widget in widgets]
    theme().set_projector(True)
    after = [widget.sizeHint().height() for widget in widgets]
    assert all(now >= 1.5 * then for then, now in zip(before, after, strict=True))


def test_that_a_line_without_room_ends_in_dots_and_says_itself_whole_under_the_pointer(room: QWidget) -> None:
    line = ElidedLabel()
    put(room, line)
    line.set_text("paused: the goal was reached")
    shown = []
    for width in (400, 120, 14):
        line.setFixedWidth(width)
        QApplication.processEvents()
        shown.append((line.shown_text(), line.toolTip()))
    assert shown[0] == (line.text(), "")
    assert shown[1][0].endswith("…") and line.text().startswith(shown[1][0][:-1]) and shown[1][1] == line.text()
    assert shown[2] == ("", line.text()), "a few letters say nothing"


def test_that_a_formula_gets_smaller_and_then_loses_its_last_remark_before_it_is_cut(room: QWidget) -> None:
    line = FittedLine(mono=True)
    put(room, line)
    line.set_text("Q + 0.5·( 1 − Q )    G = 1 + 0.9·2")
    seen = []
    whole_width = line.fontMetrics().horizontalAdvance(line.text())
    for share in (1.05, 0.92, 0.6, 0.3):
        line.setFixedWidth(round(share * whole_width))
        QApplication.processEvents()
        seen.append((line.face().pixelSize(), line.shown_text(), line.toolTip()))
    whole = line.font().pixelSize()
    assert seen[0] == (whole, line.text(), "")
    assert seen[1][0] < whole and seen[1][1:] == (line.text(), "")
    assert seen[2][1:] == ("Q + 0.5·( 1 − Q )", line.text())
    assert seen[3][1].endswith("…") and seen[3][2] == line.text()


def test_that_a_chooser_is_used_with_the_keyboard_alone(qtbot: QtBot, room: QWidget) -> None:
    chooser = Chooser("page.lab")
    chooser.set_choices([("cliff", "Cliff", "A cliff", "Maps"), ("maze", "Maze", "", "Maps")])
    chooser.set_value("cliff")
    put(room, chooser)
    told: list[str] = []
    chooser.changed.connect(told.append)
    chooser.setFocus()
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    assert chooser.menu.isVisible()
    qtbot.keyClick(chooser.menu, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.menu, Qt.Key.Key_Return)
    assert told == ["maze"]
    assert chooser.chosen_text() == "Maze"
    assert chooser.accessibleName() == "Lab Maze"


def test_that_a_chooser_told_its_value_says_nothing(room: QWidget) -> None:
    chooser = Chooser("page.lab")
    told: list[str] = []
    chooser.changed.connect(told.append)
    chooser.set_choices([("cliff", "Cliff"), ("maze", "Maze")])
    chooser.set_value("maze")
    assert told == []
    assert chooser.value == "maze"


def test_that_arrow_keys_move_between_alternatives_and_skip_what_is_not_available(qtbot: QtBot, room: QWidget) -> None:
    row = Segmented([("a", "page.start"), ("b", "page.lab"), ("c", "shell.dialog.close")])
    put(room, row)
    row.set_available("b", False)
    told: list[str] = []
    row.changed.connect(told.append)
    first = row.findChildren(type(row.childAt(10, 10)))[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert (told, row.value) == (["c"], "c")
    row.set_value("a")
    assert (told, row.value) == (["c"], "a")


def test_that_choosing_an_alternative_moves_nothing(qtbot: QtBot, room: QWidget) -> None:
    row = Segmented([("a", "page.start"), ("b", "page.lab")])
    put(room, row)
    before = row.sizeHint()
    row.set_value("b")
    assert row.sizeHint() == before


def test_that_a_switch_is_thrown_with_the_space_bar(qtbot: QtBot, room: QWidget) -> None:
    switch = Switch("page.lab")
    put(room, switch)
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()


@pytest.mark.parametrize("edge", ["right", "bottom"])
def test_that_esc_closes_a_drawer_and_gives_the_keyboard_back(qtbot: QtBot, room: QWidget, edge: str) -> None:
    button = PillButton("page.lab")
    put(room, button)
    drawer = Drawer(room, "page.lab", edge="right" if edge == "right" else "bottom", extent=200)
    field = PillButton("page.start")
    drawer.body.addWidget(field)
    button.setFocus()
    drawer.open_drawer()
    assert drawer.isVisible()
    assert room.rect().contains(drawer.geometry())
    assert field.hasFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not drawer.isVisible()
    assert button.hasFocus()


def test_that_a_drawer_slides_where_motion_is_welcome(qtbot: QtBot, room: QWidget) -> None:
    theme().set_reduced_motion(False)
    drawer = Drawer(room, "page.lab", extent=200)
    drawer.open_drawer()
    assert drawer.x() > room.width() - 200
    qtbot.waitUntil(lambda: drawer.x() == room.width() - 200)
    drawer.close_drawer()
    qtbot.waitUntil(lambda: not drawer.isVisible())


def test_that_a_drawer_follows_its_host(qtbot: QtBot, room: QWidget) -> None:
    drawer = Drawer(room, "page.lab", extent=200)
    drawer.open_drawer()
    room.resize(800, 300)
    qtbot.waitUntil(lambda: drawer.geometry().right() == room.rect().right() and drawer.height() == 300)


def test_that_a_remark_offers_one_thing_to_press_and_goes(qtbot: QtBot, room: QWidget) -> None:
    toast = Toast(room)
    done: list[str] = []
    toast.say("Deleted", "Undo", lambda: done.append("undone"))
    assert toast.isVisible()
    qtbot.mouseClick(toast.action, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert not toast.isVisible()


def test_that_an_icon_is_drawn_in_the_colour_asked_for_and_sharp_at_twice_the_density(qtbot: QtBot) -> None:
    picture = pixmap("run", 20, QColor("#ff0000"), 2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (40, 2.0)
    assert picture.toImage().pixelColor(18, 20) == QColor("#ff0000")
    assert not icon("run").isNull()


def _contrast(first: str, second: str) -> float:
    def luminance(rgb: str) -> float:
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in QColor(rgb).getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [DARK, LIGHT])
def test_that_every_text_colour_can_be_read_on_every_ground(colors: Colors) -> None:
    for ink in ("text", "dim", "accent", "good", "warning", "bad"):
        for ground in ("page", "surface"):
            assert _contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5, (ink, ground)
    assert _contrast(colors.dim, colors.raised) >= 4.5
    assert _contrast(colors.on_accent, colors.accent) >= 4.5


def test_that_this_qt_for_python_survives_many_void_calls(qtbot: QtBot) -> None:
    # 6.12.0 lost a reference to None on each and aborted the process in the end.
    painter = QPainter(canvas := QImage(8, 8, QImage.Format.Format_ARGB32))
    for _ in range(20_000):
        painter.setPen(QColor("#123456"))
    painter.end()
    assert canvas.width() == 8
