"""Panels on hand-made states: what they say, not how they look."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from arena.environments.registry import make_world
from arena.protocol.messages import Failed, TickHappened, View
from arena.protocol.world_codec import describe, shown_world
from arena.texts import LANGUAGES
from gui.language import language
from gui.pages.lab_banner import banner_text, reason_text
from gui.panels.formulas import digits, symbols, with_numbers
from gui.panels.narration import sentence
from gui.panels.returns import ReturnsPanel, moving_mean, nice_range
from gui.panels.setting_row import SettingRow
from gui.panels.settings_form import SettingsForm
from gui.panels.what_happened import WhatHappened
from gui.state.run_state import RunState
from gui.widgets.q_table_model import QTableModel

WORLD = shown_world(*describe(make_world("Arena/GridWorld-v0", {"map": "cliff"})))


def tick(**fields: object) -> dict[str, object]:
    return {
        "tick": 5, "episode": 0, "episode_step": 5, "state": 0, "action": 1, "reward": -1.0, "next_state": 1,
        "terminated": 0, "truncated": 0, "forced": 0, "epsilon": 0.1, "draw": 0.05, "explored": 1, "greedy_action": 0,
        "ties": 1, "updates": 1, **fields,
    }  # fmt: skip


def change(**fields: object) -> dict[str, object]:
    return {
        "tick": 5, "state": 0, "action": 1, "old": -8.7, "new": -9.19, "reward": -1.0, "gamma": 1.0,
        "bootstrap": -8.69, "target": -9.69, "step_size": 0.5, "next_state": 1, "next_action": -1, "explored": 1,
        "kind": 0, "weight": 1.0, **fields,
    }  # fmt: skip


def state(beat: int = 4, changes: tuple[dict[str, object], ...] | None = None, **fields: object) -> RunState:
    happened = TickHappened(tick=tick(**fields), changes=(change(),) if changes is None else changes)
    return RunState(phase="paused", agent="q_learning", world=WORLD, tick=happened, beat=beat)


def test_that_each_beat_tells_a_little_more() -> None:
    said = [sentence(state(beat)) for beat in (0, 1, 2)]
    assert "press C" in said[0]
    assert "0.05" in said[1] and "0.10" in said[1] and "random" in said[1]
    assert "−1" in said[2] and "(0, 1)" in said[2]


def test_that_monte_carlo_says_that_it_waits_and_then_how_long_the_path_was() -> None:
    assert "until the episode ends" in sentence(state(changes=()))
    many = tuple(change() for _ in range(13))
    assert "13 values" in sentence(state(changes=many, terminated=1))


@pytest.mark.parametrize("code", LANGUAGES)
def test_that_every_sentence_is_complete_in_every_language(code: str) -> None:
    language().choose(code)
    for beat in range(5):
        for fields in ({}, {"explored": 0}, {"forced": 1}, {"draw": -1.0}, {"terminated": 1}, {"state": -1}):
            said = sentence(state(beat, **fields))
            assert said and not re.search(r"[{}]|lab\.", said)


def test_that_the_formula_with_numbers_is_the_update() -> None:
    text = with_numbers("q_learning", change())
    assert text == "−8.70 + 0.5·( −1 + 1·(−8.69) − (−8.70) )"
    value = eval(text.replace("−", "-").replace("·", "*"))  # our own text, from the line above
    assert value == pytest.approx(change()["new"], abs=0.006)


def test_that_three_lines_of_words_lie_over_nothing(qtbot: QtBot) -> None:
    panel = WhatHappened()
    qtbot.addWidget(panel)
    panel.resize(330, 144)
    panel.show()
    many = tuple(change() for _ in range(13))
    for shown in (state(), state(changes=many, truncated=1), state(changes=many, truncated=1)):
        panel.show_state(shown)
        QApplication.processEvents()
        boxes = [each.geometry() for each in (panel.beats, panel.sentence, panel.rule, panel.numbers, panel.result)]
        assert all(above.bottom() < below.top() for above, below in itertools.pairwise(boxes))
        needed = panel.sentence.heightForWidth(panel.sentence.width())
        assert needed <= panel.sentence.height() and boxes[-1].bottom() < panel.height()


@pytest.mark.parametrize(
    ("old", "new", "decimals"),
    [
        (-8.7, -9.19, 2), (0.2, 0.3, 3), (0.0401, 0.0403, 4), (-3.141, -3.142, 3), (-3.14159, -3.14161, 4),
        (-31.411, -31.412, 3), (-110.001, -110.002, 2), (0.5, 0.5, 3), (0.04, 0.04 + 1e-9, 4),
    ],
)  # fmt: skip
def test_that_a_small_change_gets_as_many_decimals_as_show_it(old: float, new: float, decimals: int) -> None:
    assert digits(change(old=old, new=new, target=new)) == decimals


def test_that_monte_carlo_shows_one_over_n_and_the_return() -> None:
    assert "1/N" in symbols("monte_carlo", averaging=True)
    assert "G" in with_numbers("monte_carlo", change())


def test_that_the_moving_mean_is_a_mean_of_what_came_before() -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0])
    assert moving_mean(values, 2).tolist() == [1.0, 2.0, 4.0, 6.0]


@pytest.mark.parametrize(("low", "high"), [(-400, -13), (0, 1), (5, 5), (-0.01, 0.02), (0, 1e9)])
def test_that_axes_hold_their_range_in_few_whole_steps(low: float, high: float) -> None:
    bottom, top, step = nice_range(low, high)
    assert bottom <= low and top >= high
    assert 1 <= (top - bottom) / step <= 6


def test_that_the_curve_says_the_mean_of_the_newest_rows(qtbot: QtBot) -> None:
    panel = ReturnsPanel()
    qtbot.addWidget(panel)
    rows = np.array([[i, 1, 10 * i, -float(i), -i, -i, 7] for i in range(30)], float)
    panel.show_state(RunState(blocks=rows, run_id="a"))
    assert "−24.5" in panel.caption()
    panel.show_what("length")
    assert "7.0" in panel.caption()
    panel.grab()


def test_that_the_table_sorts_searches_and_copies(qtbot: QtBot) -> None:
    model = QTableModel()
    luck = np.random.default_rng(0)
    q = luck.normal(size=(WORLD.states, WORLD.actions))
    visits = np.ones(q.shape, np.int64)
    model.show_table(WORLD, q, visits, changed=3)
    assert model.rowCount() == 38 and model.columnCount() == 6
    model.sort(1)
    assert model.state_of_row(0) == int(q[:, 0].argmin())
    model.search("(3, 0)")
    assert model.rowCount() == 1
    assert model.as_text([]).split("\n")[1].startswith("(3, 0)\t")


def test_that_a_wrong_entry_is_told_beside_its_field_and_not_sent(qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QLineEdit

    from agents.configuration import settings_of
    from agents.tabular.config import QLearningConfig

    setting = next(item for item in settings_of(QLearningConfig) if item.name == "alpha")
    row = SettingRow(QLearningConfig, setting)
    qtbot.addWidget(row)
    row.show()
    field = row.findChild(QLineEdit)
    sent: list[tuple[str, object]] = []
    row.changed.connect(lambda name, value: sent.append((name, value)))
    field.clear()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not sent and row._problem.isVisible() and "alpha" in row._problem.text()
    field.clear()
    qtbot.keyClicks(field, "0.25")
    with qtbot.waitSignal(row.left):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert sent == [("alpha", 0.25)] and not row._problem.isVisible()


def test_that_the_form_shows_what_matters_now(qtbot: QtBot) -> None:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.show()
    hyper = {"gamma": 1.0, "alpha": 0.5, "epsilon": 0.1, "exploration": "epsilon_greedy", "temperature": 1.0}
    form.show_state(RunState(agent="q_learning", world=WORLD, run_id="a", hyperparameters=hyper))
    shown = {name for name, row in form._rows.items() if row.isVisible()}
    assert shown == {"gamma", "alpha", "epsilon"}
    form.show_state(
        RunState(agent="q_learning", world=WORLD, run_id="a", hyperparameters={**hyper, "exploration": "softmax"})
    )
    shown = {name for name, row in form._rows.items() if row.isVisible()}
    assert shown == {"gamma", "alpha", "temperature"}


def test_that_a_reward_design_is_chosen_with_a_sentence_on_it_where_the_world_is_a_map(qtbot: QtBot) -> None:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.show()
    form.show_state(RunState(agent="q_learning", world=WORLD, run_id="a", hyperparameters={"gamma": 0.9}))
    sentences = []
    for index in range(form._rewards.count()):
        form._rewards.setCurrentIndex(index)
        assert form._scheme.isVisible()
        sentences.append(form._scheme.text())
    assert len(set(sentences)) == 4 and all(text.endswith(".") for text in sentences)
    asked: list[dict[str, object]] = []
    form.restart_wanted.connect(lambda hyper, kwargs, seed: asked.append(kwargs))
    form._rewards.setCurrentIndex(form._rewards.findData("shaped"))
    form._start.click()
    assert asked[0]["rewards"] == "shaped" and asked[0]["discount"] == 0.9
    lake = replace(WORLD, env_id="FrozenLake-v1")
    form.show_state(RunState(agent="q_learning", world=lake, run_id="b", hyperparameters={"gamma": 0.9}))
    assert not form._scheme.isVisible() and not form._rewards.isVisible() and form._seed.isVisible()


def test_that_what_must_be_known_is_one_sentence() -> None:
    failed = RunState(phase="failed", failure=Failed(key="error.worker.died", params={"cause": "SIGKILL"}))
    assert "SIGKILL" in banner_text(failed)
    assert banner_text(RunState(phase="paused", reason="phase.reason.reward")) == ""
    assert reason_text(RunState(phase="paused", reason="phase.reason.reward"))
    broken = RunState(
        phase="paused", world=WORLD, reason="phase.reason.not_finite",
        reason_params={"state": 0, "action": 1, "tick": 9},
    )  # fmt: skip
    assert "(0, 0)" in banner_text(broken) and "→" in banner_text(broken)
    assert View().env_steps == 0
