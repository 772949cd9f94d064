"""A run that was stopped, or killed, goes on as if it had not been."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from agents.deep.training.run_checkpoint import REFERENCE, REPLAY
from agents.deep.weights import weights_of
from arena.errors import RunError
from arena.protocol.messages import HyperparameterChanged, RunTo, SetHyperparameter, Step, Stop
from arena.protocol.training_messages import TrainingReady
from arena.runs.event_log import read_events
from tests.agents.deep.training.tiny_runs import DQN, PPO, Driven, going_on, stop_when_paused, tiny

LAYERS = ("q", "v", "policy", "visits", "ratios", "advantages", "td_errors")


def trained(spec, steps):
    driven = Driven(spec, stop_when_paused)
    driven.send(RunTo(goal="tick", count=steps))
    return driven.work()


def assert_same(left, right):
    ours, theirs = left.weights(), right.weights()
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert torch.equal(value, theirs[name]), name


@pytest.mark.parametrize(("agent", "env_id"), [("ppo", "FrozenLake-v1"), ("dqn", "CartPole-v1")])
def test_that_a_run_stopped_at_a_checkpoint_goes_on_bit_for_bit(tmp_path, agent, env_id):
    whole = trained(tiny(tmp_path / "whole", agent, env_id), 576)
    # 256 is a multiple of the steps between two checkpoints: the uninterrupted run has one there too.
    half = trained(tiny(tmp_path / "half", agent, env_id), 256)
    assert half.service.run.env_steps == 256
    rest = trained(going_on(half.folder), 576)
    assert_same(whole, rest)
    assert rest.service.run.games.plain() == whole.service.run.games.plain()
    assert rest.of(TrainingReady)[0].machine["exact"]


def test_that_grpo_goes_on_with_the_reference_it_began_with(tmp_path):
    whole = trained(tiny(tmp_path / "whole", "grpo", "CartPole-v1"), 1_024)
    half = trained(tiny(tmp_path / "half", "grpo", "CartPole-v1"), 512)
    began, moved = weights_of(half.service.run.model.reference), half.weights()
    assert any(not torch.equal(began[name], moved[name]) for name in began)
    rest = trained(going_on(half.folder), 1_024)
    assert_same(whole, rest)
    assert all(torch.equal(value, began[name]) for name, value in weights_of(rest.service.run.model.reference).items())


def test_that_a_run_in_bfloat16_learns_says_so_and_goes_on_bit_for_bit(tmp_path):
    few = {**PPO, "n_steps": 8, "n_epochs": 1, "width": 0.125, "horizon": 96}

    def spec(name, precision="bfloat16"):
        given = {"settings": few, "save_every": 32, "precision": precision}
        return tiny(tmp_path / name, env_id="BreakoutNoFrameskip-v4", **given)

    whole = trained(spec("whole"), 64)
    half = trained(spec("half"), 32)
    assert json.loads((half.folder / "training.json").read_text("utf-8"))["precision"] == "bfloat16"
    rest = trained(going_on(half.folder), 64)
    assert_same(whole, rest)
    machine = rest.of(TrainingReady)[0].machine
    assert machine["precision"] == "bfloat16" and machine["exact"]
    exact = trained(spec("exact", "float32"), 64)
    assert exact.of(TrainingReady)[0].machine["precision"] == "float32"
    assert any(not torch.equal(value, exact.weights()[name]) for name, value in whole.weights().items())
    assert all(bool(torch.isfinite(value).all()) for value in whole.weights().values())


def test_that_a_run_of_before_there_was_a_choice_goes_on_in_float32(tmp_path):
    first = trained(tiny(tmp_path), 256)
    plan = json.loads((first.folder / "training.json").read_text("utf-8"))
    assert plan.pop("precision") == "float32"
    (first.folder / "training.json").write_text(json.dumps(plan), "utf-8")
    rest = trained(going_on(first.folder), 320)
    assert rest.of(TrainingReady)[0].machine["precision"] == "float32"
    (first.folder / "training.json").write_text(json.dumps({**plan, "precision": "int3"}), "utf-8")
    with pytest.raises(RunError):
        trained(going_on(first.folder), 384)


def test_that_a_checkpoint_with_a_damaged_reference_is_passed_over(tmp_path):
    first = trained(tiny(tmp_path, "grpo", "CartPole-v1"), 600)
    newest = sorted((first.folder / "checkpoints").glob("0*"))[-1]
    (newest / REFERENCE).write_bytes(b"spoilt")
    rest = trained(going_on(first.folder), 610)
    assert "warning.deep.damaged" in [getattr(event, "key", "") for event in rest.events]


@pytest.mark.parametrize("agent", ["ppo", "dqn"])
def test_that_looking_changes_nothing(tmp_path, agent):
    blind = trained(tiny(tmp_path / "blind", agent), 256)
    watched = Driven(tiny(tmp_path / "watched", agent), stop_when_paused)
    step = watched.service.after_step

    def step_and_look(said):
        step(said)
        watched.service.run.view(LAYERS)

    watched.service.after_step = step_and_look
    watched.send(RunTo(goal="tick", count=256))
    watched.work()
    assert_same(blind, watched)
    arrays = watched.service.run.view(LAYERS).arrays
    assert set(arrays) == {"q", "v", "policy", "visits"} | (
        {"ratios", "advantages"} if agent == "ppo" else {"td_errors"}
    )


def test_that_pausing_and_stepping_changes_nothing(tmp_path):
    whole = trained(tiny(tmp_path / "whole"), 256)

    def step_on(driven, event):
        if getattr(event, "reason", "") == "phase.reason.update":
            driven.send(Stop() if driven.service.run.env_steps >= 256 else Step())

    stepped = Driven(tiny(tmp_path / "stepped"), step_on)
    stepped.send(Step())
    stepped.work()
    assert_same(whole, stepped)


@pytest.mark.parametrize("agent", ["ppo", "dqn"])
def test_that_a_changed_setting_survives_and_counts_at_its_step(tmp_path, agent):
    def changed(spec, first, last):
        def react(driven, event):
            if getattr(event, "reason", "") != "phase.reason.tick":
                return
            if driven.service.run.env_steps >= last:
                driven.send(Stop())
            else:
                driven.send(SetHyperparameter(name="gamma", value=0.5), RunTo(goal="tick", count=last))

        driven = Driven(spec, react)
        driven.send(RunTo(goal="tick", count=first))
        return driven.work()

    whole = changed(tiny(tmp_path / "whole", agent), 160, 384)
    half = changed(tiny(tmp_path / "half", agent), 160, 256)
    rest = trained(going_on(half.folder), 384)
    assert_same(whole, rest)
    assert rest.service.run.config.gamma == 0.5
    logged = [event for event in read_events(rest.folder / "events.jsonl") if isinstance(event, HyperparameterChanged)]
    assert [(event.env_steps, event.name, event.value) for event in logged] == [(160, "gamma", 0.5)]


_KILLED = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from tests.agents.deep.training.tiny_runs import Driven, tiny
from arena.protocol.messages import Run, SetHyperparameter, PhaseChanged, RunTo
def react(driven, event):
    if getattr(event, "reason", "") == "phase.reason.tick":
        driven.send(SetHyperparameter(name="gamma", value=0.5), Run())
driven = Driven(tiny(Path(sys.argv[1]), sys.argv[2]), react)
step = driven.service.after_step
def slow(said):
    step(said)
    if driven.service.run.env_steps > 350:
        print(driven.folder, flush=True)
        import time
        time.sleep(60)
driven.service.after_step = slow
driven.send(RunTo(goal="tick", count=300))
driven.work()
"""


@pytest.mark.parametrize("agent", ["dqn"])
def test_that_a_killed_run_loses_no_more_than_since_its_last_checkpoint(tmp_path, agent):
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path / "killed"), agent], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    rest = trained(going_on(folder), 512)
    assert rest.of(TrainingReady)[0].env_steps == 256

    def react(driven, event):
        if getattr(event, "reason", "") == "phase.reason.tick":
            done = driven.service.run.env_steps >= 512
            driven.send(Stop() if done else SetHyperparameter(name="gamma", value=0.5))
            driven.send(RunTo(goal="tick", count=512))

    whole = Driven(tiny(tmp_path / "whole", agent), react)
    whole.send(RunTo(goal="tick", count=300))
    whole.work()
    # What was changed after that checkpoint is done again at its step.
    assert_same(whole, rest)


def test_that_a_damaged_checkpoint_is_passed_over_and_said(tmp_path):
    first = trained(tiny(tmp_path), 320)
    newest = sorted((first.folder / "checkpoints").glob("0*"))[-1]
    (newest / "weights.safetensors").write_bytes(b"spoilt")
    rest = trained(going_on(first.folder), 352)
    assert rest.of(TrainingReady)[0].env_steps == 256
    assert "warning.deep.damaged" in [getattr(event, "key", "") for event in rest.events]


def test_that_ages_reached_after_the_checkpoint_are_kept_when_the_run_comes_there_again(tmp_path):
    # Ages at 0, 82, 205, 410, 819 …; checkpoints at 0, 256 and where it stopped.
    first = trained(tiny(tmp_path), 480)
    whole = {path.name: path.read_bytes() for path in (first.folder / "ages").iterdir()}
    assert {"000000205.safetensors", "000000410.safetensors"} <= set(whole)
    newest = sorted((first.folder / "checkpoints").glob("0*"))[-1]
    (newest / "weights.safetensors").write_bytes(b"spoilt")
    rest = trained(going_on(first.folder), 480)
    assert rest.of(TrainingReady)[0].env_steps < 410
    assert {path.name: path.read_bytes() for path in (rest.folder / "ages").iterdir()} == whole


def test_that_only_the_replay_buffers_of_the_kept_checkpoints_stay(tmp_path):
    run = trained(tiny(tmp_path, "dqn", settings={**DQN, "buffer_size": 100}), 640)
    kept = {path.name for path in (run.folder / "checkpoints").glob("0*")}
    assert len(kept) == 2
    assert {path.name for path in (run.folder / "checkpoints" / REPLAY).iterdir()} == kept


def test_that_a_rollout_left_in_the_middle_is_dropped(tmp_path):
    def react(driven, event):
        if getattr(event, "reason", "") == "phase.reason.games":
            driven.send(Stop())

    run = Driven(tiny(tmp_path, settings={**PPO, "n_steps": 64, "batch_size": 64}), react)
    run.send(RunTo(goal="episode", count=3))
    run.work()
    assert run.service.run.env_steps == 0
    assert run.service.run.games.games == 0
