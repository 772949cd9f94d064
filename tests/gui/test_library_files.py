"""Models in and out of the window, and evaluated in it: real processes, real files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from agents.models.folder import check_model
from agents.models.library import models_folder, open_model, shipped_folder
from arena.runs.locations import home
from gui.dialogs.import_model import ImportModelDialog
from gui.dialogs.name_model import NameModelDialog
from gui.language import tr
from gui.main_window import MainWindow
from gui.panels.library.card_dialog import ModelCardDialog
from gui.panels.library.evaluate_dialog import EvaluateModelDialog
from gui.settings_store import SettingsStore
from gui.state.model_words import day_of

TABLE, NETWORK = shipped_folder() / "q-cliff", shipped_folder() / "ppo-breakout-objects"

deep = pytest.mark.skipif(not (find_spec("torch") and find_spec("ale_py")), reason="needs the extra deep")


Kind = TypeVar("Kind", bound=QDialog)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close_now()


def dialog(kind: type[Kind]) -> Kind:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def test_that_a_model_is_written_and_dropped_on_the_window_and_offers_to_play(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.models.files.write(open_model(TABLE), str(tmp_path / "handed on"), sb3=False)
    assert window.toast.action.text() == tr("library.cancel")
    qtbot.waitUntil(lambda: window.toast.text == tr("library.exported", name="handed on"))
    check_model(tmp_path / "handed on")
    window.files.open_path(str(tmp_path / "handed on"))
    qtbot.waitUntil(lambda: window.toast.action.text() == tr("library.play"))
    assert (models_folder() / "handed on" / "manifest.json").is_file()
    asked: list[tuple[str, str]] = []
    window.navigator.model_wanted.disconnect()
    window.navigator.model_wanted.connect(lambda what, folder: asked.append((what, folder)))
    window.toast.action.click()
    assert asked == [("play", str(models_folder() / "handed on"))]


def test_that_a_foreign_zip_is_refused_in_one_sentence_after_its_game_was_asked(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "holiday.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("beach.txt", "sun")
    window.files.open_path(str(file))
    asked = dialog(ImportModelDialog)
    asked.game.setEditText("  ")
    assert not asked.begin.isEnabled()
    asked.game.setEditText("CartPole-v1")
    asked.begin.click()
    sentence = tr("error.model.sb3_member", file="holiday.zip", name="beach.txt")
    qtbot.waitUntil(lambda: window.toast.text == sentence)
    assert not models_folder().exists() or not list(models_folder().iterdir())


def test_that_what_is_under_way_is_cancelled_and_leaves_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.models.files.write(open_model(TABLE), str(tmp_path / "never"), sb3=False)
    window.toast.action.click()
    assert window.toast.text == tr("library.cancelled") and not window.models.files.errand.busy
    assert not list(tmp_path.glob("*never*")) and not list(tmp_path.glob(".saving-*"))


def test_that_nothing_shown_cannot_be_kept(window: MainWindow) -> None:
    window.show_page("start")
    window.menus.save_agent.emit()
    assert window.toast.text == tr("library.save.nothing")


def test_that_the_agent_of_a_run_is_asked_for_its_name_and_saving_it_can_be_cancelled(
    window: MainWindow, tmp_path: Path
) -> None:
    run = tmp_path / "Arena-GridWorld-v0__q_learning__0__20260101-120000"
    run.mkdir()
    window.navigator.model_wanted.emit("save", str(run))
    asked = dialog(NameModelDialog)
    assert asked.name.text() == "Arena-GridWorld-v0-q_learning-0"
    asked.name.setText("kept")
    asked.keep.click()
    assert window.models.files.errand.busy and window.toast.text == tr("library.saving", name="kept")
    window.toast.action.click()
    assert not window.models.files.errand.busy and not (models_folder() / "kept").exists()


@deep
def test_that_a_network_is_written_as_stable_baselines_reads_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.models.files.write(open_model(NETWORK), str(tmp_path / "for_others"), sb3=True)
    loader = "stable_baselines3.PPO"
    sentence = tr("library.exported.sb3", name="for_others.zip", loader=loader)
    qtbot.waitUntil(lambda: window.toast.text == sentence)
    assert "policy.pth" in zipfile.ZipFile(tmp_path / "for_others.zip").namelist()


@deep
def test_that_evaluating_shows_each_score_as_it_comes_and_can_be_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    window.navigator.model_wanted.emit("evaluate", str(NETWORK))
    shown = dialog(EvaluateModelDialog)
    shown.games.set_value(1)
    shown.begin.click()
    assert shown.errand.busy and not shown.games.isEnabled()
    qtbot.waitUntil(lambda: not shown.errand.busy)
    assert len(shown.figures["scores"]) == 1 and shown.plot.scores == tuple(shown.figures["scores"])
    rows = shown.bars.rows()
    assert [score for _, score, _ in rows] == sorted(score for _, score, _ in rows)
    # It ships: its card stays as it is, the game is told of beside it, and shown.
    assert shown.where.text() == tr("library.kept.beside", folder=str(home() / "evaluations"))
    here = open_model(NETWORK).here
    assert here is not None and here.scores == shown.plot.scores and here.played
    assert {1.7, 31.8, 401.2} < {score for _, score, _ in rows} and sum(own for _, _, own in rows) == 1
    shown.begin.click()
    shown.begin.click()
    assert not shown.errand.busy and shown.said.text() == tr("library.evaluate.cancelled", games=0)
    shown.begin.click()
    shown.leave.click()
    assert not shown.errand.busy
    window.navigator.model_wanted.emit("card", str(NETWORK))
    card = dialog(ModelCardDialog)
    assert any(day_of(here.played) in label.text() for label in card.findChildren(QLabel))
    card.close()


@deep
def test_that_a_network_learns_on_in_a_new_run_and_what_is_lost_is_said(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(window, "open_run", opened.append)
    window.navigator.model_wanted.emit("train", str(NETWORK))
    qtbot.waitUntil(lambda: bool(opened))
    assert window.toast.text == tr("library.train.begun")
    assert (Path(opened[0]) / "config.json").is_file() and list((Path(opened[0]) / "checkpoints").iterdir())
