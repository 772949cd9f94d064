"""The arcade's train mode on real workers: a network learns, is paused, saved, killed and gone on with."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from arena.protocol.messages import Failed
from arena.protocol.training_messages import TrainingReady
from gui.dialogs.close_question import CloseQuestion
from gui.dialogs.new_run_question import NewRunQuestion
from gui.language import language, tr
from gui.main_window import MainWindow
from gui.pages.arcade import ArcadePage
from gui.pages.arcade_training import ArcadeTraining
from gui.panels.training.training_banner import TrainingBanner
from gui.settings_store import SettingsStore
from gui.state.training_state import TrainingState
from gui.theme import theme

pytestmark = pytest.mark.skipif(find_spec("stable_baselines3") is None, reason="needs what networks need")

PPO = {"n_envs": 2, "n_steps": 64, "batch_size": 32, "n_epochs": 1, "hidden_units": 16, "horizon": 1_000_000}
DQN = {
    "n_envs": 2, "buffer_size": 500, "learning_starts": 32, "batch_size": 8, "train_freq": 4,
    "target_update_interval": 64, "hidden_units": 16, "horizon": 1_000_000,
}  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    yield made
    made.close_now()
    WorkerClient.drop_spare()


@pytest.fixture
def page(window: MainWindow) -> ArcadePage:
    found = window.page("arcade")
    assert isinstance(found, ArcadePage)
    return found


def open_tiny(window: MainWindow, page: ArcadePage, agent: str = "ppo", **given: Any) -> ArcadeTraining:
    """Show a tiny run in train mode; the game beside it is left out unless asked for: it loads libraries of its own."""
    training = page.training
    training.env_id, training.agent = "CartPole-v1", agent
    if not given.pop("live", True):
        training.live.open = lambda path: setattr(training.live, "path", path)  # type: ignore[method-assign]
    settings = {"ppo": PPO, "dqn": DQN}[agent]
    training.begin("CartPole-v1", agent, settings, device="cpu", **given)
    page.show_mode("train")
    window.show_page("arcade")
    return training


def wait_for(qtbot: QtBot, training: ArcadeTraining, phase: str) -> None:
    qtbot.waitUntil(lambda: training.model.state.phase == phase)


def test_that_a_network_trains_is_watched_saved_killed_and_gone_on_with_and_leaves_no_process(
    window: MainWindow, page: ArcadePage, qtbot: QtBot
) -> None:
    training = open_tiny(window, page)
    model, view, live = training.model, training.view, training.live
    wait_for(qtbot, training, "paused")
    assert model.state.env_steps == 0 and training.transport.words.text() == tr("train.ready")
    assert page.top.settings.isVisible() and not page.top.mover.isVisible()
    assert page.top.agent.value == "ppo" and page.top.world.value.startswith('["CartPole-v1"')

    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(model.state.rows) > 0 and model.state.array("ratios") is not None)
    assert page.busy()
    assert view.cards.moved.histogram.shares().sum() == pytest.approx(1.0)
    assert "%" in view.cards.moved.words.text()
    assert view.now.figure.text() != "–"

    # Its game is played beside the curve by a process of its own; an age pressed plays instead.
    qtbot.waitUntil(lambda: live.state.array("frame") is not None)
    assert live.path == model.state.folder
    qtbot.waitUntil(lambda: len(view.ages.buttons) >= 2 and live.state.phase == "running")
    oldest = view.ages.buttons[0].file
    view.ages.buttons[0].click()
    qtbot.waitUntil(lambda: live.state.file == oldest)

    # Nobody looks: the game rests, training goes on.
    window.show_page("start")
    qtbot.waitUntil(lambda: live.state.phase == "paused")
    steps = model.state.env_steps
    qtbot.waitUntil(lambda: model.state.env_steps > steps)
    window.show_page("arcade")

    qtbot.mouseClick(training.transport.run, Qt.MouseButton.LeftButton)
    wait_for(qtbot, training, "paused")
    assert not page.busy()
    updates = model.state.updates
    qtbot.mouseClick(training.transport.step, Qt.MouseButton.LeftButton)
    # Not by its steps: the games may be played already and only the update half done.
    qtbot.waitUntil(lambda: model.state.reason == "phase.reason.update" and model.state.updates > updates)
    saved, folder = model.state.env_steps, model.state.folder
    checkpoint = Path(folder) / "checkpoints" / f"{saved:012d}"
    assert not checkpoint.exists()
    qtbot.mouseClick(training.transport.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(checkpoint.is_dir)

    os.kill(model.pid, signal.SIGKILL)
    wait_for(qtbot, training, "failed")
    assert view.banner.isVisible() and "SIGKILL" in view.banner.text.text()
    qtbot.mouseClick(view.banner.resume, Qt.MouseButton.LeftButton)
    wait_for(qtbot, training, "paused")
    assert (model.state.folder, model.state.env_steps) == (folder, saved)
    assert len(model.state.rows) > 0 and "entropy" in model.state.curves

    # A run that is here already goes on as it is.
    model.run()
    qtbot.waitUntil(page.busy)
    pids = (model.pid, live._client.pid if live._client is not None else 0)
    page.show_mode("watch")
    window.open_run(folder)
    assert page.mode == "train" and model.pid == pids[0]

    window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None and window.isVisible()
    question.accept()
    assert not window.isVisible()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert len(list((Path(folder) / "checkpoints").iterdir())) > 0


def test_that_dqn_shows_what_it_remembers_and_a_switch_counts_at_once_or_asks_for_a_run_of_its_own(
    window: MainWindow, page: ArcadePage, qtbot: QtBot
) -> None:
    training = open_tiny(window, page, "dqn", live=False)
    model, cards = training.model, training.view.cards
    switches = cards.switches.switches
    wait_for(qtbot, training, "paused")
    training.model.run()
    qtbot.waitUntil(lambda: cards.memory.bar.share > 0 and model.state.array("td_errors") is not None)
    qtbot.waitUntil(cards.guesses.words.isVisible)
    assert cards.memory_card.isVisible() and cards.guesses_card.isVisible() and not cards.moved_card.isVisible()
    qtbot.waitUntil(lambda: cards.trying_card.caption.text().startswith("ε = "))
    assert cards.memory.bar.share > 0 and cards.memory.target.text()

    switches = cards.switches.switches
    assert set(switches) == {"reward_clipping", "replay", "target_network", "double", "dueling"}
    switches["target_network"].click()
    qtbot.waitUntil(lambda: model.state.hyperparameters["target_network"] == "off")
    assert not model.state.pending and not switches["target_network"].isChecked()

    switches["dueling"].click()
    question = window.findChild(NewRunQuestion)
    assert question is not None and not switches["dueling"].isChecked()
    question.begin.click()
    assert model.spec is not None and model.state.ready is None
    assert model.spec.hyperparameters["dueling"] == "on"
    assert model.spec.hyperparameters["target_network"] == "off"


def test_that_a_stored_run_of_a_game_opens_here_and_one_of_a_table_world_in_the_lab(
    window: MainWindow, page: ArcadePage, tmp_path: Path
) -> None:
    begun: list[str] = []
    page.training.resume = begun.append  # type: ignore[method-assign]
    page.training.enter = lambda: None  # type: ignore[method-assign]
    for env_id, place in (("CartPole-v1", "arcade"), ("BreakoutNoFrameskip-v4", "arcade"), ("CliffWalking-v1", "lab")):
        folder = tmp_path / env_id
        folder.mkdir()
        (folder / "config.json").write_text(f'{{"agent": "dqn", "env_id": "{env_id}"}}', "utf-8")
        window.open_run(str(folder))
        assert window.current is window.page(place)
    assert begun == [str(tmp_path / "CartPole-v1"), str(tmp_path / "BreakoutNoFrameskip-v4")]


def test_that_a_fault_names_tensor_and_step_and_offers_the_last_checkpoint(qtbot: QtBot) -> None:
    banner = TrainingBanner()
    qtbot.addWidget(banner)
    told = {"tensor": "mlp.0.weight", "step": 12_345, "value": "nan", "loss": "train/loss", "checkpoint": 12_000}
    banner.show_state(TrainingState(phase="paused", reason="phase.reason.bad_loss", reason_params=told))
    assert "mlp.0.weight" in banner.text.text() and "12,345" in banner.text.text()
    assert banner.back.isVisible() and not banner.resume.isVisible()
    with qtbot.waitSignal(banner.back_wanted):
        banner.back.click()
    banner.show_state(TrainingState(phase="running"))
    assert not banner.isVisible()


def test_that_three_ages_of_a_run_are_offered_once_there_are_three(
    window: MainWindow, page: ArcadePage, qtbot: QtBot, tmp_path: Path
) -> None:
    view, wanted = page.training.view, []
    page.watch_ages = wanted.append  # type: ignore[method-assign]
    page._stand_in("train")
    window.show_page("start")
    ages = tuple({"env_steps": steps, "file": f"{steps}.safetensors", "score": 1.0} for steps in (0, 1_000))
    ready = TrainingReady(folder=str(tmp_path), config={"env_id": "CartPole-v1", "agent": "ppo"})
    for kept, there in ((ages[:1], False), (ages, True)):
        newest = {"env_steps": 2_000, "file": "", "score": 3.0}
        page.training.model.state = TrainingState(phase="paused", ready=ready, ages=kept, newest=newest)
        view._show_ages(page.training.model.state)
        assert view.three.isHidden() is not there
    view.three.click()
    assert wanted == [str(tmp_path)]


def test_that_a_run_that_never_began_can_be_tried_again(qtbot: QtBot) -> None:
    banner = TrainingBanner()
    qtbot.addWidget(banner)
    failed = Failed(key="error.deep.no_place", params={"id": "NoSuchGame-v0"}, details="Traceback")
    banner.show_state(TrainingState(phase="failed", failure=failed))
    assert "NoSuchGame-v0" in banner.text.text()
    assert banner.resume.text() == tr("train.banner.again") and banner.more.isVisible()


@pytest.mark.parametrize("code", ["en", "zh_TW", "zh_CN"])
def test_that_every_card_has_room_at_the_right(window: MainWindow, page: ArcadePage, qtbot: QtBot, code: str) -> None:
    language().choose(code)
    view = page.training.view
    page.training.enter = lambda: None  # type: ignore[method-assign]
    page._env_id = "CartPole-v1"
    page.show_mode("train")
    window.show_page("arcade")
    QApplication.processEvents()
    assert view.cards.minimumSizeHint().width() <= view.panel.viewport().width()


def test_that_the_last_row_sees_game_curve_and_score_only(window: MainWindow, page: ArcadePage) -> None:
    view = page.training.view
    page.training.enter = lambda: None  # type: ignore[method-assign]
    page._env_id = "CartPole-v1"
    page.show_mode("train")
    window.show_page("arcade")
    theme().set_projector(True)
    QApplication.processEvents()
    assert view.curve.isVisible() and view.now.isVisible() and view.game.isVisible()
    assert not view.panel.isVisible() and not view.ages_card.isVisible()
    assert view.now.figure.font().pixelSize() >= 56
