"""The preference page with a real worker: pairs come, a teacher answers, a killed worker takes no answer with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from gui.main_window import MainWindow
from gui.pages.prefer import PreferPage
from gui.settings_store import SettingsStore

pytestmark = pytest.mark.skipif(find_spec("stable_baselines3") is None, reason="needs what networks need")

PATIENCE = 280_000
TINY = RunSpec(
    env_id="Arena/GridWorld-v0",
    env_kwargs={"map": "four_rooms"},
    agent="ppo",
    hyperparameters={"n_envs": 2, "n_steps": 64, "batch_size": 32, "n_epochs": 1, "hidden_units": 16},
    device="cpu",
    preference={
        "preset": "classroom", "task": "left_half", "clip_steps": 6, "first_labels": 2, "first_steps": 256,
        "label_budget": 12, "epochs": 5, "hidden_units": 8, "members": 2, "candidates": 50,
    },
)  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[PreferPage]:
    window = MainWindow(SettingsStore())
    qtbot.addWidget(window)
    window.resize(1280, 800)
    found = window.page("prefer")
    assert isinstance(found, PreferPage)
    found.model.open(TINY)
    window.show_page("prefer")
    window.show()
    yield found
    window.close_now()
    WorkerClient.drop_spare()


def test_that_answers_teach_and_a_killed_worker_takes_none_with_it(page: PreferPage, qtbot: QtBot) -> None:
    model = page.model
    qtbot.waitUntil(lambda: model.known.question is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.pair.there, timeout=PATIENCE)
    qtbot.keyClick(page.pair, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: len(model.known.labels) == 1, timeout=PATIENCE)

    page.answerer.who.set_value("oracle_left")
    page.answerer.teacher.choose_pace("quick")
    page.answerer._choose("oracle_left")
    qtbot.waitUntil(lambda: len(model.known.labels) >= 4, timeout=PATIENCE)
    page.answerer._choose("me")
    assert {label.source for label in model.known.labels} == {"person", "oracle"}
    qtbot.waitUntil(lambda: model.known.fitted is not None and model.state.env_steps > 0, timeout=PATIENCE)
    model.set_preference("kl_weight", 0.5)
    qtbot.waitUntil(lambda: model.known.plan is not None and model.known.plan.config.kl_weight == 0.5, timeout=PATIENCE)

    folder = Path(model.state.folder)
    os.kill(model.pid, signal.SIGKILL)
    if model.known.question is not None and not model.known.settled:
        qtbot.keyClick(page.pair, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: model.state.phase == "failed" and model.known.unsaved == 0, timeout=PATIENCE)
    given = len((folder / "labels.jsonl").read_text("utf-8").splitlines())
    qtbot.mouseClick(page.banner.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: model.state.ready is not None or model.state.phase == "failed", timeout=PATIENCE)
    assert model.state.phase != "failed" and model.state.folder == str(folder)
    qtbot.waitUntil(lambda: len(model.known.labels) >= 4, timeout=PATIENCE)
    assert given >= len(model.known.labels) and model.known.budget == 12
    assert model.known.plan is not None and model.known.plan.config.kl_weight == 0.5
