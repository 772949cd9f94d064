"""What if, in the Lab: from Ctrl+T to two runs side by side and back, with real workers, keys and clicks."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from arena.runs.run_folder import RunFolder
from gui.main_window import MainWindow
from gui.pages.lab import LabPage
from gui.settings_store import SettingsStore
from gui.state.scene import SCENES
from gui.state.twins import Twins
from gui.theme import theme


@pytest.fixture
def lab(qtbot: QtBot) -> Iterator[LabPage]:
    window = MainWindow(SettingsStore())
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.open_scene(SCENES[0])
    page = window.page("lab")
    assert isinstance(page, LabPage)
    qtbot.waitUntil(lambda: page.model.state.phase == "paused")
    page.model.run_to("tick", 3_000)
    qtbot.waitUntil(lambda: page.model.state.env_steps == 3_000 and page.model.state.phase == "paused")
    page.stage.setFocus()
    yield page
    window.close_now()
    WorkerClient.drop_spare()


def twins_of(lab: LabPage, qtbot: QtBot) -> Twins:
    qtbot.waitUntil(lambda: lab.twins.view.twins is not None)
    twins = lab.twins.view.twins
    assert twins is not None
    return twins


def rest(twins: Twins, qtbot: QtBot) -> int:
    """Wait until nothing is under way and all of the last step is shown: the next key does a step."""
    twins.pause()
    qtbot.waitUntil(lambda: twins.resting and not any(model.beats.showing for model in twins.models))
    left, right = (model.state.env_steps for model in twins.models)
    assert left == right
    return left


def test_that_what_if_leads_from_a_key_to_two_runs_and_back(lab: LabPage, qtbot: QtBot) -> None:
    model, part = lab.model, lab.twins
    original = Path(model.folder)
    qtbot.keyClick(lab.stage, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: part.drawer.is_open)
    editor = part.panel.editor
    qtbot.keyClick(editor.slider, Qt.Key.Key_Home)  # type: ignore[attr-defined]
    qtbot.mouseClick(part.panel.begin, Qt.MouseButton.LeftButton)
    assert part.comparing and not part.drawer.is_open and not lab.top.world.isEnabled()
    twins = twins_of(lab, qtbot)
    assert twins.models[0] is model and twins.running
    words = [header.words.text() for header in part.view.headers]
    assert words == ["α 0.5", "α 0.01"]

    qtbot.waitUntil(lambda: min(m.state.env_steps for m in twins.models) > 3_003)
    qtbot.keyClick(part.view.stages[0], Qt.Key.Key_Space)
    tick = rest(twins, qtbot)
    qtbot.waitUntil(lambda: all(m.state.beat == 4 for m in twins.models))
    qtbot.mouseClick(lab.transport.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [m.state.env_steps for m in twins.models] == [tick + 1, tick + 1])
    qtbot.waitUntil(lambda: all(m.state.beat == 4 for m in twins.models))
    lab.transport.goal.set_value("episodes")
    qtbot.mouseClick(lab.transport.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: twins.reason == "phase.reason.episode" and twins.resting)
    qtbot.waitUntil(lambda: bool(part.view.reason.text()))
    left, right = (model.state.env_steps for model in twins.models)
    assert left == right
    qtbot.waitUntil(lambda: all(m.state.view is not None and m.state.view.env_steps == left for m in twins.models))
    views = [m.state.view.arrays["q"] for m in twins.models if m.state.view is not None]
    assert not np.array_equal(*views) and part.view.stages[0].scale is part.view.stages[1].scale
    at = part.view.stages[1].cell_box(12 * 2 + 4).center().toPoint()
    qtbot.mouseMove(part.view.stages[1], at)
    assert part.view.comparison.text().startswith("(2, 4)")

    twin = Path(twins.models[1].folder)
    part.show_tree()
    qtbot.waitUntil(lambda: len(part.tree.family) == 2)
    assert part.tree.words(1)[0] == "α 0.01"
    part.tree_drawer.close_drawer()

    part.view.stages[0].setFocus()
    qtbot.keyClick(part.view.stages[0], Qt.Key.Key_Escape)
    assert not part.comparing and lab.top.world.isEnabled() and lab.driver.run is model
    assert original.is_dir() and RunFolder.open(twin).config.parent == {
        "run": original.name, "tick": 3_000, "changes": {"alpha": 0.01},
    }  # fmt: skip
    qtbot.keyClick(lab.stage, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: model.state.env_steps == left + 1)


def test_that_from_a_past_moment_an_unchanged_fork_stands_for_the_original(lab: LabPage, qtbot: QtBot) -> None:
    part, model = lab.twins, lab.model
    lab.past.model.go(1_000)
    qtbot.waitUntil(lambda: (view := lab.past.model.state().view) is not None and view.env_steps == 1_000)
    qtbot.mouseClick(part.button, Qt.MouseButton.LeftButton)
    assert part.panel.at == 1_000
    qtbot.mouseClick(part.panel.tiles["agent"], Qt.MouseButton.LeftButton)
    part.panel.editor.buttons["sarsa"].click()  # type: ignore[attr-defined]
    qtbot.mouseClick(part.panel.begin, Qt.MouseButton.LeftButton)
    assert not lab.past.active and not lab.past.frame.isVisible() and not lab.transport.timeline.isVisible()
    twins = twins_of(lab, qtbot)
    assert twins.models[0] is not model and rest(twins, qtbot) >= 1_000
    twins.run_to("tick", 3_000)
    qtbot.waitUntil(lambda: all(m.state.view is not None and m.state.view.env_steps == 3_000 for m in twins.models))
    original, again = model.state.view, twins.models[0].state.view
    assert original is not None and again is not None
    assert original.arrays["q"].tobytes() == again.arrays["q"].tobytes()
    theme().set_projector(True)
    assert part.view.isVisible() and not part.view.cards.isVisible() and not lab.dock.isVisible()
    qtbot.keyClick(part.view.stages[0], Qt.Key.Key_Escape)
    assert part.comparing and not theme().projector
    folders = [folder for folder in Path(model.folder).parent.iterdir() if (folder / "config.json").is_file()]
    assert len(folders) == 3
    lab.navigator.open_run.emit(twins.models[1].folder)
    assert not part.comparing and lab.transport.timeline.isVisible()
    qtbot.waitUntil(lambda: lab.model.state.agent == "sarsa" and lab.model.state.phase == "paused")


def test_that_a_fork_that_cannot_be_is_said_and_leaves_the_lab_as_it_was(lab: LabPage, qtbot: QtBot) -> None:
    part = lab.twins
    said: list[str] = []
    part.view.refused.connect(said.append)
    part.view.begin(lab.model.folder, 99_999, {"alpha": 0.1})
    qtbot.waitUntil(lambda: bool(said))
    assert not part.comparing and "99999" in said[0]
    # As Arena deletes one: out of sight first, whatever still writes there.
    Path(lab.model.folder).rename(Path(lab.model.folder).with_name("deleted"))
    part.view.begin(lab.model.folder, 3_000, {"alpha": 0.1})
    qtbot.waitUntil(lambda: len(said) == 2)
    assert not part.comparing and lab.model.state.phase in ("paused", "failed")
    assert said[1].endswith(".")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_that_a_killed_twin_is_told_over_its_stage_and_can_be_begun_anew(lab: LabPage, qtbot: QtBot) -> None:
    part = lab.twins
    part.view.begin(lab.model.folder, 3_000, {"alpha": 0.1})
    twins = twins_of(lab, qtbot)
    rest(twins, qtbot)
    client = twins.models[1]._client
    assert client is not None
    os.kill(client.pid, signal.SIGKILL)
    header = part.view.headers[1]
    qtbot.waitUntil(header.resume.isVisible)
    assert "SIGKILL" in header.status.text() and not part.view.headers[0].resume.isVisible()
    qtbot.mouseClick(header.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: twins.models[1].state.phase == "paused" and twins.resting)
    qtbot.waitUntil(lambda: not header.resume.isVisible())
    tick = rest(twins, qtbot)
    twins.step()
    qtbot.waitUntil(lambda: rest(twins, qtbot) == tick + 1)
