"""A network that learns a world of states is shown in the Lab like a table; what it lacks is left out or said."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from agents.runtime.spec import RunSpec
from gui.language import tr
from gui.main_window import MainWindow
from gui.pages.lab import LabPage

pytestmark = pytest.mark.skipif(find_spec("stable_baselines3") is None, reason="needs what networks need")

SETTINGS = {
    "n_envs": 2, "buffer_size": 500, "learning_starts": 32, "batch_size": 8, "train_freq": 4,
    "target_update_interval": 64, "hidden_units": 16, "horizon": 1_000_000,
}  # fmt: skip


def test_that_a_networks_values_lie_over_every_cell_and_what_it_lacks_is_left_out_or_said(
    lab: LabPage, window: MainWindow, qtbot: QtBot
) -> None:
    said: list[str] = []
    window.navigator.say.connect(said.append)
    model = lab.model
    lab._open(RunSpec(env_id="FrozenLake-v1", agent="dqn", hyperparameters=SETTINGS, device="cpu", speed=4.0))
    qtbot.waitUntil(lambda: model.state.phase == "paused" and model.state.view is not None)
    assert lab.top.agent.value == "dqn"
    for widget in (lab.top.mover, lab.transport.speed, lab.transport.timeline, lab.transport.go, lab.twins.button):
        assert not widget.isVisible()
    assert not lab.what.beats.isVisible() and lab.what.sentence.text() == tr("train.lab.happened")

    model.run()
    first = model.state.view
    qtbot.waitUntil(
        lambda: model.state.view is not first and model.state.env_steps > 100 and len(model.state.blocks) > 0
    )
    assert model.state.view is not None
    q = model.state.view.arrays["q"]
    assert q.shape == (16, 4) and np.isfinite(q).all() and (np.ptp(q, axis=1) > 0).all()
    model.pause()
    qtbot.waitUntil(lambda: model.state.phase == "paused")

    lab.past.model.go(5)
    lab.why.explain(3, 1)
    lab.twins.ask()
    assert [tr("train.lab." + name) for name in ("no_past", "no_why", "no_fork")] == said[-3:]
    assert not lab.why.drawer.is_open and not lab.past.active

    lab.top.agent_chosen.emit("q_learning")
    qtbot.waitUntil(lambda: model.state.agent == "q_learning" and model.state.phase == "paused")
    assert lab.transport.speed.isVisible() and lab.twins.button.isVisible() and lab.what.beats.isVisible()
