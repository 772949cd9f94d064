"""A real worker process: started, paced, paused, killed, stopped, abandoned."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import (
    SPEED_MAXIMUM,
    Acknowledged,
    Act,
    Command,
    Event,
    Failed,
    Fork,
    Forked,
    HyperparameterChanged,
    Metrics,
    Pause,
    PhaseChanged,
    Run,
    RunTo,
    SetHyperparameter,
    SetMover,
    SetSpeed,
    Step,
    TickHappened,
    View,
    Warned,
    WorldReady,
)
from arena.protocol.twin_messages import Foresee, Foreseen
from arena.runs.keyframe_file import KeyframeFile

PATIENCE = 150.0


class Watched:
    """A client and everything it ever said."""

    def __init__(self, client: WorkerClient) -> None:
        self.client = client
        self.seen: list[Event | View] = []

    def until(self, wanted: Callable[[Event | View], bool]) -> Event | View:
        deadline = time.monotonic() + PATIENCE
        start = 0
        while time.monotonic() < deadline:
            self.seen.extend(self.client.poll())
            for message in self.seen[start:]:
                if wanted(message):
                    return message
            start = len(self.seen)
            time.sleep(0.01)
        raise AssertionError(f"nothing of the kind arrived; last: {self.seen[-5:]}")

    def forget(self) -> None:
        self.seen.extend(self.client.poll())
        self.seen.clear()

    def send(self, command: Command) -> None:
        self.client.send(command)

    def phase(self, name: str) -> Event | View:
        return self.until(lambda m: isinstance(m, PhaseChanged) and m.phase == name)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Watched]:
    client = WorkerClient.start(
        RunSpec(
            env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, agent="q_learning", log_folder=str(tmp_path),
            speed=4.0,
        )
    )  # fmt: skip
    watched = Watched(client)
    watched.phase("paused")
    yield watched
    client.stop(timeout=PATIENCE)


def test_that_a_worker_describes_its_world_then_waits(worker: Watched) -> None:
    kinds = [type(message) for message in worker.seen]
    assert WorldReady in kinds
    time.sleep(0.3)
    worker.seen.extend(worker.client.poll())
    assert not [m for m in worker.seen if isinstance(m, TickHappened)]


def test_that_every_command_is_acknowledged(worker: Watched) -> None:
    numbers = [worker.client.send(command) for command in (Run(), SetSpeed(per_second=SPEED_MAXIMUM), Pause())]
    for number in numbers:
        worker.until(lambda m, n=number: isinstance(m, Acknowledged) and m.command_id == n)


def test_that_steps_are_told_one_by_one_and_views_show_their_result(worker: Watched) -> None:
    worker.send(Step(count=3))
    last = worker.until(lambda m: isinstance(m, TickHappened) and m.tick["tick"] == 2)
    assert isinstance(last, TickHappened)
    worker.client.request_view(("q", "visits"))
    view = worker.until(lambda m: isinstance(m, View))
    assert isinstance(view, View)
    assert view.env_steps == 3 and view.arrays["visits"].sum() == 3
    change = last.changes[0]
    assert view.arrays["q"][change["state"], change["action"]] == change["new"]


def test_that_flat_out_learning_goes_on_while_it_is_watched_and_pauses_at_once(worker: Watched) -> None:
    worker.send(SetSpeed(per_second=SPEED_MAXIMUM))
    worker.send(Run())
    for _ in range(5):
        worker.client.request_view()
        worker.until(lambda m: isinstance(m, View))
        worker.forget()
    worker.until(lambda m: isinstance(m, Metrics) and m.env_steps > 200_000)
    worker.send(Pause())
    worker.phase("paused")
    told = [m for m in worker.seen if isinstance(m, TickHappened)]
    assert told[-1].tick["tick"] == told[-1].env_steps - 1


def test_that_run_to_stops_at_what_was_asked(worker: Watched) -> None:
    worker.send(RunTo(goal="episode", count=2))
    stopped = worker.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.episode")
    assert isinstance(stopped, PhaseChanged) and stopped.episodes == 2
    worker.send(RunTo(goal="reward"))
    stopped = worker.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.reward")
    last = [m for m in worker.seen if isinstance(m, TickHappened)][-1]
    assert last.tick["reward"] != -1.0


def test_that_changes_are_logged_and_a_bad_one_is_refused_in_words(worker: Watched) -> None:
    worker.send(SetHyperparameter(name="alpha", value=7))
    refused = worker.until(lambda m: isinstance(m, Warned))
    assert isinstance(refused, Warned) and refused.params["field"] == "alpha"
    worker.send(SetHyperparameter(name="alpha", value=0.25))
    changed = worker.until(lambda m: isinstance(m, HyperparameterChanged))
    assert isinstance(changed, HyperparameterChanged) and changed.value == 0.25


def test_that_a_person_moves_and_the_agent_waits_for_it(worker: Watched) -> None:
    worker.send(SetMover(mover="person"))
    worker.send(Act(action=0))
    told = worker.until(lambda m: isinstance(m, TickHappened))
    assert isinstance(told, TickHappened) and told.tick["forced"] == 1 and told.tick["action"] == 0
    worker.send(Run())
    worker.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.your_move")


def test_that_a_fork_can_be_asked_for(worker: Watched) -> None:
    worker.send(RunTo(goal="tick", count=5_000))
    worker.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.tick")
    worker.send(Fork(at=2_000, changes={"alpha": 0.1}))
    made = worker.until(lambda m: isinstance(m, Forked))
    assert isinstance(made, Forked)
    with KeyframeFile(Path(made.folder) / "keyframes", read_only=True) as file:
        assert file.ticks == [2_000]


def test_that_a_fork_that_cannot_be_is_refused_under_its_number(worker: Watched) -> None:
    number = worker.client.send(Fork(at=2_000, changes={}))
    told = worker.until(lambda m: isinstance(m, Warned))
    assert isinstance(told, Warned) and (told.command_id, told.key) == (number, "error.run.no_such_tick")
    shutil.rmtree(worker.client.folder)
    number = worker.client.send(Fork(at=0, changes={"alpha": 0.1}))
    told = worker.until(lambda m: isinstance(m, Warned) and m.command_id == number)
    assert isinstance(told, Warned) and told.key.startswith("error.")


def test_that_a_goal_is_foreseen_and_met_at_that_tick(worker: Watched) -> None:
    number = worker.client.send(Foresee(goal="episode", count=3, within=100_000))
    seen = worker.until(lambda m: isinstance(m, Foreseen))
    assert isinstance(seen, Foreseen) and seen.met and seen.command_id == number and seen.env_steps == 0
    worker.send(RunTo(goal="tick", count=seen.tick, quiet=True))
    done = worker.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.tick")
    assert isinstance(done, PhaseChanged) and (done.env_steps, done.episodes) == (seen.tick, 3)
    assert not any(isinstance(m, TickHappened) for m in worker.seen)
    worker.send(RunTo(goal="tick", count=seen.tick))
    told = worker.until(lambda m: isinstance(m, TickHappened))
    assert isinstance(told, TickHappened) and told.tick["tick"] == seen.tick - 1
    worker.forget()
    worker.send(Foresee(goal="episode", count=1_000, within=10))
    short = worker.until(lambda m: isinstance(m, Foreseen))
    assert isinstance(short, Foreseen) and not short.met and short.tick == seen.tick + 10


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_that_a_killed_worker_is_reported_with_its_cause_and_the_run_goes_on(worker: Watched, tmp_path: Path) -> None:
    worker.send(SetSpeed(per_second=SPEED_MAXIMUM))
    worker.send(Run())
    worker.until(lambda m: isinstance(m, Metrics) and m.env_steps > 5_000_000)
    os.kill(worker.client.pid, signal.SIGKILL)
    failed = worker.until(lambda m: isinstance(m, Failed))
    assert isinstance(failed, Failed)
    assert failed.params["cause"] == "SIGKILL"
    reached = max(m.env_steps for m in worker.seen)
    again = Watched(WorkerClient.start(RunSpec(resume=worker.client.folder)))
    try:
        again.phase("paused")
        ready = next(m for m in again.seen if isinstance(m, WorldReady))
        assert 0 < ready.env_steps <= reached + 50_000_000
        again.send(Step())
        told = again.until(lambda m: isinstance(m, TickHappened))
        assert isinstance(told, TickHappened) and told.tick["tick"] == ready.env_steps
    finally:
        again.client.stop(timeout=PATIENCE)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot stop a process")
def test_that_a_silent_worker_is_noticed_stands_where_it_stood_once_it_speaks_and_can_still_be_stopped(
    worker: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.send(RunTo(goal="episode", count=2))
    worker.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.episode")
    monkeypatch.setattr("agents.runtime.client.SILENCE_SECONDS", 1.0)
    os.kill(worker.client.pid, signal.SIGSTOP)
    worker.phase("not_responding")
    worker.seen.clear()
    os.kill(worker.client.pid, signal.SIGCONT)
    again = worker.phase("paused")
    assert isinstance(again, PhaseChanged) and again.reason == "phase.reason.episode"
    worker.forget()
    worker.send(Run())
    os.kill(worker.client.pid, signal.SIGSTOP)
    worker.phase("not_responding")
    worker.client.stop(timeout=0.5)
    assert not worker.client.alive


def test_that_a_damaged_message_does_not_end_the_worker(worker: Watched) -> None:
    worker.client._worker.control.send_bytes(b"not a message")
    worker.until(lambda m: isinstance(m, Failed))
    worker.send(Step())
    worker.until(lambda m: isinstance(m, TickHappened))


@pytest.mark.skipif(sys.platform == "win32", reason="looks at processes the Unix way")
def test_that_no_worker_outlives_the_program_that_started_it(tmp_path: Path) -> None:
    script = tmp_path / "abandon.py"
    script.write_text(
        "import os, time\n"
        "from agents.runtime.client import WorkerClient\n"
        "from agents.runtime.spec import RunSpec\n"
        "from arena.protocol.messages import PhaseChanged, Run\n"
        "if __name__ == '__main__':\n"
        f"    client = WorkerClient.start(RunSpec(env_id='Arena/GridWorld-v0', env_kwargs={{'map': 'cliff'}},"
        f" log_folder={str(tmp_path)!r}))\n"
        "    while not any(isinstance(m, PhaseChanged) and m.phase == 'paused' for m in client.poll()):\n"
        "        time.sleep(0.02)\n"
        "    client.send(Run())\n"
        "    print(client.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    pid = int(done.stdout)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and _exists(pid):
        time.sleep(0.05)
    assert not _exists(pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_that_views_are_copies_and_a_warm_worker_is_used(tmp_path: Path) -> None:
    WorkerClient.prewarm()
    spare = WorkerClient._spare
    assert spare is not None
    client = WorkerClient.start(
        RunSpec(env_id="FrozenLake-v1", agent="sarsa", log_folder=str(tmp_path), speed=SPEED_MAXIMUM)
    )
    assert client.pid == spare.process.pid
    watched = Watched(client)
    try:
        watched.phase("paused")
        client.request_view(("q",))
        first = watched.until(lambda m: isinstance(m, View))
        assert isinstance(first, View)
        assert set(first.arrays) == {"q"}
        kept = np.array(first.arrays["q"])
        watched.send(RunTo(goal="tick", count=100_000))
        watched.until(lambda m: isinstance(m, PhaseChanged) and m.reason == "phase.reason.tick")
        assert np.array_equal(first.arrays["q"], kept)
    finally:
        client.stop(timeout=PATIENCE)
        WorkerClient.drop_spare()
