"""A deep run obeys at safe points, and says what it does."""

from __future__ import annotations

import csv
import json
import threading
import time

import numpy as np
import pytest
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from agents.deep.training.ages import ages_in, ages_of
from arena.errors import UsageError
from arena.protocol.messages import (
    Checkpoint,
    Fork,
    HyperparameterChanged,
    KeyframeWritten,
    Metrics,
    Pause,
    PhaseChanged,
    Run,
    RunTo,
    SetHyperparameter,
    SetSpeed,
    Step,
    Stop,
    ViewRequest,
    Warned,
    WorldReady,
)
from arena.protocol.training_messages import SCORE_COLUMNS, TrainingProgress, TrainingReady, WeightsPublished
from arena.runs.database import Database
from arena.runs.event_log import read_events
from tests.agents.deep.training.tiny_runs import DQN, PPO, Driven, going_on, stop_when_paused, tiny


def trained(spec, steps):
    driven = Driven(spec, stop_when_paused)
    driven.send(RunTo(goal="tick", count=steps))
    return driven.work()


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A run of PPO on a small lake."""
    return trained(tiny(tmp_path_factory.mktemp("lake"), eval_every=512, eval_episodes=3), 1_024)


def test_that_a_run_says_what_it_is_before_anything_else(lake):
    ready = lake.events[0]
    assert isinstance(ready, TrainingReady)
    assert ready.observation == "states"
    assert ready.action_names == ("LEFT", "DOWN", "RIGHT", "UP")
    assert (ready.horizon, ready.steps_per_update) == (PPO["horizon"], 32)
    assert ready.config["agent"] == "ppo"
    assert ready.config["hyperparameters"]["n_steps"] == 16
    assert "ratio_clipping" in ready.switches
    assert ready.machine["device"] == "cpu"
    world = lake.events[1]
    assert isinstance(world, WorldReady)
    assert world.arrays["solution_q"].shape == (16, 4)


def test_that_its_folder_holds_what_everybody_expects(lake):
    names = {path.name for path in lake.folder.iterdir()}
    assert {
        "config.json", "events.jsonl", "0.monitor.csv", "progress.csv", "checkpoints", "ages", "weights.safetensors",
        "evaluations.npz", "training.json",
    } <= names  # fmt: skip
    rows = (lake.folder / "0.monitor.csv").read_text("utf-8").splitlines()
    assert rows[1] == "r,l,t"
    assert len(rows) - 2 == lake.service.run.games.games
    with (lake.folder / "progress.csv").open(encoding="utf-8") as file:
        assert list(csv.DictReader(file))[-1]["env_steps"] == "1024"
    assert json.loads((lake.folder / "config.json").read_text("utf-8"))["versions"]["torch"]
    with safe_open(lake.folder / "weights.safetensors", "pt") as weights:
        assert weights.metadata() == {"env_steps": "1024"}
    with np.load(lake.folder / "evaluations.npz", allow_pickle=False) as evaluations:
        assert evaluations["timesteps"].tolist() == [512, 1_024]
        assert evaluations["results"].shape == (2, 3)


def test_that_tensorboard_has_the_tags_of_stable_baselines(lake):
    board = EventAccumulator(str(lake.folder))
    board.Reload()
    tags = set(board.Tags()["scalars"])
    assert {
        "rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "train/approx_kl", "train/loss", "train/value_loss",
        "eval/mean_reward",
    } <= tags  # fmt: skip


def test_that_the_index_of_runs_knows_it(lake):
    with Database(lake.folder.parent / "arena.db") as database:
        (run,) = database.runs()
    assert (run.agent, run.env_steps, run.phase) == ("ppo", 1_024, "stopped")


def test_that_scores_are_told_with_their_interval(lake):
    rows = [row for event in lake.of(TrainingProgress) for row in event.rows]
    assert all(len(row) == len(SCORE_COLUMNS) for row in rows)
    steps, games, mean, low, high, length, _ = rows[-1]
    assert (steps, games) == (1_024, lake.service.run.games.games)
    assert low <= mean <= high
    assert length > 1
    blocks = [row for event in lake.of(Metrics) for row in event.blocks]
    assert sum(row[1] for row in blocks) == games
    assert [row[0] for row in blocks] == sorted({row[0] for row in blocks})


def test_that_a_resumed_run_tells_its_past_and_its_ages(lake):
    later = trained(going_on(lake.folder), 1_024)
    ready = later.of(TrainingReady)[0]
    assert ready.rows
    assert ready.env_steps == 1_024
    kept = [event for event in lake.of(WeightsPublished) if event.kept]
    assert len(ready.ages) == len(kept) == len(ages_in(lake.folder))
    blocks = [row for event in later.of(Metrics) for row in event.blocks]
    assert sum(row[1] for row in blocks) == lake.service.run.games.games


def test_that_ages_suit_short_and_long_runs():
    assert ages_of(10_000_000) == (
        0, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 5_000_000, 10_000_000,
    )  # fmt: skip
    assert ages_of(3_000_000)[-1] == 3_000_000
    assert ages_of(100_000) == (0, 2_000, 5_000, 10_000, 20_000, 40_000, 70_000, 100_000)


def test_that_a_pause_is_answered_within_one_minibatch(tmp_path):
    seen = []

    def react(driven, event):
        if isinstance(event, PhaseChanged) and event.phase == "paused" and seen:
            seen.append(driven.service.run.updates)
            driven.send(ViewRequest(layers=("policy",)), Stop())

    driven = Driven(tiny(tmp_path, settings={**PPO, "n_epochs": 8}), react)
    minibatch = driven.service.after_minibatch

    def pause_in_the_middle():
        if driven.service.run.updates == 4:
            seen.append(driven.service.run.updates + 1)
            driven.send(Pause())
        minibatch()

    driven.service.after_minibatch = pause_in_the_middle
    driven.send(Run())
    driven.work()
    assert seen == [5, 5]
    assert driven.views[0].updates == 5
    # Half an update cannot be saved: it is finished first.
    assert driven.service.run.updates == 16


def test_that_it_gives_signs_of_progress_while_it_rests(tmp_path):
    driven = Driven(tiny(tmp_path))
    worker = threading.Thread(target=driven.work)
    worker.start()
    while driven.service.phase != "paused":
        time.sleep(0.01)
    before = driven.service.progress
    while driven.service.progress == before:
        time.sleep(0.01)
    driven.inbox.close()
    worker.join()
    assert driven.service.phase == "saving"


def test_that_a_step_is_one_update(tmp_path):
    driven = Driven(tiny(tmp_path), stop_when_paused)
    driven.send(Step())
    driven.work()
    assert ("paused", "phase.reason.update") in driven.reasons()
    assert driven.service.run.env_steps == 32


def test_that_a_step_of_dqn_goes_to_the_next_gradient_step(tmp_path):
    driven = Driven(tiny(tmp_path, "dqn"), stop_when_paused)
    driven.send(Step())
    driven.work()
    assert driven.service.run.updates == 1


def test_that_a_checkpoint_asked_for_in_a_rollout_drops_it(tmp_path):
    def react(driven, event):
        if getattr(event, "reason", "") == "phase.reason.games":
            driven.send(Checkpoint())
        if isinstance(event, KeyframeWritten):
            driven.send(Stop())

    driven = Driven(tiny(tmp_path, settings={**PPO, "n_steps": 64, "batch_size": 64}, save_every=10_000), react)
    driven.send(RunTo(goal="episode", count=40))
    driven.work()
    (written,) = driven.of(KeyframeWritten)
    assert written.env_steps % 128 == 0
    assert written.env_steps == driven.service.run.saved_steps > 0


def test_that_what_a_network_cannot_do_is_said_in_words(tmp_path):
    driven = Driven(tiny(tmp_path))
    driven.send(
        Fork(at=0, command_id=7),
        RunTo(goal="reward", command_id=8),
        SetHyperparameter(name="horizon", value=5, command_id=9),
        SetHyperparameter(name="gamma", value=2.0, command_id=10),
        SetSpeed(per_second=2.0),
        Stop(),
    )
    driven.work()
    refused = {event.command_id: event.key for event in driven.of(Warned)}
    assert refused == {
        7: "error.deep.not_here",
        8: "error.command.goal",
        9: "error.setting.not_live",
        10: "error.setting.range",
    }


def test_that_a_change_counts_from_the_next_update_and_is_logged(tmp_path):
    driven = Driven(tiny(tmp_path), stop_when_paused)
    driven.send(SetHyperparameter(name="learning_rate", value=0.01), RunTo(goal="tick", count=64))
    driven.work()
    assert driven.service.run.reporter.values["train/learning_rate"] == pytest.approx(0.01, rel=0.02)
    logged = [
        event for event in read_events(driven.folder / "events.jsonl") if isinstance(event, HyperparameterChanged)
    ]
    assert [(event.name, event.value) for event in logged] == [("learning_rate", 0.01)]


def test_that_a_run_ends_at_its_horizon(tmp_path):
    driven = trained(tiny(tmp_path, settings={**PPO, "horizon": 128}), 1_000_000)
    assert driven.reasons()[-2][0] == "finished"
    assert driven.service.run.env_steps == 128
    again = trained(going_on(driven.folder), 1_000)
    assert again.reasons()[0] == ("finished", "phase.reason.horizon")


def test_that_dqn_tells_of_its_memory_and_its_target(tmp_path):
    driven = Driven(tiny(tmp_path, "dqn"), stop_when_paused)
    driven.send(RunTo(goal="tick", count=512))
    driven.work()
    scalars = driven.service.run.view(()).scalars
    assert scalars["replay_size"] == DQN["buffer_size"] == scalars["replay_capacity"]
    assert 0.0 < scalars["epsilon"] < 1.0
    assert 0 <= scalars["target_age"] <= DQN["target_update_interval"]
    assert scalars["replay_bytes"] > 0


def test_that_an_unknown_place_is_refused_and_leaves_no_folder(tmp_path):
    with pytest.raises(UsageError):
        Driven(tiny(tmp_path, env_id="NoSuchGame-v0"))
    assert not list(tmp_path.glob("NoSuch*"))
