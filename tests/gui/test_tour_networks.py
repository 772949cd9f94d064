"""The tour of the networks' places: the library, a watched game, three ages, a network that learns.

``ARENA_PICTURES=docs/pictures python -m pytest tests/gui/test_tour_networks.py`` writes the pictures of the documents
anew; then the network learns for minutes first, otherwise for two updates.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agents.models.library import shipped_folder
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.arcade import ArcadePage
from gui.theme import theme
from tests.gui.test_tour import grab, pictures, window

pytest.importorskip("stable_baselines3", reason="the extra deep is not installed")
pytest.importorskip("ale_py", reason="the extra deep is not installed")

__all__ = ["pictures", "window"]

FOR_THE_DOCUMENTS = "ARENA_PICTURES" in os.environ
WATCHED = "ppo-breakout"


def arcade_of(window: MainWindow) -> ArcadePage:
    page = window.page("arcade")
    assert isinstance(page, ArcadePage)
    return page


def test_that_watched_games_are_pictures_worth_showing(window: MainWindow, qtbot: QtBot, pictures: Path) -> None:
    qtbot.waitUntil(lambda: bool(window.navigator.library.entries))
    window.watch_model(str(shipped_folder() / WATCHED))
    page = arcade_of(window)
    model, watch = page.model, page.watch
    qtbot.waitUntil(lambda: model.state.scalar("newest") > (900 if FOR_THE_DOCUMENTS else 30))
    watch.critic.setChecked(True)
    qtbot.waitUntil(lambda: model.state.array("saliency_critic") is not None)
    looks = [grab(window, qtbot, pictures, "arcade-dark")]
    theme().set_wish("light")
    language().choose("zh_TW")
    looks.append(grab(window, qtbot, pictures, "arcade-zh_TW"))
    language().choose("en")
    theme().set_wish("dark")
    watch.link.click()
    qtbot.waitUntil(lambda: model.state.array("filters") is not None)
    qtbot.wait(400)
    looks.append(grab(window, qtbot, pictures, "arcade-inside"))
    watch.drawer.close_drawer()
    theme().set_projector(True)
    looks.append(grab(window, qtbot, pictures, "arcade-projector"))
    theme().set_projector(False)
    page.top.ages.click()
    qtbot.waitUntil(lambda: (ghosts := model.state.array("ghosts")) is not None and len(ghosts) == 2)
    qtbot.wait(8000 if FOR_THE_DOCUMENTS else 500)
    looks.append(grab(window, qtbot, pictures, "arcade-ages"))
    assert len({bytes(image.constBits()) for image in looks}) == len(looks)


def test_that_a_network_that_learns_is_a_picture_worth_showing(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    training = arcade_of(window).training
    training.env_id, training.agent = "Arena/BreakoutObjects-v0", "ppo"
    small = {"n_envs": 2, "n_steps": 64, "batch_size": 64, "n_epochs": 1}
    training.begin("Arena/BreakoutObjects-v0", "ppo", {} if FOR_THE_DOCUMENTS else small, device="cpu")
    arcade_of(window).show_mode("train")
    window.show_page("arcade")
    model = training.model
    qtbot.waitUntil(lambda: model.state.phase == "paused")
    model.run()
    enough = 150_000 if FOR_THE_DOCUMENTS else 256
    qtbot.waitUntil(lambda: model.state.env_steps >= enough, timeout=900_000)
    looks = [grab(window, qtbot, pictures, "train-dark")]
    theme().set_wish("light")
    language().choose("zh_CN")
    looks.append(grab(window, qtbot, pictures, "train-zh_CN"))
    language().choose("en")
    assert len({bytes(image.constBits()) for image in looks}) == len(looks)
