"""A real process that runs experiments: streamed, cancelled, killed, abandoned."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from agents.experiments.plan import Candidate, Plan
from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.experiment_messages import (
    CancelExperiment,
    CheckSettings,
    ExperimentReported,
    ExperimentSaved,
    RunExperiment,
    SaveExperiment,
    SettingsChecked,
)
from arena.protocol.messages import Event, Failed, PhaseChanged, View, Warned
from arena.statistics.conclusion import Conclusion

PATIENCE = 150.0

CLIFF = Candidate(env_id="CliffWalking-v1", hyperparameters={"gamma": 1.0})
SARSA = Candidate(env_id="CliffWalking-v1", agent="sarsa", hyperparameters={"gamma": 1.0})
LONG = Plan(candidates=(CLIFF, SARSA), seeds=5_000, episodes=500)


class Watched:
    """A client and everything it said."""

    def __init__(self) -> None:
        self.client = WorkerClient.start(RunSpec(experiments=True))
        self.seen: list[Event | View] = []

    def until(self, wanted: Callable[[Event | View], bool]) -> Event | View:
        deadline, start = time.monotonic() + PATIENCE, len(self.seen)
        while time.monotonic() < deadline:
            self.seen.extend(self.client.poll())
            for message in self.seen[start:]:
                if wanted(message):
                    return message
            start = len(self.seen)
            time.sleep(0.01)
        raise AssertionError(f"nothing of the kind arrived; last: {self.seen[-5:]}")

    def report(self, wanted: Callable[[ExperimentReported], bool] = lambda m: m.ended) -> ExperimentReported:
        found = self.until(lambda m: isinstance(m, ExperimentReported) and wanted(m))
        assert isinstance(found, ExperimentReported)
        return found


@pytest.fixture(scope="module")
def worker() -> Iterator[Watched]:
    watched = Watched()
    watched.until(lambda m: isinstance(m, PhaseChanged) and m.phase == "idle")
    yield watched
    watched.client.stop()
    assert not watched.client.alive


def test_that_the_last_picture_has_every_seed_and_says_what_may_be_concluded(worker: Watched) -> None:
    number = worker.client.send(RunExperiment(plan=Plan(candidates=(CLIFF, SARSA), seeds=30, episodes=300).plain()))
    last = worker.report()
    assert (last.command_id, last.done, last.wanted, last.stopped) == (number, 60, 60, False)
    assert last.arrays["seeds"].tolist() == [30, 30]
    assert last.arrays["mean"].shape == (2, 100) and last.arrays["last"][-1] == 300
    assert (last.arrays["low"] < last.arrays["high"]).any()
    assert last.arrays["optimum"] == pytest.approx([-13.0, -13.0])
    told = Conclusion.of(dict(last.conclusion))
    assert (told.kind, told.best, told.seeds) == ("better", 1, 30)
    assert last.settings[1]["gamma"] == 1.0 and "alpha" in last.settings[1]


def test_that_a_first_picture_comes_early_and_it_sharpens(worker: Watched) -> None:
    worker.client.send(RunExperiment(plan=LONG.plain()))
    first = worker.report(lambda m: 0 < m.done < m.wanted // 8)
    later = worker.report(lambda m: m.done > 4 * first.done)
    assert np.isfinite(first.arrays["mean"]).all()
    width = [float(np.median(m.arrays["high"][0] - m.arrays["low"][0])) for m in (first, later)]
    assert width[1] < width[0]
    worker.client.send(CancelExperiment())
    worker.report()


def test_that_cancelling_midway_keeps_the_finished_seeds_and_saves_them(worker: Watched, tmp_path: Path) -> None:
    number = worker.client.send(RunExperiment(plan=LONG.plain()))
    worker.report(lambda m: m.done > 5)
    worker.client.send(CancelExperiment())
    last = worker.report()
    assert last.stopped and 5 < last.done < last.wanted
    worker.client.send(SaveExperiment(experiment=number, path=str(tmp_path / "kept.csv"), each="seed"))
    saved = worker.until(lambda m: isinstance(m, ExperimentSaved))
    assert isinstance(saved, ExperimentSaved) and saved.runs == last.done
    with (tmp_path / "kept.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == last.done


def test_that_a_new_experiment_ends_the_one_that_runs(worker: Watched) -> None:
    first = worker.client.send(RunExperiment(plan=LONG.plain()))
    worker.report(lambda m: m.done > 0)
    second = worker.client.send(RunExperiment(plan=Plan(candidates=(CLIFF,), seeds=2, episodes=5).plain()))
    ended = worker.report(lambda m: m.ended and m.command_id == first)
    assert ended.stopped
    assert worker.report(lambda m: m.ended and m.command_id == second).done == 2


@pytest.mark.parametrize(
    ("candidate", "key"),
    [
        (Candidate(env_id="CliffWalking-v1", agent="value_iteration"), "error.experiments.no_episodes"),
        (Candidate(env_id="Arena/GridWorld-v0", env_kwargs={"map": "nowhere"}), "error.map.unknown"),
        (Candidate(env_id="CliffWalking-v1", hyperparameters={"alpha": 7}), "error.setting.range"),
    ],
)
def test_that_what_cannot_be_run_is_told_and_the_worker_lives(worker: Watched, candidate: Candidate, key: str) -> None:
    number = worker.client.send(RunExperiment(plan=Plan(candidates=(CLIFF, candidate)).plain()))
    told = worker.until(lambda m: isinstance(m, Warned))
    assert isinstance(told, Warned) and told.command_id == number
    assert told.key == key
    worker.client.send(CheckSettings(candidates=(CLIFF.__dict__, candidate.__dict__)))
    checked = worker.until(lambda m: isinstance(m, SettingsChecked))
    assert isinstance(checked, SettingsChecked)
    assert [(problem["place"], problem["key"]) for problem in checked.problems] == [(1, key)]
    assert checked.settings[0]["alpha"] == 0.5 and not checked.settings[1]


def test_that_nothing_to_save_and_no_place_to_save_are_told(worker: Watched, tmp_path: Path) -> None:
    number = worker.client.send(RunExperiment(plan=Plan(candidates=(CLIFF,), seeds=1, episodes=1).plain()))
    worker.report()
    for experiment, path, key in (
        (number, "missing/t.csv", "error.file.missing"),
        (number, "t.txt", "error.experiments.ending"),
        (number + 1, "t.csv", "error.experiments.nothing_to_save"),
    ):
        worker.client.send(SaveExperiment(experiment=experiment, path=str(tmp_path / path)))
        told = worker.until(lambda m: isinstance(m, Warned))
        assert isinstance(told, Warned) and told.key == key


def test_that_a_killed_worker_is_reported() -> None:
    watched = Watched()
    watched.client.send(RunExperiment(plan=LONG.plain()))
    watched.report(lambda m: m.done > 0)
    os.kill(watched.client.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    told = watched.until(lambda m: isinstance(m, Failed))
    assert isinstance(told, Failed) and told.key == "error.worker.died"
    assert not watched.client.alive
    watched.client.close()


@pytest.mark.skipif(sys.platform == "win32", reason="asks for processes as POSIX does")
def test_that_no_worker_outlives_a_window_that_is_killed() -> None:
    root = str(Path(__file__).resolve().parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _WINDOW], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as window:
        assert window.stdout is not None
        pid = int(window.stdout.readline())
        window.kill()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and _runs(pid):
        time.sleep(0.05)
    assert not _runs(pid)


_WINDOW = f"""
import time
from agents.experiments.plan import Plan
from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.experiment_messages import ExperimentReported, RunExperiment
if __name__ == "__main__":
    client = WorkerClient.start(RunSpec(experiments=True))
    client.send(RunExperiment(plan={LONG.plain()!r}))
    while not any(isinstance(m, ExperimentReported) for m in client.poll()):
        time.sleep(0.01)
    print(client.pid, flush=True)
    time.sleep(60)
"""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Ended, but nobody has asked how yet.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
