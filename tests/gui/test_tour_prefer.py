"""The tour of the preference page: a pair, what the model holds, the review, the projector, a class that is asked.

``ARENA_PICTURES=docs/pictures python -m pytest tests/gui/test_tour_prefer.py`` writes the pictures of the documents
anew; then a task that ships is taught for 24 answers first, otherwise a smaller one for three.
"""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.language import language
from gui.main_window import MainWindow
from gui.pages.prefer import PreferPage
from gui.state.class_poll import ClassPlan
from gui.theme import theme
from tests.gui.test_prefer_worker import PATIENCE, TINY
from tests.gui.test_tour import grab, pictures, window

pytestmark = pytest.mark.skipif(find_spec("stable_baselines3") is None, reason="needs what networks need")

__all__ = ["pictures", "window"]

FOR_THE_DOCUMENTS = "ARENA_PICTURES" in os.environ
ANSWERS, STEPS = (24, 20_000) if FOR_THE_DOCUMENTS else (3, 1)
SMALL = replace(TINY, env_kwargs={"map": "two_routes"})


def taught(window: MainWindow, qtbot: QtBot) -> PreferPage:
    """Return the page after a teacher who prefers the left half has answered some pairs, with a pair to answer."""
    page = window.page("prefer")
    assert isinstance(page, PreferPage)
    if not FOR_THE_DOCUMENTS:
        page.model.open(SMALL)
    window.show_page("prefer")
    model = page.model
    qtbot.waitUntil(lambda: model.known.question is not None, timeout=PATIENCE)
    page.answerer.teacher.choose_pace("quick")
    page.answerer.teacher.choose("oracle", "left_half")
    qtbot.waitUntil(lambda: len(model.known.labels) >= ANSWERS, timeout=PATIENCE)
    page.answerer.teacher.choose("", "reward")
    if model.known.settled:
        model.go_past()
    qtbot.waitUntil(
        lambda: model.known.fitted is not None and model.state.env_steps >= STEPS and page.pair.there,
        timeout=PATIENCE,
    )
    return page


def test_that_answering_is_a_picture_worth_showing(window: MainWindow, qtbot: QtBot, pictures: Path) -> None:
    page = taught(window, qtbot)
    page.answer("left")
    qtbot.waitUntil(
        lambda: (reveal := page.model.known.reveal) is None or reveal.told is not None, timeout=PATIENCE
    )  # fmt: skip
    looks = [grab(window, qtbot, pictures, "prefer-dark")]
    theme().set_wish("light")
    language().choose("zh_TW")
    looks.append(grab(window, qtbot, pictures, "prefer-zh_TW"))
    language().choose("en")
    theme().set_wish("dark")
    page.inside.drawer.open_drawer()
    qtbot.waitUntil(lambda: page.model.state.array("reward") is not None, timeout=PATIENCE)
    qtbot.wait(600)
    looks.append(grab(window, qtbot, pictures, "prefer-inside"))
    page.inside.drawer.close_drawer()
    page.review.open()
    qtbot.wait(800)
    looks.append(grab(window, qtbot, pictures, "prefer-review"))
    page.review.drawer.close_drawer()
    theme().set_projector(True)
    qtbot.wait(300)
    looks.append(grab(window, qtbot, pictures, "prefer-projector"))
    theme().set_projector(False)
    page.asking.begin(ClassPlan(way="hands"))
    qtbot.wait(300)
    looks.append(grab(window, qtbot, pictures, "prefer-hands"))
    assert len({bytes(image.constBits()) for image in looks}) == len(looks)
