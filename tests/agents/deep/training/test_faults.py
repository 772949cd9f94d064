"""What goes wrong in training is said, and what was saved is not lost."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from agents.deep import memory_needed
from agents.deep.training import making
from agents.deep.training.faults import is_lost_device, is_out_of_memory
from agents.deep.training.run_checkpoint import save_run
from arena.errors import ConfigError, RunError, UsageError
from arena.protocol.messages import Checkpoint, PhaseChanged, Run, RunTo, SetHyperparameter, Stop, Warned
from tests.agents.deep.training.tiny_runs import DQN, Driven, going_on, stop_when_paused, tiny


class Poisoned:
    """Spoils one thing once, in the games of a run."""

    def __init__(self, env, what, at):
        self.env, self.what, self.at, self.steps = env, what, at, 0
        self.step_wait = env.step_wait
        env.step_wait = self.spoilt

    def spoilt(self):
        seen, rewards, dones, infos = self.step_wait()
        self.steps += 1
        if self.steps == self.at:
            if self.what == "reward":
                rewards = np.where(np.arange(len(rewards)) == 1, np.nan, rewards)
            else:
                seen = seen.copy()
                seen[1, 2] = np.inf
        return seen, rewards, dones, infos


def change_on_the_way(driven, event):
    if not isinstance(event, PhaseChanged) or event.reason != "phase.reason.tick":
        return
    if driven.service.run.env_steps == 512:
        driven.send(Stop())
    else:
        driven.send(SetHyperparameter(name="gamma", value=0.9), RunTo(goal="tick", count=512))


@pytest.mark.parametrize("agent", ["ppo", "dqn"])
@pytest.mark.parametrize(
    ("what", "reason", "tensor"),
    [
        ("reward", "phase.reason.bad_reward", "rewards[1]"),
        ("observation", "phase.reason.bad_observation", "observations[1, 2]"),
    ],
)
def test_that_what_is_no_number_stops_training_where_it_came(tmp_path, agent, what, reason, tensor):
    def react(driven, event):
        if isinstance(event, PhaseChanged) and event.reason == reason:
            # Nothing of it may be saved; Run goes on from the last good checkpoint.
            driven.send(Checkpoint(command_id=5), SetHyperparameter(name="gamma", value=0.9))
            driven.send(RunTo(goal="tick", count=512))
        elif isinstance(event, PhaseChanged) and event.reason == "phase.reason.tick":
            driven.send(Stop())

    driven = Driven(tiny(tmp_path, agent, "CartPole-v1"), react)
    Poisoned(driven.service.run.model.env, what, 150)
    driven.send(Run())
    driven.work()
    fault = next(event for event in driven.of(PhaseChanged) if event.reason == reason)
    assert fault.params["tensor"] == tensor
    assert fault.params["step"] == 300
    assert fault.params["checkpoint"] == 256
    assert [event.key for event in driven.of(Warned)] == ["error.deep.not_saved_now"]
    assert driven.service.run.env_steps == 512
    # What was changed while it stood still counts from that checkpoint on.
    whole = Driven(tiny(tmp_path / "whole", agent, "CartPole-v1"), change_on_the_way)
    whole.send(RunTo(goal="tick", count=256))
    whole.work()
    for name, value in whole.weights().items():
        assert torch.equal(value, driven.weights()[name]), name


@pytest.mark.parametrize("agent", ["ppo", "dqn"])
def test_that_a_loss_that_is_no_number_names_the_weights(tmp_path, agent):
    def react(driven, event):
        if isinstance(event, PhaseChanged) and event.reason.startswith("phase.reason.bad_"):
            driven.send(Stop())

    driven = Driven(tiny(tmp_path, agent), react)
    minibatch = driven.service.after_minibatch

    def spoil():
        minibatch()
        if driven.service.run.updates == 40:
            with torch.no_grad():
                next(iter(driven.service.run.model.policy.parameters())).fill_(torch.nan)

    driven.service.after_minibatch = spoil
    driven.send(Run())
    driven.work()
    fault = next(event for event in driven.of(PhaseChanged) if event.reason.startswith("phase.reason.bad_"))
    assert fault.params["tensor"] in dict(driven.service.run.model.policy.named_parameters())
    # Within one update of it.
    assert fault.updates <= 44
    again = Driven(going_on(driven.folder), stop_when_paused)
    again.send(RunTo(goal="tick", count=fault.params["checkpoint"] + 64))
    again.work()
    assert all(bool(torch.isfinite(value).all()) for value in again.weights().values())


def test_that_a_run_too_large_is_refused_with_a_size_that_fits(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_needed, "free_memory", lambda: 2_000_000_000)
    spec = tiny(tmp_path, "dqn", settings={**DQN, "buffer_size": 100_000_000})
    with pytest.raises(ConfigError) as refused:
        Driven(spec)
    assert refused.value.key == "error.deep.memory"
    assert refused.value.field == "buffer_size"
    assert not list(tmp_path.glob("Frozen*"))


@pytest.mark.parametrize(
    "problem",
    [
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory"),
        torch.OutOfMemoryError("CUDA out of memory"),
    ],
)
def test_that_running_out_of_memory_is_said_with_a_size_and_keeps_what_was_saved(tmp_path, problem):
    assert is_out_of_memory(problem)
    assert not is_lost_device(problem)
    driven = Driven(tiny(tmp_path))

    def fail(said):
        raise problem

    driven.service.run.after_step = fail
    driven.send(Run())
    with pytest.raises(RunError) as failed:
        driven.work()
    assert failed.value.key == "error.deep.out_of_memory"
    assert {"needed", "left", "name", "value"} <= set(failed.value.params)
    assert Driven(going_on(driven.folder)).service.run.env_steps == 0


def test_that_a_lost_gpu_is_said_once_and_training_goes_on(tmp_path):
    driven = Driven(tiny(tmp_path), stop_when_paused)
    run = driven.service.run
    run.makings.device = "cuda"
    minibatch = driven.service.after_minibatch

    def lost():
        if run.updates == 40 and run.makings.device == "cuda":
            raise RuntimeError("CUDA error: unspecified launch failure")
        minibatch()

    driven.service.after_minibatch = lost
    driven.send(RunTo(goal="tick", count=512))
    # What it was told to do is done all the same.
    driven.work()
    assert [event.key for event in driven.of(Warned)] == ["warning.deep.gpu_lost"]
    assert run.env_steps == 512
    assert run.makings.device == "cpu"


def test_that_asking_for_a_gpu_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(making.torch.cuda, "is_available", lambda: False)
    driven = Driven(tiny(tmp_path, device="cuda"))
    driven.send(Stop())
    driven.work()
    assert [event.key for event in driven.of(Warned)] == ["warning.deep.no_gpu"]


def test_that_a_full_disk_is_said_and_training_goes_on(tmp_path, monkeypatch):
    def full(*_):
        raise RunError("error.file.full", file="checkpoints")

    from agents.deep.training import training_run

    driven = Driven(tiny(tmp_path), stop_when_paused)
    monkeypatch.setattr(training_run, "save_run", full)
    driven.send(RunTo(goal="tick", count=320))
    driven.work()
    assert "warning.deep.not_saved" in [event.key for event in driven.of(Warned)]
    assert driven.service.run.env_steps == 320
    monkeypatch.setattr(training_run, "save_run", save_run)


def test_that_a_folder_nobody_may_write_is_said_before_anything_begins(tmp_path):
    (tmp_path / "file").write_text("here", "utf-8")
    with pytest.raises(RunError) as refused:
        Driven(tiny(tmp_path / "file"))
    assert refused.value.key == "error.file.not_a_folder"


def test_that_a_changed_machine_is_said(tmp_path, monkeypatch):
    driven = Driven(tiny(tmp_path), stop_when_paused)
    driven.send(RunTo(goal="tick", count=64))
    driven.work()
    monkeypatch.setattr(making.torch, "__version__", "0.0.0")
    again = Driven(going_on(driven.folder))
    again.send(SetHyperparameter(name="gamma", value=0.9), Stop())
    again.work()
    assert [event.key for event in again.of(Warned)] == ["warning.deep.not_exact"]
    assert again.events[0].machine["exact"] is False


def test_that_a_game_without_a_cartridge_is_said_in_a_sentence(tmp_path):
    with pytest.raises(UsageError) as refused:
        Driven(tiny(tmp_path, env_id="NoSuchCartridgeNoFrameskip-v4"))
    assert refused.value.key == "error.atari.game"
    assert not list(tmp_path.glob("NoSuch*"))
