"""The tour: every page as a picture, in both palettes, three languages and for the projector.

``ARENA_PICTURES=docs/pictures python -m pytest tests/gui/test_tour.py`` writes the pictures of the documents anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.experiments import ExperimentsPage
from gui.pages.lab import LabPage
from gui.settings_store import SettingsStore
from gui.state.scene import SCENES
from gui.theme import theme


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("ARENA_PICTURES", str(tmp_path / "pictures")))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show_page("start")
    made.show()
    yield made
    made.close_now()
    WorkerClient.drop_spare()


def shades(image: QImage) -> int:
    small = image.scaled(160, 100)
    return len({small.pixel(x, y) for x in range(small.width()) for y in range(small.height())})


def grab(window: MainWindow, qtbot: QtBot, folder: Path, name: str) -> QImage:
    qtbot.wait(150)
    image = window.grab().toImage()
    assert image.save(str(folder / f"{name}.png"))
    assert shades(image) > 60, f"{name} shows next to nothing"
    return image


def test_that_every_page_is_a_picture_worth_showing(window: MainWindow, qtbot: QtBot, pictures: Path) -> None:
    qtbot.wait(300)
    looks = [grab(window, qtbot, pictures, "start-dark")]
    theme().set_wish("light")
    looks.append(grab(window, qtbot, pictures, "start-light"))
    theme().set_wish("dark")
    window.open_scene(SCENES[0])
    lab = window.page("lab")
    assert isinstance(lab, LabPage)
    model = lab.model
    qtbot.waitUntil(lambda: model.state.phase == "paused")
    model.run_to("episode", 120)
    qtbot.waitUntil(lambda: model.state.episodes == 120 and model.state.phase == "paused")
    for _ in range(5):
        model.step()
        qtbot.waitUntil(lambda: model.state.beat == 4 and model.state.tick is not None)
    looks.append(grab(window, qtbot, pictures, "lab-dark"))
    theme().set_wish("light")
    looks.append(grab(window, qtbot, pictures, "lab-light"))
    theme().set_wish("dark")
    for code in ("zh_TW", "zh_CN"):
        language().choose(code)
        looks.append(grab(window, qtbot, pictures, f"lab-{code}"))
    language().choose("en")
    lab.settings_drawer.open_drawer()
    looks.append(grab(window, qtbot, pictures, "lab-settings"))
    lab.settings_drawer.close_drawer()
    theme().set_projector(True)
    looks.append(grab(window, qtbot, pictures, "projector-dark"))
    theme().set_projector(False)
    window.resize(1920, 1080)
    looks.append(grab(window, qtbot, pictures, "lab-dark-1920"))
    assert len({bytes(image.constBits()) for image in looks}) == len(looks)


def test_that_the_past_the_reasons_and_the_editor_are_pictures_worth_showing(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    window.open_scene(SCENES[0])
    lab = window.page("lab")
    assert isinstance(lab, LabPage)
    model = lab.model
    qtbot.waitUntil(lambda: model.state.phase == "paused")
    lab.scenes.fold()
    model.run_to("episode", 120)
    qtbot.waitUntil(lambda: model.state.episodes == 120 and model.state.phase == "paused")
    at = model.state.env_steps // 2
    lab.past.model.go(at)
    qtbot.waitUntil(lambda: lab.past.model.state().env_steps == at)
    lab.past.model.set_bookmark("hugs the cliff")
    qtbot.waitUntil(lambda: bool(lab.past.model.bookmarks))
    lab.past.model.go(at + at // 2)
    qtbot.waitUntil(lambda: lab.past.model.state().env_steps == at + at // 2)
    theme().set_wish("light")
    looks = [grab(window, qtbot, pictures, "lab-past")]
    theme().set_wish("dark")
    looks.append(grab(window, qtbot, pictures, "lab-past-dark"))
    lab.past.model.leave()
    lab.why.explain(26, 1)
    qtbot.waitUntil(lambda: len(lab.why.panel._chain.links) > 3)
    looks.append(grab(window, qtbot, pictures, "lab-why"))
    lab.why.drawer.close_drawer()
    lab.editor.open()
    looks.append(grab(window, qtbot, pictures, "editor-dark"))
    assert len({bytes(image.constBits()) for image in looks}) == len(looks)


def test_that_experiments_are_pictures_worth_showing(window: MainWindow, qtbot: QtBot, pictures: Path) -> None:
    window.show_page("experiments")
    page = window.page("experiments")
    assert isinstance(page, ExperimentsPage)
    looks = [grab(window, qtbot, pictures, "experiments-empty")]

    def over() -> bool:
        report = page.model.state.report
        return report is not None and report.ended and page.model.state.phase == "idle"

    page.run()
    qtbot.waitUntil(over)
    looks.append(grab(window, qtbot, pictures, "experiments-dark"))
    theme().set_wish("light")
    looks.append(grab(window, qtbot, pictures, "experiments-light"))
    language().choose("zh_TW")
    looks.append(grab(window, qtbot, pictures, "experiments-zh_TW"))
    language().choose("en")
    page.modes.choose_next(1)
    page.run()
    qtbot.waitUntil(over)
    looks.append(grab(window, qtbot, pictures, "experiments-sweep"))
    theme().set_wish("dark")
    theme().set_projector(True)
    looks.append(grab(window, qtbot, pictures, "experiments-projector"))
    theme().set_projector(False)
    assert len({bytes(image.constBits()) for image in looks}) == len(looks)
