"""The Lab's top bar: what is chosen is read in full, whatever else there is."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.language import language
from gui.pages.lab_top_bar import LabTopBar
from gui.widgets.pill_button import PillButton


@pytest.mark.parametrize("code", ["en", "zh_TW"])
@pytest.mark.parametrize("width", [1204, 1100, 900])
def test_that_buttons_lose_their_words_before_choices_are_cut(qtbot: QtBot, width: int, code: str) -> None:
    bar = LabTopBar()
    qtbot.addWidget(bar)
    more = [PillButton(key, "info", "quiet") for key in ("scene.note.button", "menu.file", "menu.view")]
    for button in more:
        bar.add_button(button)
    bar.world.set_value(bar.world._choices[0].id)
    bar.mover.set_value("agent")
    bar.agent.set_value("expected_sarsa")
    bar.resize(width, 54)
    bar.show()
    language().choose(code)
    qtbot.wait(20)
    for chooser in (bar.world, bar.agent, bar.mover):
        assert chooser.width() >= chooser.sizeHint().width()
    assert all(button.width() >= button.sizeHint().width() for button in (*more, bar.projector, bar.settings))


def test_that_words_come_back_with_the_room(qtbot: QtBot) -> None:
    bar = LabTopBar()
    qtbot.addWidget(bar)
    bar.agent.set_value("expected_sarsa")
    bar.resize(700, 54)
    bar.show()
    qtbot.wait(20)
    short = bar.picture.width()
    bar.resize(1500, 54)
    qtbot.wait(20)
    assert bar.picture.width() > short == bar.picture.height()
    # A button that is hidden makes room as well.
    bar.resize(sum(w.sizeHint().width() for w in (bar.agent, bar.world, bar.mover)) + 330, 54)
    qtbot.wait(20)
    before = bar.projector.width()
    bar.world.hide()
    qtbot.wait(20)
    assert bar.projector.width() >= before
