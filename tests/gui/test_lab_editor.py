"""The map editor opened from the Lab: a running world is changed and learning goes on; a new world is a new run."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from arena.environments.grid.map_text import write_map
from arena.environments.grid.maps import find_map
from gui.pages.lab import LabPage


def _walled() -> str:
    head, grid = write_map(find_map("cliff")).split("---\n")
    return head + "---\n" + grid.replace("............", "..#.........", 1)


def test_that_the_running_world_is_changed_and_learning_goes_on_in_it(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.run_to("tick", 3_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 3_000 and lab.model.state.phase == "paused")
    qtbot.waitUntil(lambda: lab.model.state.view is not None and lab.model.state.view.env_steps == 3_000)
    before = np.array(lab.model.state.view.arrays["q"])  # type: ignore[union-attr]
    run = lab.model.state.run_id
    qtbot.mouseClick(lab.editor.button, Qt.MouseButton.LeftButton)
    assert lab.editor.is_open and lab.editor.editor is not None
    assert lab.editor.editor.size() == lab.middle.size()
    lab.editor.editor.change_wanted.emit(_walled())
    qtbot.waitUntil(lambda: lab.model.state.world is not None and lab.model.state.world.states == 37)
    qtbot.waitUntil(lambda: lab.model.state.view is not None)
    assert not lab.editor.is_open and lab.model.state.run_id == run
    after = lab.model.state.view.arrays["q"]  # type: ignore[union-attr]
    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[2], before[3])
    lab.model.run_to("tick", 4_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 4_000 and lab.model.state.phase == "paused")
    lab.past.model.go(2_000)
    qtbot.waitUntil(lambda: lab.past.model.state().env_steps == 2_000)
    qtbot.waitUntil(lambda: (world := lab.past.model.state().world) is not None and world.states == 38)
    lab.past.model.go(3_500)
    qtbot.waitUntil(lambda: lab.past.model.state().env_steps == 3_500)
    assert lab.past.model.state().world is lab.model.state.world


def test_that_a_drawn_world_is_a_new_run_that_carries_its_map(lab: LabPage, qtbot: QtBot) -> None:
    first = lab.model.state.run_id
    lab.editor.open()
    assert lab.editor.editor is not None
    lab.editor.editor.world_wanted.emit({"map": _walled()})
    qtbot.waitUntil(lambda: lab.model.state.run_id not in ("", first))
    world = lab.model.state.world
    assert world is not None and world.states == 37 and "---" in world.env_kwargs["map"]
    assert not lab.editor.is_open
