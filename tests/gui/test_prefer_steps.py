"""The three steps from the window: shown, imitated, begun with, left out, cancelled; and games played in the Lab."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.models.card import Card
from agents.models.folder import write_model
from agents.models.library import models_folder
from agents.models.manifest import WEIGHTS, Manifest, Observation
from agents.preference.preference_plan import plan_from
from agents.preference.step_wishes import KL_WEIGHT
from arena.environments.registry import make_world
from arena.errors import ModelError
from arena.preferences.demonstration_file import read_demonstrations, write_demonstrations
from arena.preferences.demonstration_shelf import new_file, recordings, world_folder
from arena.preferences.demonstrations import Demonstrations
from arena.protocol.watch_messages import DemonstrationsSaved, GameOver
from gui.language import tr
from gui.main_window import MainWindow
from gui.pages.arcade import ArcadePage
from gui.pages.lab import LabPage
from gui.pages.prefer import PreferPage
from gui.state.arcade_games import OBJECTS
from gui.state.preference_tasks import TASKS
from tests.gui import asked_page
from tests.gui.asked_page import Asking, fold
from tests.gui.library_models import evaluation, small_weights

asking, page = asked_page.asking, asked_page.page

TASK = TASKS[0]


class Errands:
    """Stands for work in other processes: what was asked for, and what the test lets come of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.closed = 0
        self.now: Errands.One | None = None

    class One:
        def __init__(self, all_of_them: Errands) -> None:
            self.told: list[dict[str, Any]] = []
            self.answer: dict[str, Any] | None = None
            self.problem: ModelError | None = None
            self._all = all_of_them

        @property
        def over(self) -> bool:
            return self.answer is not None or self.problem is not None

        def poll(self) -> None:
            pass

        def close(self) -> None:
            self._all.closed += 1

    def __call__(self, kind: str, wanted: Mapping[str, Any]) -> One:
        self.asked.append((kind, wanted))
        self.now = Errands.One(self)
        return self.now


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch) -> Errands:
    made = Errands()
    monkeypatch.setattr("gui.state.model_errand.Errand", made)
    return made


def show_some(player: str = "oracle") -> Path:
    world = make_world(TASK.env_id, TASK.env_kwargs)
    file = new_file(TASK.env_id, TASK.env_kwargs)
    made = Demonstrations(
        env_id=TASK.env_id, env_kwargs=dict(world.env_kwargs), kind="states",
        action_names=("UP", "RIGHT", "DOWN", "LEFT"),
        player=player, observations=np.arange(3), actions=np.ones(3, np.int64), rewards=np.ones(3, np.float32),
        lengths=np.array([3]), cut=np.zeros(1, np.bool_),
    )  # fmt: skip
    write_demonstrations(file, made)
    return file


def clone_there(name: str) -> Path:
    manifest = Manifest(
        name=name, family="deep", agent="ppo", origin="distilled", env_id=TASK.env_id,
        env_kwargs=dict(TASK.env_kwargs), observation=Observation(kind="states", shape=(90,), dtype="int64"),
        actions=("UP", "RIGHT", "DOWN", "LEFT"), network={"kind": "mlp", "layers": [16]}, seed=0, env_steps=3,
        hyperparameters={"clone_accuracy": 0.9, "clone_held_out": 2}, created="2026-11-21T12:00:00+00:00",
    )  # fmt: skip
    card = Card(env_steps=3, seed=0, evaluation=evaluation((4.0, 6.0)), limits=("cloned",), distilled_from="oracle")
    write_model(models_folder() / name, manifest, card, {WEIGHTS: small_weights()})
    return models_folder() / name


def open_steps(page: PreferPage, qtbot: QtBot) -> None:
    fold(page)
    qtbot.mouseClick(page.top.steps, Qt.MouseButton.LeftButton)
    assert page.steps.drawer.is_open


def press(qtbot: QtBot, page: PreferPage, card: str, button: str) -> None:
    found = page.steps.cards[card].buttons[button]
    assert found.isEnabled(), (card, button)
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_that_each_step_is_done_beside_the_window_and_the_next_begins_with_it(
    page: PreferPage, asking: Asking, qtbot: QtBot, errands: Errands
) -> None:
    open_steps(page, qtbot)
    cards = page.steps.cards
    assert cards["show"].line.text() == tr("steps.show.none")
    assert not cards["imitate"].buttons["imitate"].isEnabled() and not cards["prefer"].buttons["begin"].isEnabled()

    press(qtbot, page, "show", "teach")
    kind, wanted = errands.asked[-1]
    assert (kind, wanted["teacher"], wanted["env_id"], wanted["env_kwargs"]) == (
        "show", "oracle", TASK.env_id, dict(TASK.env_kwargs),
    )  # fmt: skip
    assert errands.now is not None and cards["show"].work.isVisible()
    errands.now.told.append({"done": 3, "of": 20})
    qtbot.waitUntil(lambda: cards["show"].bar.value() == 3)
    assert not cards["show"].buttons["play"].isEnabled(), "one thing at a time"
    file = show_some()
    errands.now.answer = {"file": str(file)}
    qtbot.waitUntil(lambda: cards["show"].line.text() == tr("steps.show.there", games="1", steps="3", mean="3.00"))
    assert not cards["show"].work.isVisible()

    press(qtbot, page, "imitate", "imitate")
    kind, wanted = errands.asked[-1]
    assert kind == "imitate" and wanted["files"] == [str(file)] and wanted["name"] == "two_routes-clone"
    folder = clone_there("two_routes-clone")
    errands.now.answer = {"folder": str(folder), "return": {"greedy": 7.0, "sampled": 5.5}}
    qtbot.waitUntil(cards["prefer"].buttons["begin"].isEnabled)
    assert "90" in cards["imitate"].line.text() and "5.00" in cards["imitate"].line.text()
    assert [(row.sampled, row.greedy) for row in page.steps.bars.rows][1:] == [(5.5, 7.0)]

    press(qtbot, page, "prefer", "begin")
    spec = asking.opened[-1]
    plan = plan_from(spec.preference or {}, spec.agent, spec.env_id)
    assert not page.steps.drawer.is_open and spec.begin_with == "two_routes-clone"
    assert (plan.config.kl_weight, plan.task) == (KL_WEIGHT, TASK.id)
    page.settings.begin_wanted.emit()
    assert asking.opened[-1].begin_with == "two_routes-clone", "other settings, the same beginning"
    page.choose_task("far_goal")
    spec = asking.opened[-1]
    assert spec.begin_with == "" and "kl_weight" not in (spec.preference or {})


def test_that_work_can_be_cancelled_its_failure_is_said_and_the_window_leaves_none_behind(
    page: PreferPage, qtbot: QtBot, errands: Errands
) -> None:
    open_steps(page, qtbot)
    show = page.steps.cards["show"]
    press(qtbot, page, "show", "teach")
    qtbot.mouseClick(show.cancel, Qt.MouseButton.LeftButton)
    assert errands.closed == 1 and not show.work.isVisible() and show.buttons["teach"].isEnabled()
    press(qtbot, page, "show", "teach")
    assert errands.now is not None
    errands.now.problem = ModelError("error.demonstrations.no_oracle", id="Somewhere")
    qtbot.waitUntil(show.problem.isVisible)
    assert "Somewhere" in show.problem.text()
    press(qtbot, page, "show", "teach")
    assert not show.problem.isVisible()
    before = errands.closed
    page.shutdown()
    assert errands.closed == before + 1


def test_that_answers_are_learned_from_directly_and_games_can_be_left_out(
    page: PreferPage, asking: Asking, qtbot: QtBot, errands: Errands
) -> None:
    show_some("person")
    clone_there("mine")
    open_steps(page, qtbot)
    learn = page.steps.cards["direct"].buttons["learn"]
    assert not learn.isEnabled()
    page.steps.drawer.close_drawer()
    page.model.take(asking.offer())
    fold(page)
    qtbot.keyClick(page.pair, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: len(page.model.known.labels) == 1)
    open_steps(page, qtbot)
    qtbot.waitUntil(lambda: page.steps.steps.state.clone is not None and learn.isEnabled())
    press(qtbot, page, "direct", "learn")
    kind, wanted = errands.asked[-1]
    assert kind == "dpo" and wanted["labels"] == str(asking.run) and Path(wanted["begin_with"]).name == "mine"
    page.steps.steps.cancel()

    rows = page.steps.rows
    assert [row.isVisible() for row in rows.rows] == [True]
    qtbot.mouseClick(rows.buttons[0], Qt.MouseButton.LeftButton)
    assert recordings(TASK.env_id, TASK.env_kwargs) == () and not rows.isVisible()
    window = page.window()
    assert isinstance(window, MainWindow)
    qtbot.mouseClick(window.toast.action, Qt.MouseButton.LeftButton)
    assert len(recordings(TASK.env_id, TASK.env_kwargs)) == 1 and rows.isVisible()


def test_that_games_played_in_the_arcade_are_written_when_somebody_is_done(
    page: PreferPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    arcade = window.page("arcade")
    assert isinstance(arcade, ArcadePage)
    model, saved = arcade.model, list[str]()
    monkeypatch.setattr(model, "open", lambda path: setattr(model, "path", path))
    monkeypatch.setattr(type(model), "watching", property(lambda _: True))
    monkeypatch.setattr(model, "save_games", saved.append)
    page.navigator.record_wanted.emit(OBJECTS, {})
    strip = arcade.recording.strip
    assert window.current is arcade and strip.isVisible()
    qtbot.mouseClick(strip.back, Qt.MouseButton.LeftButton)
    assert not saved and window.current is page, "nothing was played to its end"

    page.navigator.record_wanted.emit(OBJECTS, {})
    for mover, score in (("person", 3.0), ("mixed", 90.0)):
        model._take(GameOver(score=score, length=40, mover=mover))
    model.changed.emit(model.state)
    assert strip.text.text() == tr("steps.recording.games", games="1", steps="40", mean="3.00")
    qtbot.mouseClick(strip.back, Qt.MouseButton.LeftButton)
    assert [Path(file).parent for file in saved] == [world_folder(OBJECTS, {})] and window.current is arcade
    model.games_saved.emit(DemonstrationsSaved(file=saved[0], games=1, steps=40))
    assert window.current is page and not strip.isVisible()
    assert "arena clone" not in window.toast.text


def test_that_games_played_in_the_lab_are_kept_whole(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefer = window.page("prefer")
    assert isinstance(prefer, PreferPage)
    monkeypatch.setattr(prefer.model, "open", lambda _: None)
    prefer.steps.navigator.record_wanted.emit("Arena/GridWorld-v0", {"map": "corridor"})
    lab = window.current
    assert isinstance(lab, LabPage)
    strip, games = lab.recording.strip, lab.recording.games
    assert strip.isVisible() and strip.text.text() == tr("steps.recording.how")
    qtbot.waitUntil(lambda: lab.model.state.mover == "person" and lab.model.state.phase == "paused")
    world = lab.model.state.world
    assert world is not None and dict(world.env_kwargs)["map"] == "corridor"

    def walk(steps: int) -> None:
        for _ in range(steps):
            before = lab.model.state.env_steps
            qtbot.keyClick(lab.stage, Qt.Key.Key_Right)
            qtbot.waitUntil(lambda before=before: lab.model.state.env_steps > before)  # type: ignore[misc]

    qtbot.keyClick(lab.stage, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 1)
    while not games.games:
        walk(1)
    length = games.steps
    assert recordings("Arena/GridWorld-v0", {"map": "corridor"})[0].steps == length, "on disk as it ends"
    walk(2)
    qtbot.mouseClick(strip.back, Qt.MouseButton.LeftButton)
    assert window.current is prefer and not strip.isVisible()
    (kept,) = recordings("Arena/GridWorld-v0", {"map": "corridor"})
    made = read_demonstrations(kept.file)
    assert (made.games, made.steps, made.player, made.actions[0]) == (1, length, "person", 0), "the begun one is none"
    moves = make_world("Arena/GridWorld-v0", {"map": "corridor"}).model.next_state[made.observations, made.actions, 0]
    assert moves[:-1].tolist() == made.observations[1:].tolist()
