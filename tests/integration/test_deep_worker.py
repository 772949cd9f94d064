"""A network trained in a worker process: run, looked at, paused, killed, gone on with."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec

import pytest

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import Failed, PhaseChanged, Run, RunTo, View
from arena.protocol.training_messages import TrainingProgress, TrainingReady
from tests.integration.test_worker import PATIENCE, Watched

pytestmark = pytest.mark.skipif(
    not (find_spec("ale_py") and find_spec("stable_baselines3")), reason="needs the libraries of the extra deep"
)

SETTINGS = {"n_envs": 2, "n_steps": 32, "batch_size": 32, "horizon": 1_000_000}


def begun(tmp_path, **given):
    spec = {"env_id": "FrozenLake-v1", "agent": "ppo", "hyperparameters": SETTINGS, "device": "cpu", **given}
    return Watched(WorkerClient.start(RunSpec(log_folder=str(tmp_path), **spec)))


def test_that_a_killed_worker_is_reported_and_its_run_goes_on(tmp_path):
    first = begun(tmp_path, save_every=256)
    try:
        first.phase("paused")
        first.send(RunTo(goal="tick", count=600))
        first.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.tick")
        first.send(Run())
        first.phase("running")
        first.client.request_view(("q", "policy", "visits"))
        view = first.until(lambda m: isinstance(m, View))
        assert view.arrays["q"].shape == (16, 4)
        first.until(lambda m: isinstance(m, TrainingProgress) and m.env_steps > 640)
        folder = first.client.folder
        os.kill(first.client.pid, signal.SIGKILL)
        first.until(lambda m: isinstance(m, Failed))
    finally:
        first.client.stop(timeout=PATIENCE)
    again = Watched(WorkerClient.start(RunSpec(resume=folder, device="cpu")))
    try:
        ready = again.until(lambda m: isinstance(m, TrainingReady))
        assert ready.env_steps >= 512
        assert ready.machine["exact"]
    finally:
        again.client.stop(timeout=PATIENCE)


def test_that_a_worker_may_have_games_in_processes_of_their_own(tmp_path):
    watched = begun(tmp_path, env_id="Arena/BreakoutObjects-v0")
    try:
        watched.phase("paused")
        watched.send(RunTo(goal="tick", count=64))
        watched.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.tick")
    finally:
        watched.client.stop(timeout=PATIENCE)
    assert not any(isinstance(message, Failed) for message in watched.seen)
