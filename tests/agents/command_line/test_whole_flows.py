"""The command as people run it: processes of its own, one after the other, stopped in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.runtime.replay import StoredRun
from arena.runs.keyframe_file import state_hash
from tests.agents.command_line.commands import answer, process, runs_in

CLIFF = ("--algo", "q_learning", "--env", "Arena/GridWorld-v0", "--env-kwargs", "map:cliff", "--seed", "0")

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")


def hash_at(run: Path, tick: int) -> str:
    return state_hash(StoredRun(str(run)).learner_at(tick).arrays())


def interrupted(tmp_path: Path, number: signal.Signals) -> tuple[Path, subprocess.CompletedProcess[str]]:
    running = process("train", *CLIFF, "-n", "1e12", "-f", "runs", cwd=tmp_path)
    root = tmp_path / "runs"
    deadline = time.monotonic() + 90
    # A second word of the curve: it is learning.
    while sum(log.stat().st_size for log in root.glob("*/events.jsonl")) < 2_000:
        assert running.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(number)
    out, err = running.communicate(timeout=250)
    return runs_in(root)[0], subprocess.CompletedProcess([], running.returncode, out, err)


def test_that_a_run_is_trained_evaluated_exported_resumed_and_forked(tmp_path: Path) -> None:
    trained = answer("train", *CLIFF, "-n", "30000", "-f", "runs", "-P", cwd=tmp_path)
    assert trained.code == 0, trained.err
    assert "30,000 steps" in trained.out
    run = runs_in(tmp_path / "runs")[0].relative_to(tmp_path)
    assert trained.out.endswith(f"arena enjoy {run}\n")
    evaluated = answer("evaluate", run, "--json", cwd=tmp_path)
    assert json.loads(evaluated.out)["mean_return"] == pytest.approx(-13.0)
    assert answer("export", run, "--q-table", "out.json", cwd=tmp_path).code == 0
    assert json.loads((tmp_path / "out.json").read_text("ascii"))["env_steps"] == 30_000
    assert answer("resume", run, "-n", "30000", cwd=tmp_path).code == 0
    forked = answer("fork", run, "--at", "20000", "-n", "40000", cwd=tmp_path)
    assert forked.code == 0, forked.err
    whole = answer("train", *CLIFF, "-n", "60000", "-f", "whole", cwd=tmp_path)
    assert whole.code == 0, whole.err
    fork = next(folder for folder in runs_in(tmp_path / "runs") if folder.name != run.name)
    expected = hash_at(runs_in(tmp_path / "whole")[0], 60_000)
    assert hash_at(tmp_path / run, 60_000) == expected
    assert hash_at(fork, 60_000) == expected
    assert answer("evaluate", fork, cwd=tmp_path).code == 0


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_that_a_run_stopped_in_the_middle_is_saved_and_goes_on_exactly(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    run, done = interrupted(tmp_path, number)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Stopped at step ")
    assert f"arena resume runs/{run.name} -n " in done.stderr
    stopped = StoredRun(str(run)).last_tick()
    assert f"step {stopped:,} " in done.stderr
    assert answer("resume", run, "-n", "1000", cwd=tmp_path).code == 0
    assert answer("train", *CLIFF, "-n", stopped + 1000, "-f", "whole", cwd=tmp_path).code == 0
    assert hash_at(run, stopped + 1000) == hash_at(runs_in(tmp_path / "whole")[0], stopped + 1000)


@posix
def test_that_a_killed_run_goes_on_from_its_last_keyframe(tmp_path: Path) -> None:
    run, done = interrupted(tmp_path, signal.SIGKILL)
    assert done.returncode == -signal.SIGKILL
    assert answer("resume", run, "-n", "1000", cwd=tmp_path).code == 0
    assert answer("verify", run, cwd=tmp_path).code == 0
