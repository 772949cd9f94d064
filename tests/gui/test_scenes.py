"""Scenes in the window: opened by every way there is, led to their moment, hidden controls hidden, and saved again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from arena.scenes.scene_file import ENDING, Question, Scene, scene_json
from arena.scenes.scene_store import read_scene
from gui.app import open_window
from gui.dialogs.save_scene import SaveSceneDialog, file_name, retold
from gui.language import language, tr
from gui.main_window import MainWindow
from gui.pages.lab import LabPage
from gui.pages.lab_parts import LAYERS
from gui.pages.lab_transport import SPEEDS
from gui.pages.start import StartPage
from gui.settings_store import SettingsStore
from gui.theme import theme
from tests.arena.scenes.scene_samples import FULL

LESSON = Scene(
    title={"en": "A lesson", "zh_TW": "一堂課"},
    note={"en": "Look at the edge.", "zh_TW": "看看懸崖邊。"},
    question=Question(
        ask={"en": "Which way?"},
        choices=({"en": "The edge"}, {"en": "The top"}),
        right=0,
        answer={"en": "The edge, always."},
    ),
    env_kwargs={"map": "cliff"},
    agent="sarsa",
    hyperparameters={"alpha": 0.25},
    seed=5,
    tick=700,
    speed=15.0,
    layer="policy",
    hidden=("agent", "run_to", "status"),
)


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


def lab_of(window: MainWindow, qtbot: QtBot) -> LabPage:
    """Return the Lab once the scene in it stands at its moment."""
    page = window.page("lab")
    assert isinstance(page, LabPage)
    model = page.model
    qtbot.waitUntil(lambda: model.state.phase in ("paused", "failed") and not page.scenes.opening.underway)
    return page


def lesson(folder: Path, scene: Scene = LESSON, **fields: Any) -> Path:
    path = folder / f"lesson{ENDING}"
    path.write_text(json.dumps({**json.loads(scene_json(scene)), **fields}), encoding="utf-8")
    return path


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dragEnterEvent(QDragEnterEvent(QPoint(300, 300), copy, data, left, plain))
    window.dropEvent(QDropEvent(QPointF(300, 300), copy, data, left, plain))


def action(window: MainWindow, key: str) -> QAction:
    return next(each for each in window.actions() if each.text() == tr(key))


def test_that_a_dropped_scene_opens_paused_at_its_moment_as_it_was_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    drop(window, lesson(tmp_path))
    lab = lab_of(window, qtbot)
    state = lab.model.state
    assert window.current is lab
    assert (state.env_steps, state.phase, state.agent, state.seed) == (700, "paused", "sarsa", 5)
    assert (state.hyperparameters["alpha"], state.speed, lab.layers.value) == (0.25, 15.0, "policy")
    assert not lab.top.agent.isVisible() and not lab.transport.goal.isVisible() and not lab.status.isVisible()
    assert lab.top.world.isVisible() and lab.transport.speed.isVisible()
    assert lab.scenes.note.isVisible() and lab.scenes.note.text.text() == "Look at the edge."


def test_that_the_moment_is_the_one_that_was_saved_to_the_bit(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_scene(LESSON)
    lab = lab_of(window, qtbot)
    lab.model.set_hyperparameter("alpha", 0.75)
    lab.model.set_mover("person")
    qtbot.waitUntil(lambda: lab.model.state.mover == "person")
    for move in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right):
        steps = lab.model.state.env_steps
        qtbot.keyClick(lab.stage, move)
        qtbot.waitUntil(lambda steps=steps: lab.model.state.env_steps > steps)
    lab.model.set_mover("agent")
    lab.model.run_to("tick", 1_000)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 1_000 and lab.model.state.phase == "paused")
    qtbot.waitUntil(lambda: lab.model.state.view is not None and lab.model.state.view.env_steps == 1_000)
    saved = lab.scene(at_moment=True)
    before = lab.model.state.view
    assert saved is not None and before is not None
    assert saved.tick == 1_000 and len(saved.moves) == 3 and {c.name for c in saved.changes} == {"alpha", "mover"}
    path = tmp_path / f"again{ENDING}"
    path.write_text(scene_json(saved), encoding="utf-8")
    window.files.open_path(str(path))
    again = lab_of(window, qtbot)
    qtbot.waitUntil(lambda: again.model.state.view is not None and again.model.state.view.env_steps == 1_000)
    after = again.model.state.view
    assert after is not None and (after.arrays["q"] == before.arrays["q"]).all()
    assert (after.arrays["visits"] == before.arrays["visits"]).all() and after.scalars["state"] == before.scalars[
        "state"
    ]


def test_that_a_scene_opened_and_saved_at_once_is_the_same_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    row = replace(FULL, changes=(), moves=(), tick=120, seed=9, hyperparameters={"alpha": 0.25})
    for scene in (LESSON, row, replace(row, covered=False, tick=0, note={}, question=None)):
        window.files.open_path(str(lesson(tmp_path, scene)))
        lab = lab_of(window, qtbot)
        assert lab.scene(at_moment=scene.tick > 0) == scene
        assert lab.model.state.covered == scene.covered


def test_that_predicting_and_revealing_marks_right_and_wrong(window: MainWindow, qtbot: QtBot) -> None:
    window.open_scene(LESSON)
    note = lab_of(window, qtbot).scenes.note
    assert not note.answer.isVisible() and [button.text() for button in note.answers] == ["The edge", "The top"]
    qtbot.mouseClick(note.answers[1], Qt.MouseButton.LeftButton)
    assert note.chosen == 1
    qtbot.mouseClick(note.reveal, Qt.MouseButton.LeftButton)
    assert note.answer.isVisible() and note.answer.text() == "The edge, always."
    assert tr("scene.note.right") in note.answers[0].accessibleName()
    assert tr("scene.note.wrong") in note.answers[1].accessibleName()
    qtbot.mouseClick(note.answers[0], Qt.MouseButton.LeftButton)
    assert note.chosen == 1, "a prediction after the answer is none"
    language().choose("zh_TW")
    assert note.text.text() == "看看懸崖邊。" and note.name.text() == "一堂課"
    assert all(button.text() for button in note.answers), "answers are there in every language"


def test_that_folding_the_note_never_changes_the_stage(window: MainWindow, qtbot: QtBot) -> None:
    window.open_scene(replace(LESSON, tick=0, hidden=()))
    lab = lab_of(window, qtbot)
    size = lab.stage.size()
    assert not lab.returns_card.isVisible()
    lab.model.set_speed(60.0)
    lab.model.run()
    qtbot.waitUntil(lambda: lab.model.state.phase == "running")
    lab.stage.setFocus()
    for open_now in (False, True, False):
        qtbot.keyClick(lab.stage, Qt.Key.Key_N)
        assert lab.scenes.note.isVisible() is open_now and lab.returns_card.isVisible() is not open_now
        qtbot.wait(30)
        assert lab.stage.size() == size
    qtbot.mouseClick(lab.scenes.button, Qt.MouseButton.LeftButton)
    assert lab.scenes.note.isVisible()
    lab.model.pause()
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused")


def test_that_on_the_wall_the_note_is_asked_for_and_takes_the_place_of_the_dock(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_scene(replace(LESSON, tick=0))
    lab = lab_of(window, qtbot)
    theme().set_projector(True)
    qtbot.wait(30)
    size = lab.stage.size()
    assert lab.dock.isVisible() and not lab.scenes.note.isVisible()
    qtbot.keyClick(lab.stage, Qt.Key.Key_N)
    qtbot.wait(30)
    assert lab.scenes.note.isVisible() and not lab.dock.isVisible() and lab.stage.size() == size
    qtbot.mouseClick(lab.scenes.note.reveal, Qt.MouseButton.LeftButton)
    assert lab.scenes.note.answer.isVisible()
    theme().set_projector(False)
    qtbot.wait(30)
    assert lab.scenes.note.isVisible() and lab.cards.isAncestorOf(lab.scenes.note) and not lab.dock.isVisible()


def test_that_hidden_controls_come_back_when_asked_for_and_with_the_next_scene(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_scene(LESSON)
    lab = lab_of(window, qtbot)
    qtbot.mouseClick(lab.scenes.note.all, Qt.MouseButton.LeftButton)
    assert lab.top.agent.isVisible() and lab.transport.goal.isVisible() and lab.status.isVisible()
    window.open_scene(LESSON)
    assert not lab.top.agent.isVisible()
    theme().set_projector(True)
    theme().set_projector(False)
    assert not lab.top.agent.isVisible() and not lab.transport.goal.isVisible()
    window.open_scene(Scene(env_kwargs={"map": "cliff"}))
    assert lab.top.agent.isVisible() and not lab.scenes.note.isVisible() and not lab.scenes.button.isVisible()
    lab_of(window, qtbot)


def test_that_another_run_opened_on_the_way_is_left_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.open_scene(replace(LESSON, tick=20_000_000))
    lab = window.page("lab")
    assert isinstance(lab, LabPage)
    qtbot.waitUntil(lambda: lab.model.state.env_steps > 0)
    assert "20,000,000" in lab.reason.text()
    lab._choose_agent("q_learning")
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused" and bool(lab.model.state.folder))
    qtbot.wait(100)
    assert lab.model.state.env_steps == 0 and not lab.scenes.opening.underway


def test_that_the_note_folds_and_says_what_it_was_written_for_when_another_agent_learns(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_scene(replace(LESSON, tick=0))
    lab = lab_of(window, qtbot)
    note, size = lab.scenes.note, lab.stage.size()
    assert note.isVisible() and not note.other.isVisible()
    lab._choose_agent("q_learning")
    qtbot.waitUntil(lambda: bool(note.other.text()))
    lab_of(window, qtbot)
    assert not note.isVisible() and lab.scenes.button.isVisible() and lab.stage.size() == size
    lab.stage.setFocus()
    qtbot.keyClick(lab.stage, Qt.Key.Key_N)
    assert note.other.isVisible()
    assert note.other.text() == tr("scene.note.other_agent", then=tr("agent.sarsa"), now=tr("agent.q_learning"))
    lab._choose_agent("sarsa")
    qtbot.waitUntil(lambda: not note.other.text())
    lab_of(window, qtbot)
    assert note.isVisible()
    lab._choose_world("FrozenLake-v1", {})
    qtbot.waitUntil(lambda: "Frozen lake" in note.other.text())
    lab_of(window, qtbot)
    assert not note.isVisible()


def test_that_who_pauses_on_the_way_stays_there_and_is_told(window: MainWindow, qtbot: QtBot) -> None:
    window.open_scene(replace(LESSON, tick=200_000_000))
    lab = window.page("lab")
    assert isinstance(lab, LabPage)
    qtbot.waitUntil(lambda: lab.model.state.phase == "running")
    lab.stage.setFocus()
    qtbot.keyClick(lab.stage, Qt.Key.Key_Space)
    lab_of(window, qtbot)
    assert 0 < lab.model.state.env_steps < 200_000_000
    assert "200,000,000" in window.toast.text


@pytest.mark.parametrize(
    "fields",
    [{"schema_version": 99}, {"env_kwargs": {"map": "gone.txt"}}, {"env_kwargs": {"map": "../secret.txt"}},
     {"agent": "nobody"}, {"env_id": "Mars-v0"}, {"colour": "red"}, {"hyperparameters": {"alpha": 9}}],
)  # fmt: skip
def test_that_a_broken_scene_is_one_sentence_and_what_was_open_stays(
    window: MainWindow, tmp_path: Path, fields: dict[str, Any]
) -> None:
    drop(window, lesson(tmp_path, **fields))
    assert window.toast.isVisible() and len(window.toast.text) > 20
    assert isinstance(window.current, StartPage)


def test_that_a_dropped_map_opens_in_the_lab(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "short walk.txt"
    path.write_text("---\nS..G\n")
    drop(window, path)
    lab = lab_of(window, qtbot)
    assert lab.model.state.world is not None and lab.model.state.world.states == 4
    assert lab.top.world.chosen_text() == "short walk"


def test_that_the_window_begins_with_a_file_named_on_the_command_line(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(SettingsStore(), what=str(lesson(tmp_path)))
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: isinstance(window.current, LabPage))
    assert lab_of(window, qtbot).model.state.env_steps == 700
    window.close_now()
    WorkerClient.drop_spare()


# ── saving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def saving(window: MainWindow, qtbot: QtBot) -> SaveSceneDialog:
    action(window, "menu.file.save_scene").trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SaveSceneDialog)
    return dialog


def test_that_a_scene_is_saved_with_what_was_written_and_opens_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_scene(LESSON)
    lab = lab_of(window, qtbot)
    dialog = saving(window, qtbot)
    dialog.name.clear()
    assert not dialog.keep.isEnabled()
    qtbot.keyClicks(dialog.name, "My lesson")
    dialog.note.setPlainText("First look.\nThen try.")
    qtbot.mouseClick(dialog.hides["world"], Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    qtbot.mouseClick(dialog.covered, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.selectedFiles()[0].endswith(f"my-lesson{ENDING}")
    path = tmp_path / f"mine{ENDING}"
    chooser.findChildren(QLineEdit)[0].setText(str(path))
    chooser.accept()
    assert "mine" in window.toast.text
    scene = read_scene(path)
    assert scene == replace(
        LESSON,
        title={"en": "My lesson"},
        note={"en": "First look.\nThen try."},
        covered=True,
        hidden=("world", "agent", "run_to", "status"),
    )
    assert SettingsStore().settings.scene_folder == str(tmp_path) or window.store.settings.scene_folder == str(tmp_path)
    window.files.open_path(str(path))
    lab_of(window, qtbot)
    assert lab.model.state.covered and lab.scenes.note.name.text() == "My lesson"


def test_that_a_file_that_cannot_be_written_keeps_the_dialog_with_a_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_scene(replace(LESSON, tick=0))
    lab_of(window, qtbot)
    dialog = saving(window, qtbot)
    dialog.write(str(tmp_path / "gone" / f"x{ENDING}"))
    assert dialog.isVisible() and dialog.problem.isVisible() and "does not exist" in dialog.problem.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_there_is_nothing_to_save_before_a_world_is_open(window: MainWindow) -> None:
    action(window, "menu.file.save_scene").trigger()
    assert window.toast.text == tr("scene.save.nothing")


def test_that_what_is_written_anew_drops_translations_of_what_it_replaces() -> None:
    before = {"en": "Old", "zh_TW": "舊的"}
    assert retold(before, " Old ", "en") == before
    assert retold(before, "New", "en") == {"en": "New"}
    assert retold(before, "新的", "zh_TW") == {"en": "新的", "zh_TW": "新的"}
    assert retold(before, " ", "en") == {}
    assert retold({}, "a\tb\x1b", "en") == {"en": "a b"}


def test_that_a_file_is_named_after_the_title() -> None:
    assert file_name("The cliff: why?") == f"the-cliff-why{ENDING}"
    assert file_name("懸崖 / 1") == f"懸崖-1{ENDING}"
    assert file_name("…") == f"scene{ENDING}"


def test_that_files_and_the_lab_know_the_same_layers_and_speeds() -> None:
    from arena.scenes import scene_checks

    assert scene_checks.LAYERS == LAYERS
    assert set(scene_checks.SPEEDS) == {speed for _, speed in SPEEDS}


def test_that_every_control_that_can_be_hidden_is_in_the_lab(window: MainWindow, qtbot: QtBot) -> None:
    from arena.scenes.scene_checks import CONTROLS

    window.open_scene(replace(LESSON, tick=0, hidden=CONTROLS))
    lab = lab_of(window, qtbot)
    transport = lab.transport
    assert set(lab.scenes._controls()) | {"run_to", "speed", "timeline"} == set(CONTROLS)
    assert not any(widget.isVisible() for widget in lab.scenes._controls().values())
    assert not any(widget.isVisible() for widget in (transport.goal, transport.go, transport.speed, transport.timeline))
    assert transport.run.isVisible() and transport.step.isVisible()
    # What looking back shows and hides by itself stays hidden too.
    transport.show_past(past=True, replaying=False)
    transport.show_past(past=False, replaying=False)
    assert not any(widget.isVisible() for widget in (transport.goal, transport.go, transport.speed, transport.flag))
    assert lab.stage.isVisible() and lab.scenes.note.isVisible()
