"""The library on the start page: what is on the cards, how one plays, and that deleting can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from agents.models.kept_evaluation import replace_card
from agents.models.library import models_folder, open_model, shipped_folder
from gui.dialogs.name_model import NameModelDialog
from gui.language import language, tr
from gui.main_window import MainWindow
from gui.pages.start import StartPage
from gui.pages.start_model_card import ModelCard
from gui.panels.library.card_dialog import ModelCardDialog
from gui.settings_store import SettingsStore
from gui.state.model_words import model_title, score_words
from gui.state.run_words import world_title
from gui.theme import theme
from tests.gui.library_models import evaluation, make_model

SHIPPED = sorted(path.name for path in shipped_folder().iterdir() if (path / "manifest.json").is_file())


Kind = TypeVar("Kind", bound=QDialog)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    make_model("my-old", created="2026-01-01T00:00:00+00:00")
    make_model("my-new", scores=(350.0, 410.0, 1.0), title={"en": "The new one", "zh_TW": "新的"})
    make_model("from-afar", origin="imported", agent="a2c", scores=())
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show_page("start")
    made.show()
    qtbot.waitUntil(lambda: bool(made.navigator.library.entries))
    yield made
    made.close_now()


@pytest.fixture
def page(window: MainWindow) -> StartPage:
    shown = window.current
    assert isinstance(shown, StartPage)
    shown.library.more.click()
    return shown


def card(page: StartPage, name: str) -> ModelCard:
    return next(card for card in page.library.cards if card.entry.name == name)


def watched(window: MainWindow) -> list[str]:
    """Collect what is to be watched, instead of watching it."""
    asked: list[str] = []
    window.navigator.watch_wanted.disconnect()
    window.navigator.watch_wanted.connect(asked.append)
    return asked


def dialog(kind: type[Kind]) -> Kind:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def test_that_those_that_ship_come_first_then_the_newest_of_ones_own_then_imported(page: StartPage) -> None:
    names = [card.entry.name for card in page.library.cards]
    assert sorted(names[: len(SHIPPED)]) == SHIPPED
    assert names[len(SHIPPED) :] == ["my-new", "my-old", "from-afar"]
    families = [card.entry.manifest.family for card in page.library.cards[: len(SHIPPED)]]
    assert families == sorted(families, key=lambda family: family != "deep")


def test_that_one_row_is_shown_until_all_are_asked_for_and_no_card_covers_another(
    window: MainWindow, page: StartPage
) -> None:
    everything = page.library.cards
    boxes = [card.geometry() for card in everything]
    assert not any(a.intersects(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
    page.library.more.click()
    assert len(page.library.cards) == 3 < len(everything)
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert len(page.library.cards) >= 4


def test_that_scenes_come_first_and_the_library_is_in_view(page: StartPage) -> None:
    page.library.more.click()
    QApplication.processEvents()
    first = page.board.cards[0]
    library = page.library.mapTo(page, page.library.rect().topLeft()).y()
    assert first.mapTo(page, first.rect().bottomLeft()).y() < library
    assert library + page.library.height() < page.height()


def test_that_a_double_click_or_enter_plays_and_one_click_only_chooses(
    window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    asked = watched(window)
    chosen = card(page, "my-new")
    qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
    assert asked == [] and chosen.hasFocus()
    qtbot.mouseDClick(chosen, Qt.MouseButton.LeftButton)
    qtbot.keyClick(chosen, Qt.Key.Key_Return)
    chosen.play.click()
    assert asked == [str(models_folder() / "my-new")] * 3


def test_that_arrows_go_from_card_to_card(page: StartPage, qtbot: QtBot) -> None:
    first, second = page.library.cards[:2]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Left)
    assert first.hasFocus()


def test_that_a_table_is_opened_in_the_lab_with_its_run(
    window: MainWindow, page: StartPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(window, "open_run", opened.append)
    qtbot.mouseDClick(card(page, "q-cliff"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(opened))
    config = json.loads((Path(opened[0]) / "config.json").read_text("utf-8"))
    assert config["agent"] == "q_learning"


def test_that_deleting_is_undone_from_the_remark(window: MainWindow, page: StartPage, qtbot: QtBot) -> None:
    qtbot.keyClick(card(page, "my-old"), Qt.Key.Key_Delete)
    assert not (models_folder() / "my-old").exists()
    assert window.toast.text == tr("library.deleted", name="my-old")
    qtbot.waitUntil(lambda: all(card.entry.name != "my-old" for card in page.library.cards))
    window.toast.action.click()
    assert (models_folder() / "my-old" / "manifest.json").is_file()
    qtbot.waitUntil(lambda: any(card.entry.name == "my-old" for card in page.library.cards))


def test_that_what_ships_can_neither_be_renamed_nor_deleted(page: StartPage, qtbot: QtBot) -> None:
    shipped = card(page, SHIPPED[0])
    qtbot.keyClick(shipped, Qt.Key.Key_Delete)
    assert (shipped_folder() / SHIPPED[0]).is_dir()
    menu = page.library.menu_of(shipped.entry)
    able = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert not able[tr("library.rename")] and not able[tr("library.delete")] and able[tr("library.card")]
    menu.deleteLater()


def test_that_a_damaged_one_is_told_in_a_sentence_and_can_be_deleted(
    window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    (models_folder() / "my-old" / "manifest.json").write_text("{")
    window.navigator.library.load()
    qtbot.waitUntil(lambda: len(window.navigator.library.damaged) == 1)
    item = page.library._broken.itemAt(0)
    assert item is not None
    row = item.widget()
    said = row.said.text()  # type: ignore[union-attr]
    assert said.startswith("my-old cannot be used.") and "Traceback" not in said
    row.delete.click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not window.navigator.library.damaged)
    assert not (models_folder() / "my-old").exists()


def test_that_an_empty_library_says_how_to_fill_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("agents.models.library.shipped_folder", lambda: tmp_path / "none")
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.show_page("start")
    made.show()
    shown = made.current
    assert isinstance(shown, StartPage)
    with qtbot.waitSignal(made.navigator.library.changed):
        made.navigator.library.load()
    assert shown.library.empty.isVisible() and shown.library.cards == []
    made.close_now()


def test_that_another_name_is_refused_while_it_is_taken_and_taken_when_it_is_free(
    window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    window.navigator.model_wanted.emit("rename", str(models_folder() / "my-old"))
    asked = dialog(NameModelDialog)
    asked.name.setText("my-new")
    assert not asked.keep.isEnabled() and "my-new" in asked.problem.text()
    asked.name.setText("../../etc")
    assert not asked.keep.isEnabled()
    asked.name.setText("grown-up")
    asked.keep.click()
    assert (models_folder() / "grown-up").is_dir() and not (models_folder() / "my-old").exists()
    qtbot.waitUntil(lambda: any(card.entry.name == "grown-up" for card in page.library.cards))


def test_that_the_card_shows_every_score_beside_a_person(window: MainWindow, page: StartPage, qtbot: QtBot) -> None:
    asked = watched(window)
    window.navigator.model_wanted.emit("card", str(models_folder() / "my-new"))
    shown = dialog(ModelCardDialog)
    assert shown.scores.scores == (350.0, 410.0, 1.0)
    assert set(shown.scores._known) == {"random", "person", "dqn_nature"}
    assert shown.scores.accessibleDescription() == "350.0, 410.0, 1.0"
    assert not shown.scores.grab().isNull()
    shown.play.click()
    assert asked == [str(models_folder() / "my-new")]


def test_that_a_card_draws_how_it_learned_beside_what_others_published(window: MainWindow, page: StartPage) -> None:
    folder = models_folder() / "my-new"
    curve = ((100_000, 2.0), (1_200_000, 30.5))
    replace_card(folder, replace(open_model(folder).card, curve=curve, env_steps=1_200_000))
    window.navigator.model_wanted.emit("card", str(folder))
    shown = dialog(ModelCardDialog)
    assert shown.curve.isVisible() and not shown.curve.grab().isNull()
    shown.curve.look_at(1)
    assert "30.5" in shown.curve.words() and "1,200,000" in shown.curve.words()
    assert any(tr("train.forecast.others") in label.text() for label in shown.findChildren(QLabel))
    assert len(shown.bars.rows()) == 4
    shown.close()
    window.navigator.model_wanted.emit("card", str(models_folder() / "my-old"))
    shown = dialog(ModelCardDialog)
    assert not shown.curve.isVisible()
    shown.close()


def test_that_the_ages_of_any_model_are_watched_side_by_side_from_its_card_and_its_menu(
    window: MainWindow, page: StartPage
) -> None:
    wanted: list[str] = []
    window.navigator.ages_wanted.disconnect()
    window.navigator.ages_wanted.connect(wanted.append)
    grown = shipped_folder() / "ppo-breakout-objects"
    window.navigator.model_wanted.emit("card", str(grown))
    dialog(ModelCardDialog).ages.click()
    entry = card(page, "ppo-breakout-objects").entry
    menu = page.library.menu_of(entry)
    next(action for action in menu.actions() if action.text() == tr("library.ages")).trigger()
    menu.deleteLater()
    assert wanted == [str(grown)] * 2
    menu = page.library.menu_of(card(page, "my-new").entry)
    assert tr("library.ages") not in [action.text() for action in menu.actions()]
    menu.deleteLater()


def test_that_a_model_nobody_evaluated_says_so(window: MainWindow, page: StartPage) -> None:
    window.navigator.model_wanted.emit("card", str(models_folder() / "from-afar"))
    shown = dialog(ModelCardDialog)
    assert shown.scores.isHidden()
    shown.close()
    assert score_words(None) == tr("library.score.none")


def test_that_a_card_says_how_its_games_were_played(window: MainWindow, page: StartPage) -> None:
    make_model("of-values", agent="dqn")
    for name, words in (("my-new", "probabilities"), ("of-values", "1 % random moves")):
        window.navigator.model_wanted.emit("card", str(models_folder() / name))
        shown = dialog(ModelCardDialog)
        assert any(words in label.text() for label in shown.findChildren(QLabel))
        shown.close()


def test_that_a_card_is_told_to_who_cannot_see_it_in_the_language_in_use(page: StartPage) -> None:
    told = card(page, "my-new").accessibleName()
    assert "The new one" in told and "253.7" in told and tr("model.origin.own") in told
    language().choose("zh_TW")
    there = card(page, "my-new")
    assert model_title(there.entry) == "新的" and there.accessibleName().startswith("新的")


def test_that_it_is_not_on_the_wall_and_comes_back(page: StartPage) -> None:
    theme().set_projector(True)
    assert not page.library.isVisible()
    theme().set_projector(False)
    assert page.library.isVisible()


def test_that_figures_of_no_games_are_none() -> None:
    assert evaluation(()) is None


def test_that_a_game_has_its_name_among_recent_runs_too() -> None:
    assert world_title("Arena/BreakoutObjects-v0", {}) == tr("arcade.world.objects")
    assert world_title("PongNoFrameskip-v4", {}) == "PongNoFrameskip-v4"
