"""Pictures of panels and pages: real files, read again."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agents.command_line.main import main
from agents.runtime.client import WorkerClient
from gui.export.file_names import suggested_name
from gui.export.movie_dialog import MovieDialog
from gui.export.panel_picture import SHARPNESS, picture_of, png_of, svg_of
from gui.export.picture_desk import PictureDesk, PicturePart
from gui.export.run_moments import RunMoments
from gui.export.table_file import csv_of
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.lab import LabPage
from gui.panels.returns import ReturnsPanel
from gui.settings_store import SettingsStore
from gui.state.run_state import RunState
from gui.state.scene import SCENES
from gui.theme import theme
from gui.widgets.card import Card
from gui.widgets.stage.ink import shades
from gui.widgets.stage.stage import StageWidget
from tests.gui.learned_run import learned_run

SVG = "{http://www.w3.org/2000/svg}"
TEXT = f"{SVG}text"


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> RunState:
    return learned_run(tmp_path_factory.mktemp("runs"), "Arena/GridWorld-v0", {"map": "cliff"}, ticks=5_000)[0]


class Desktop:
    """A page with a stage and a card, as small as can be."""

    def __init__(self, qtbot: QtBot, state: RunState) -> None:
        self.state = state
        self.page = QWidget()
        qtbot.addWidget(self.page)
        self.page.resize(1140, 620)
        self.stage, self.returns, self.card = StageWidget(), ReturnsPanel(), Card("lab.card.returns")
        self.card.body.addWidget(self.returns)
        column = QVBoxLayout(self.page)
        column.addWidget(self.stage, 1)
        column.addWidget(self.card)
        self.page.show()
        qtbot.waitExposed(self.page)
        self.stage.show_state(state)
        self.returns.show_state(state)
        self.desk = PictureDesk(self.page, SettingsStore())
        self.parts = (
            PicturePart(name_key="export.part.world", file_part="", widget=self.stage),
            PicturePart(name_key="export.part.returns", file_part="returns", widget=self.card),
        )
        self.desk.know(parts=lambda: self.parts, state=lambda: self.state)


@pytest.fixture
def desktop(qtbot: QtBot, learned: RunState) -> Desktop:
    return Desktop(qtbot, learned)


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(TEXT)]


def test_that_a_png_is_twice_as_sharp_and_shows_no_focus(desktop: Desktop, tmp_path: Path) -> None:
    stage, file = desktop.stage, tmp_path / "world.png"
    stage.clearFocus()
    file.write_bytes(png_of(picture_of(stage)))
    with Image.open(file) as image:
        assert image.size == (stage.width() * SHARPNESS, stage.height() * SHARPNESS)
    stage.setFocus()
    assert stage.hasFocus()
    assert png_of(picture_of(stage)) == file.read_bytes(), "the ring of the keyboard is no part of a picture"
    assert not stage.for_picture


def test_that_an_svg_holds_letters_and_shapes_and_no_pixels(desktop: Desktop) -> None:
    root = ElementTree.fromstring(svg_of(desktop.stage, "cliff"))
    content = desktop.stage.content
    assert content is not None
    written = [element.text for element in root.iter(TEXT)]
    tried = [state for state in range(content.world.states) if content.visits[state].all()]
    assert len(written) >= 4 * len(tried) > 80
    for state in tried:
        for value in content.q[state]:
            shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"
            assert shown.replace("-0.0", "0.0").replace("-", "\u2212") in written
    assert not list(root.iter(f"{SVG}image"))
    assert root.findtext(f"{SVG}title") == "cliff"
    # Whatever font stands in elsewhere, a number keeps to its place.
    for element in root.iter(TEXT):
        assert element.get("textLength") or len((element.text or "").strip()) <= 1
        assert element.get("font-family", "").endswith(("sans-serif", "monospace"))


def test_that_an_svg_shows_the_same_colours_as_the_window(desktop: Desktop) -> None:
    stage = desktop.stage
    image = QImage(stage.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg_of(stage))).render(painter)
    painter.end()
    content, scale = stage.content, stage.scale
    assert content is not None
    compared = 0
    for state in range(content.world.states):
        box = stage.cell_box(int(content.world.layout.cell_of_state[state]))
        beyond = scale.beyond(content.q[state])
        if not content.visits[state, 3] or beyond[3] or content.world.layout.kinds[state] in ("cliff", "goal"):
            continue
        # Low in the left triangle, under its number.
        at = QPoint(round(box.x() + 0.12 * box.width()), round(box.y() + 0.76 * box.height()))
        assert image.pixel(at) & 0xFFFFFF == shades(scale.colors(content.q[state]), beyond)[3].rgb
        compared += 1
    assert compared > 20


@pytest.mark.parametrize("size", [QSize(1000, 400), QSize(100, 40)])
def test_that_tiny_cells_are_shapes_too_and_of_the_same_colours(qtbot: QtBot, learned: RunState, size: QSize) -> None:
    stage = StageWidget()
    qtbot.addWidget(stage)
    stage.setMinimumSize(size)
    stage.resize(size)
    stage.show()
    stage.show_state(learned)
    stage.set_layer("value")
    stage.clearFocus()
    shown, drawn = stage.grab().toImage(), picture_of(stage, 1.0)
    low = QPoint(3, 3) if size.width() < 200 else QPoint(6, 40)
    for cell in range(36):
        at = stage.cell_box(cell).topLeft().toPoint() + low
        assert shown.pixel(at) == drawn.pixel(at)
    assert b"<image" not in svg_of(stage)


def test_that_what_a_curve_is_cut_off_at_is_cut_off_there_in_an_svg_too(desktop: Desktop) -> None:
    root = ElementTree.fromstring(svg_of(desktop.card))
    clips = list(root.iter(f"{SVG}clipPath"))
    assert len(clips) == 1
    group = next(g for g in root.iter(f"{SVG}g") if g.get("clip-path"))
    assert group[0].get("transform") == clips[0][0].get("transform"), "a clip lies where what it cuts lies"
    assert group[0].get("transform") != "matrix(1,0,0,1,0,0)"
    assert "episode 1" in texts(svg_of(desktop.card))


def test_that_a_whole_page_is_one_picture(desktop: Desktop) -> None:
    image = picture_of(desktop.page)
    assert (image.width(), image.height()) == (1140 * SHARPNESS, 620 * SHARPNESS)
    assert {"Return per episode", "episode 1"} <= set(texts(svg_of(desktop.page)))


def names(menu: QMenu) -> list[str]:
    return [action.text().replace("&", "") for action in menu.actions() if action.text()]


def test_that_the_menu_offers_what_can_be_seen(desktop: Desktop, qtbot: QtBot) -> None:
    def offered() -> list[str]:
        menu = QMenu()
        qtbot.addWidget(menu)
        desktop.desk.fill(menu)
        return names(menu)

    assert offered() == ["World", "Return per episode", "Whole page", "Q-table as CSV…"]
    desktop.desk.has_movies = True
    assert offered()[-1] == "Moving picture…"
    desktop.card.hide()
    assert "Return per episode" not in offered()


def test_that_the_lab_and_the_start_page_offer_pictures_by_key_button_and_right_click(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[list[str]] = []

    def keep(menu: QMenu, at: QPoint) -> None:
        opened.append(names(menu))
        menu.deleteLater()

    monkeypatch.setattr(PictureDesk, "_open", staticmethod(keep))
    window = MainWindow(SettingsStore())
    qtbot.addWidget(window)
    window.show()
    window.open_scene(SCENES[0])
    lab = window.page("lab")
    assert isinstance(lab, LabPage)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused" and lab.model.state.view is not None)
    for card in (lab.what_card, lab.returns_card, lab.table_card):
        card.show()
    lab.scenes.note.hide()
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_P, control_shift)
    qtbot.mouseClick(lab.top.picture, Qt.MouseButton.LeftButton)
    parts = ["World", "What just happened", "Return per episode", "Q-table"]
    assert opened == [[*parts, "Whole page", "Q-table as CSV…", "Moving picture…"]] * 2
    for widget in (lab.returns, lab.stage):
        at = widget.rect().center()
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))
    assert opened[2:] == [["Save as PNG or SVG…", "Copy"]] * 2
    lab.pictures.write(lab.pictures.whole, str(tmp_path / "page.svg"))
    assert {"Projector", "Q-table"} <= set(texts((tmp_path / "page.svg").read_bytes()))
    theme().set_projector(True)
    qtbot.keyClick(window, Qt.Key.Key_P, control_shift)
    assert opened[4][:3] == ["World", "The update", "Whole page"]
    theme().set_projector(False)
    window.show_page("start")
    qtbot.keyClick(window, Qt.Key.Key_P, control_shift)
    assert opened[5] == ["Whole page"]
    window.show_page("lab")
    lab.model.set_speed(60.0)
    lab.model.run()
    qtbot.waitUntil(lambda: lab.model.state.env_steps > 5)
    lab.pictures.movie_wanted.emit()
    qtbot.waitUntil(lambda: bool(window.findChildren(MovieDialog)))
    (movie,) = window.findChildren(MovieDialog)
    assert lab.model.state.phase == "paused" and movie.end.text() == str(lab.model.state.env_steps)
    (moments,) = lab.findChildren(RunMoments)
    movie.reject()
    gone: list[bool] = []
    moments.destroyed.connect(lambda: gone.append(True))
    qtbot.waitUntil(lambda: bool(gone))
    window.close_now()
    WorkerClient.drop_spare()


@pytest.fixture
def own_dialogs(dressed: QApplication) -> Iterator[None]:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, True)
    yield
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, False)


def answer(qtbot: QtBot, name: str, act: Callable[[], None], overwrite: bool | None = None) -> list[str]:
    """Open a file dialog, type a name into it and press Save; return what it asked about."""
    asked: list[str] = []

    def reply() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.Yes if overwrite else QMessageBox.StandardButton.No).click()

    act()
    dialog = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QFileDialog))
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
    field = dialog.findChild(QLineEdit)
    field.setText(name)
    if overwrite is not None:
        QTimer.singleShot(100, reply)
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()
    if overwrite is False:
        dialog.reject()
    qtbot.waitUntil(lambda: bool(gone))
    return asked


def test_that_a_picture_is_saved_where_and_as_what_a_person_says(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, own_dialogs: None
) -> None:
    said: list[str] = []
    desktop.desk.offered.connect(lambda text, link, act: said.append(text))
    part = desktop.parts[1]
    answer(qtbot, str(tmp_path / "curve.svg"), partial(desktop.desk.save, part))
    assert texts((tmp_path / "curve.svg").read_bytes())
    answer(qtbot, str(tmp_path / "curve"), partial(desktop.desk.save, part))
    with Image.open(tmp_path / "curve.png") as image:
        assert image.width == part.widget.width() * SHARPNESS
    assert said == ["Saved curve.svg.", "Saved curve.png."]
    assert desktop.desk.folder == str(tmp_path)
    assert SettingsStore().settings.picture_folder == str(tmp_path), "remembered for tomorrow"


def test_that_a_file_that_is_there_is_asked_about_first(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, own_dialogs: None
) -> None:
    file = tmp_path / "table.csv"
    file.write_text("mine")
    assert "table.csv" in answer(qtbot, str(file), desktop.desk.save_table, overwrite=False)[0]
    assert file.read_text() == "mine"
    assert len(answer(qtbot, str(file), desktop.desk.save_table, overwrite=True)) == 1
    assert file.read_text().startswith("state,name")


def test_that_an_ending_nobody_asked_about_never_replaces_a_file(desktop: Desktop, tmp_path: Path) -> None:
    said: list[str] = []
    desktop.desk.said.connect(said.append)
    (tmp_path / "my.plan.csv").write_text("mine")
    desktop.desk._chosen(str(tmp_path / "my.plan"), ("csv",), "csv", desktop.desk.write_table)
    assert (tmp_path / "my.plan.csv").read_text() == "mine" and "my.plan.csv" in said[0]


def test_that_a_folder_that_cannot_be_written_is_one_sentence(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(**_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    said: list[str] = []
    desktop.desk.said.connect(said.append)
    desktop.desk.write(desktop.desk.whole, str(tmp_path / "not there" / "a.png"))
    monkeypatch.setattr(tempfile, "mkstemp", forbidden)
    desktop.desk.write_table(str(tmp_path / "a.csv"))
    assert len(said) == 2 and all("a." in sentence and "\n" not in sentence for sentence in said)
    assert not list(tmp_path.glob("*.*"))


def test_that_a_copy_is_on_the_clipboard(desktop: Desktop) -> None:
    said: list[str] = []
    desktop.desk.said.connect(said.append)
    desktop.desk.copy(desktop.parts[0])
    assert QGuiApplication.clipboard().image().width() == desktop.stage.width() * SHARPNESS
    assert said == ["The picture is on the clipboard."]


def test_that_the_window_writes_the_same_table_as_the_command_line(learned: RunState, tmp_path: Path) -> None:
    file = tmp_path / "cli.csv"
    assert main(["export", learned.folder, "--q-table", str(file), "--at", str(learned.env_steps)]) == 0
    assert csv_of(learned) == file.read_bytes()


def test_that_a_table_with_chinese_words_begins_with_a_mark_for_spreadsheets(tmp_path: Path) -> None:
    taxi = learned_run(tmp_path, "Taxi-v4", {}, ticks=1_000)[0]
    assert csv_of(taxi).startswith(b"state,")
    language().choose("zh_TW")
    data = csv_of(taxi)
    assert data.startswith(b"\xef\xbb\xbfstate,") and data.count(b"\n") == 501


def test_that_names_are_plain_and_tell_world_agent_and_moment(learned: RunState) -> None:
    assert suggested_name(learned, "table") == "cliff-q_learning-update_5000-table"
    assert suggested_name(RunState(), "page") == "arena-page"
    assert csv_of(RunState()) == b""
