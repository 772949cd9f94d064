"""The start page: every scene that ships is on it, reached by mouse and by keyboard alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from arena.environments.registry import make_world
from arena.scenes.scene_file import ENDING, scene_json
from arena.scenes.scene_store import shipped_names, write_scene
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.start import StartPage
from gui.pages.start_card import SceneCard
from gui.pages.start_scenes import scene_miniatures
from gui.settings_store import SettingsStore
from gui.state.scene import CHAPTERS, SCENES, Scene, scene_title
from gui.theme import theme
from gui.widgets.miniature import Miniature


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show_page("start")
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_now()


@pytest.fixture
def page(window: MainWindow) -> StartPage:
    shown = window.current
    assert isinstance(shown, StartPage)
    return shown


def opened(page: StartPage) -> list[Scene]:
    """Collect what the page asks to open, instead of opening it."""
    asked: list[Scene] = []
    page.navigator.open_scene.disconnect()
    page.navigator.open_scene.connect(asked.append)
    return asked


def in_view(page: StartPage, card: SceneCard) -> bool:
    top = card.mapTo(page, QPoint(0, 0)).y()
    return top >= 0 and top + card.height() <= page.height()


def test_that_every_scene_that_ships_is_in_one_chapter() -> None:
    assert sorted(scene.id for scene in SCENES) == sorted(shipped_names())
    assert SCENES[0].id == "cliff" and SCENES[0].agent == "q_learning"
    assert all(1 <= len(chapter.scenes) <= 5 for chapter in CHAPTERS)


def test_that_every_card_has_its_map_and_none_covers_another(page: StartPage, qtbot: QtBot) -> None:
    assert set(scene_miniatures()) == {scene.id for scene in SCENES}
    qtbot.waitUntil(lambda: all(card.width() > 150 and card.height() > 100 for card in page.board.cards))
    for row in [page.board._first, *page.board._rows]:
        boxes = [card.geometry() for card in row.cards]
        assert not any(a.intersects(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
        assert all(row.rect().contains(box) for box in boxes)


def test_that_a_row_with_a_narrow_world_has_all_its_maps_over_the_words(page: StartPage) -> None:
    rows = [row for row in page.board._rows if row.cards]
    strips = [any(card.strip for card in row.cards) for row in rows]
    assert True in strips and False in strips
    for row, strip in zip(rows, strips, strict=True):
        for card in row.cards:
            world, words = card._parts(QRectF(card.rect()))
            over = world.bottom() <= words.top()
            assert over if strip else over == (not card._flat())


def test_that_enter_opens_the_first_scene(page: StartPage, qtbot: QtBot) -> None:
    asked = opened(page)
    focused = QApplication.focusWidget()
    assert focused is page.board.cards[0]
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert asked == [SCENES[0]]


def test_that_arrows_reach_every_scene_and_bring_it_into_view(page: StartPage, qtbot: QtBot) -> None:
    arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
    known, waiting = {page.board.cards[0]}, [page.board.cards[0]]
    while waiting:
        card = waiting.pop()
        for key in arrows:
            card.setFocus()
            qtbot.keyClick(card, key)
            there = QApplication.focusWidget()
            assert isinstance(there, SceneCard) and there.scene == page.board.marked
            assert in_view(page, there)
            if there not in known:
                known.add(there)
                waiting.append(there)
    assert known == set(page.board.cards)


def test_that_left_and_right_stay_in_the_row(page: StartPage, qtbot: QtBot) -> None:
    row = page.board._rows[-1].cards
    row[0].setFocus()
    for expected in [*row[1:], row[-1]]:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Right)
        assert QApplication.focusWidget() is expected


def test_that_a_click_opens_the_scene_of_the_card(page: StartPage, qtbot: QtBot) -> None:
    asked = opened(page)
    for card in page.board.cards:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert asked == list(SCENES)


def test_that_scenes_of_ones_own_are_shown_newest_first_and_open_too(
    window: MainWindow, page: StartPage, qtbot: QtBot, arena_home: Path
) -> None:
    asked = opened(page)
    assert page.board.own == () and not page.board._titles[0].isVisible()
    folder = arena_home / "scenes"
    folder.mkdir(parents=True)
    for age, title in enumerate(("oldest", "b", "c", "d", "newest")):
        path = folder / f"{title}{ENDING}"
        write_scene(path, Scene(title={"en": title}, env_kwargs={"map": "cliff"}))
        os.utime(path, (1_000 + age, 1_000 + age))
    (folder / f"broken{ENDING}").write_text("{")
    (folder / f"nobody{ENDING}").write_text(scene_json(Scene(title={"en": "x"}, agent="nobody")))
    window.show_page("start")
    qtbot.waitUntil(lambda: len(page.board.own) == 4)
    assert [scene.title["en"] for scene in page.board.own] == ["newest", "d", "c", "b"]
    assert page.board._titles[0].isVisible()
    card = page.board._own.cards[0]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    card.setFocus()
    for file in folder.iterdir():
        file.unlink()
    window.show_page("start")
    qtbot.waitUntil(lambda: page.board.own == ())
    assert page.board.marked == SCENES[0]
    assert [scene.title["en"] for scene in asked] == ["newest"]


@pytest.mark.parametrize("code", ["zh_TW", "zh_CN"])
def test_that_cards_speak_the_language_chosen(page: StartPage, code: str) -> None:
    language().choose(code)
    for card in page.board.cards:
        assert (
            card.accessibleName().startswith(card.scene.title[code])
            and scene_title(card.scene) in card.scene.title[code]
        )


def test_that_on_the_wall_the_heading_asks_the_question_of_the_marked_scene(page: StartPage) -> None:
    theme().set_projector(True)
    assert page._title.text() == SCENES[0].line["en"]
    language().choose("zh_TW")
    assert page._title.text() == SCENES[0].line["zh_TW"]


def test_that_a_bandit_is_drawn_as_arms_nobody_knows_yet() -> None:
    for arms in (10, 7):
        small = Miniature.of(make_world("Arena/Bandit-v0", {"arms": arms}).layout)
        assert small.rows == 2 and small.marks.count("?") == arms
        assert sum(share >= 0 for share in small.distance) == arms
