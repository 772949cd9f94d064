"""The Lab with real workers, real keys and real clicks."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from arena.protocol.messages import SPEED_MAXIMUM
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.lab import LabPage
from gui.theme import theme
from gui.widgets.stage.scale import next_step


def test_that_space_learns_and_space_pauses(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.set_speed(60.0)
    qtbot.keyClick(lab.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lab.model.state.env_steps >= 20)
    assert lab.busy()
    qtbot.keyClick(lab.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused")
    view = lab.model.state.view
    assert view is not None and view.arrays["visits"].sum() > 0


def test_that_a_step_shows_its_beats_and_the_table_changes_with_the_last(lab: LabPage, qtbot: QtBot) -> None:
    beats = []
    lab.model.changed.connect(lambda state: beats.append((state.beat, state.before is not None)))
    qtbot.keyClick(lab.stage, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: lab.model.state.tick is not None and lab.model.state.beat == 4)
    shown = [beat for beat, _ in beats]
    assert {1, 2, 3, 4} <= set(shown)
    assert all(before for beat, before in beats if 0 < beat < 4)


def test_that_b_goes_beat_by_beat(lab: LabPage, qtbot: QtBot) -> None:
    for expected in (1, 2, 3, 4):
        qtbot.keyClick(lab.stage, Qt.Key.Key_B)
        qtbot.waitUntil(lambda beat=expected: lab.model.state.tick is not None and lab.model.state.beat == beat)
    assert lab.model.state.env_steps == 1


def test_that_c_covers_the_next_step_and_uncovers_it(lab: LabPage, qtbot: QtBot) -> None:
    qtbot.keyClick(lab.stage, Qt.Key.Key_C)
    qtbot.keyClick(lab.stage, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: lab.model.state.tick is not None)
    assert lab.model.state.beat == 0 and "press C" in lab.what.sentence.text()
    content = lab.stage.content
    assert content is not None and not content.visits.any()
    qtbot.keyClick(lab.stage, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: lab.model.state.beat == 4)
    assert not lab.model.state.covered


def test_that_run_to_stops_by_itself_and_says_why(lab: LabPage, qtbot: QtBot) -> None:
    lab.transport.goal.set_value("episodes")
    qtbot.mouseClick(lab.transport.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.model.state.episodes == 10 and lab.model.state.phase == "paused")
    assert lab.reason.text()
    assert len(lab.model.state.blocks) == 10
    assert lab.model.state.tick is not None


def test_that_single_keys_do_nothing_while_a_field_is_edited(lab: LabPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(lab.top.settings, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.settings_drawer.is_open)
    field = next(f for f in lab.form.findChildren(QLineEdit) if f.isVisible() and f.isEnabled())
    field.setFocus()
    qtbot.keyClicks(field, " c]")
    qtbot.wait(200)
    assert lab.model.state.env_steps == 0 and not lab.model.state.covered and lab.model.state.phase == "paused"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.keyClick(lab.settings_drawer, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not lab.settings_drawer.is_open)


def test_that_a_setting_changed_in_the_form_counts_at_once(lab: LabPage, qtbot: QtBot) -> None:
    lab.settings_drawer.open_drawer()
    row = lab.form._rows["alpha"]
    field = row.findChild(QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: lab.model.state.hyperparameters["alpha"] == 0.25)
    assert lab.stage.hasFocus()
    lab.settings_drawer.close_drawer()


def test_that_a_person_can_move_with_the_arrow_keys(lab: LabPage, qtbot: QtBot) -> None:
    lab._choose_mover("person")
    qtbot.waitUntil(lambda: lab.model.state.mover == "person")
    qtbot.keyClick(lab.stage, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 1)
    tick = lab.model.state.tick
    assert tick is not None and tick.tick["forced"] == 1 and tick.tick["action"] == 0


def test_that_a_click_pins_a_cell_and_hovering_tells_its_values(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.run_to("tick", 5_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 5_000 and lab.model.state.phase == "paused")
    at = lab.stage.cell_box(12 * 2 + 4).center().toPoint()
    with qtbot.waitSignal(lab.stage.cell_hovered) as hovered:
        qtbot.mouseMove(lab.stage, at)
    qtbot.mouseClick(lab.stage, Qt.MouseButton.LeftButton, pos=at)
    assert hovered.args == [lab.stage.pinned] and lab.stage.pinned == 28
    # The drawer with the reasons has opened, and the world has moved aside for it.
    at = lab.stage.cell_box(12 * 2 + 4).center().toPoint()
    qtbot.mouseClick(lab.stage, Qt.MouseButton.LeftButton, pos=at)
    assert lab.stage.pinned == -1


def test_that_all_layers_paint_and_only_changed_cells_are_painted_again(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.run_to("tick", 3_000)
    qtbot.waitUntil(lambda: lab.stage.content is not None and lab.stage.content.visits.sum() == 3_000)
    pictures = set()
    for layer in ("value", "q", "policy", "visits", "change"):
        lab.layers.set_value(layer)
        lab._choose_layer(layer)
        pictures.add(bytes(lab.stage.grab().toImage().constBits()))
    assert len(pictures) == 5
    lab._choose_layer("q")
    before = dict(lab.stage._drawn)
    qtbot.waitUntil(lambda: not lab.model.beats.showing)
    lab.model.step()
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 3_001 and lab.model.state.beat == 4)
    qtbot.wait(100)
    differing = [cell for cell, mark in lab.stage._drawn.items() if before.get(cell) != mark]
    assert len(differing) <= 1


def test_that_the_stage_never_changes_its_size_while_something_runs(lab: LabPage, qtbot: QtBot) -> None:
    sizes = set()
    lab.model.changed.connect(lambda state: sizes.add((lab.stage.width(), lab.stage.height())))
    lab.model.set_speed(SPEED_MAXIMUM)
    lab.model.run()
    qtbot.waitUntil(lambda: lab.model.state.env_steps > 500_000)
    lab.model.run_to("stable")
    qtbot.wait(300)
    lab.model.pause()
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused")
    assert len(sizes) == 1


def test_that_a_click_on_the_scale_fits_it_to_the_values_there_are_and_nothing_else_does(
    lab: LabPage, qtbot: QtBot
) -> None:
    lab.model.run_to("episode", 3)
    qtbot.waitUntil(lambda: lab.model.state.episodes == 3 and lab.model.state.phase == "paused")
    steps = lab.model.state.env_steps
    lab.stage.scale.bound = 1_000.0
    qtbot.keyClick(lab.stage, Qt.Key.Key_Right)

    def stepped() -> bool:
        state = lab.model.state
        return state.beat == 4 and state.view is not None and state.view.env_steps > steps

    qtbot.waitUntil(stepped)
    assert lab.stage.scale.bound == 1_000.0, "it only widens by itself"
    lab.grab()
    before = lab.stage.grab().toImage()
    qtbot.mouseClick(lab.legend, Qt.MouseButton.LeftButton, pos=lab.legend._bar.center().toPoint())
    content = lab.stage.content
    assert content is not None
    assert 0 < lab.stage.scale.bound <= next_step(float(np.abs(content.q).max()))
    assert lab.stage.grab().toImage() != before


def test_that_choosing_another_world_keeps_the_old_run(lab: LabPage, qtbot: QtBot) -> None:
    first = Path(lab.model.state.folder)
    lab._choose_world("FrozenLake-v1", {})
    qtbot.waitUntil(lambda: lab.model.state.world is not None and lab.model.state.world.env_id == "FrozenLake-v1")
    assert first.is_dir() and Path(lab.model.state.folder) != first


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_that_a_killed_worker_is_told_and_resume_goes_on(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.run_to("tick", 2_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 2_000 and lab.model.state.phase == "paused")
    with qtbot.waitSignal(lab.model.warned, check_params_cb=lambda key, _: key == "lab.saved"):
        lab.model.checkpoint()
    client = lab.model._client
    assert client is not None
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: lab.model.state.phase == "failed")
    assert lab.banner.isVisible() and lab.banner.resume.isVisible() and "SIGKILL" in lab.banner.text.text()
    qtbot.mouseClick(lab.banner.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused")
    assert lab.model.state.env_steps == 2_000
    assert not lab.banner.isVisible()


def test_that_the_whole_table_opens_and_is_copied(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.run_to("tick", 1_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 1_000 and lab.model.state.phase == "paused")
    qtbot.mouseClick(lab.table_link, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.waitUntil(lambda: lab.whole_table.table_model.rowCount() == 38)
    qtbot.mouseClick(lab.whole_table.copy, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text().split("\n")) == 39
    lab.table_drawer.close_drawer()


def test_that_projector_mode_shows_lens_and_big_figures_and_leaves_again(lab: LabPage, qtbot: QtBot) -> None:
    lab.model.step()
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 1)
    theme().set_projector(True)
    assert lab.dock.isVisible() and lab.header.isVisible() and not lab.cards.isVisible() and not lab.top.isVisible()
    theme().set_projector(False)
    assert lab.cards.isVisible() and not lab.dock.isVisible()


@pytest.mark.parametrize("code", ["zh_TW", "zh_CN"])
def test_that_the_lab_speaks_the_language_chosen(lab: LabPage, qtbot: QtBot, code: str) -> None:
    language().choose(code)
    assert lab.transport.run.text() in ("執行", "运行")
    assert lab.top.world.chosen_text() in ("懸崖", "悬崖")
    language().choose("en")


def test_that_a_stored_run_opens_where_it_was_left(window: MainWindow, lab: LabPage, qtbot: QtBot) -> None:
    lab.model.run_to("tick", 4_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 4_000 and lab.model.state.phase == "paused")
    folder = lab.model.state.folder
    lab._choose_world("FrozenLake-v1", {})
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused" and lab.model.state.folder != folder)
    qtbot.waitUntil(lambda: lab.model._leaving.gone)
    window.open_run(folder)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused" and lab.model.state.folder == folder)
    assert lab.model.state.env_steps == 4_000
    assert lab.model.state.agent == "q_learning"
    assert np.isfinite(lab.model.state.optimum)
