"""What if…: the drawer that asks what to change, pressed and typed into as a person does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from arena.environments.grid.map_difference import difference
from arena.environments.grid.maps import find_map
from arena.environments.registry import make_world
from arena.protocol.messages import View
from arena.protocol.world_codec import ShownWorld, describe, shown_world
from gui.panels.what_if.panel import WhatIfPanel
from gui.state.run_state import RunState

GRID = "Arena/GridWorld-v0"


def world(**env_kwargs: Any) -> ShownWorld:
    made = make_world(GRID, {"map": "cliff", **env_kwargs})
    return shown_world(*describe(made))


def state_of(shown: ShownWorld, q: np.ndarray[Any, Any] | None = None, **more: Any) -> RunState:
    shape = (shown.states, shown.actions)
    values = np.zeros(shape) if q is None else q
    view = View(env_steps=10, arrays={"q": values, "visits": np.ones(shape, np.int64)}, scalars={"state": 24.0})
    settings = {
        "alpha": 0.5,
        "gamma": 1.0,
        "epsilon": 0.1,
        "exploration": "epsilon_greedy",
        "epsilon_schedule": "constant",
    }
    fields = {"phase": "paused", "agent": "q_learning", "hyperparameters": settings, "env_steps": 10, "run_id": "r"}
    return RunState(**{"world": shown, "view": view, **fields, **more})


@pytest.fixture
def panel(qtbot: QtBot) -> WhatIfPanel:
    made = WhatIfPanel()
    qtbot.addWidget(made)
    made.resize(400, 640)
    made.show()
    made.show_moment(state_of(world()), 10)
    return made


def pressed(panel: WhatIfPanel, qtbot: QtBot) -> tuple[int, dict[str, Any]]:
    with qtbot.waitSignal(panel.run_both) as told:
        qtbot.mouseClick(panel.begin, Qt.MouseButton.LeftButton)
    at, changes = told.args
    return at, changes


def test_that_nothing_can_be_begun_before_something_differs(panel: WhatIfPanel, qtbot: QtBot) -> None:
    for name in ("setting", "rewards", "cell", "action", "agent"):
        qtbot.mouseClick(panel.tiles[name], Qt.MouseButton.LeftButton)
        assert not panel.begin.isEnabled() and "Choose what" in panel.sentence.text()


def test_that_a_setting_is_changed_by_field_or_slider(panel: WhatIfPanel, qtbot: QtBot) -> None:
    editor: Any = panel.editor
    field = editor.row._field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.05")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "α 0.05" in panel.sentence.text() and "step 10" in panel.sentence.text()
    assert pressed(panel, qtbot) == (10, {"alpha": 0.05})
    qtbot.keyClick(editor.slider, Qt.Key.Key_End)
    assert pressed(panel, qtbot) == (10, {"alpha": 1.0})
    qtbot.keyClick(editor.slider, Qt.Key.Key_Home)
    assert pressed(panel, qtbot) == (10, {"alpha": 0.01})


def test_that_one_reward_or_the_scheme_is_changed_never_both(panel: WhatIfPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.tiles["rewards"], Qt.MouseButton.LeftButton)
    editor: Any = panel.editor
    editor.scheme.setCurrentIndex(editor.scheme.findData("sparse"))
    editor.scheme.activated.emit(editor.scheme.currentIndex())
    assert pressed(panel, qtbot)[1] == {"world.rewards": "sparse"}
    field = editor.fields["cliff"]
    field.selectAll()
    qtbot.keyClicks(field, "-10")
    assert editor.scheme.currentData() == "map"
    changes = pressed(panel, qtbot)[1]
    assert dict(difference(find_map("cliff"), find_map(changes["world.map"])).numbers) == {"cliff": (-100.0, -10.0)}
    field.selectAll()
    qtbot.keyClicks(field, "ten")
    assert not panel.begin.isEnabled() and "number" in panel.sentence.text()


def test_that_a_cell_is_picked_on_the_map_and_a_map_without_a_goal_is_refused(panel: WhatIfPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.tiles["cell"], Qt.MouseButton.LeftButton)
    editor: Any = panel.editor
    at = editor.picker._box(30).center().toPoint()
    qtbot.mouseClick(editor.picker, Qt.MouseButton.LeftButton, pos=at)
    assert "(2, 6) wall" in panel.sentence.text()
    found = difference(find_map("cliff"), find_map(pressed(panel, qtbot)[1]["world.map"]))
    assert list(found.cells) == [30]
    for _ in range(6):
        qtbot.keyClick(editor.picker, Qt.Key.Key_Right)
    qtbot.keyClick(editor.picker, Qt.Key.Key_Down)
    assert editor.picker.cell == 47
    assert not panel.begin.isEnabled() and "no goal" in panel.sentence.text()


def test_that_the_next_move_the_algorithm_and_the_luck_are_changed(panel: WhatIfPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.tiles["action"], Qt.MouseButton.LeftButton)
    editor: Any = panel.editor
    qtbot.mouseClick(editor.buttons[2], Qt.MouseButton.LeftButton)
    assert "↓" in panel.sentence.text() and pressed(panel, qtbot)[1] == {"action": 2}
    qtbot.mouseClick(panel.tiles["agent"], Qt.MouseButton.LeftButton)
    editor = panel.editor
    assert "q_learning" not in editor.buttons
    qtbot.mouseClick(editor.buttons["sarsa"], Qt.MouseButton.LeftButton)
    assert pressed(panel, qtbot)[1] == {"agent": "sarsa"}
    qtbot.mouseClick(panel.tiles["seed"], Qt.MouseButton.LeftButton)
    assert pressed(panel, qtbot)[1] == {"seed": 1}
    editor = panel.editor
    editor.field.selectAll()
    qtbot.keyClicks(editor.field, "-3")
    assert not panel.begin.isEnabled() and "whole number" in panel.sentence.text()


def test_that_a_world_without_a_map_and_a_sweep_offer_what_they_can(panel: WhatIfPanel) -> None:
    lake = shown_world(*describe(make_world("FrozenLake-v1", {})))
    panel.choose("cell")
    panel.show_moment(state_of(lake, agent="value_iteration", hyperparameters={"gamma": 0.9, "tolerance": 0.0}), 3)
    enabled = {name for name, tile in panel.tiles.items() if tile.isEnabled()}
    assert enabled == {"setting", "agent", "seed"} and panel.editor.name == "setting"
