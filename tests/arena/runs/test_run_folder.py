"""A run is one folder, known by its name, written by one worker at a time."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import RunError
from arena.runs.file_lock import FileLock
from arena.runs.run_folder import RunFolder
from tests.arena.runs.run_samples import CONFIG, child, small_disk


def test_that_a_run_is_named_after_what_it_is(tmp_path: Path) -> None:
    made = RunFolder.create(tmp_path / "runs", CONFIG)
    assert made.path.name == f"Arena-GridWorld-v0__q_learning__{2**64 - 1}__20261120-101112"
    assert RunFolder.create(tmp_path / "runs", CONFIG).path.name == made.run_id + "-2"
    assert RunFolder.create(tmp_path / "runs", CONFIG).path.name == made.run_id + "-3"


def test_that_a_run_opens_as_it_was_made(tmp_path: Path) -> None:
    made = RunFolder.create(tmp_path, CONFIG)
    opened = RunFolder.open(made.path)
    assert opened.config == CONFIG
    assert opened.path == made.path
    assert [path.name for path in made.path.iterdir()] == ["config.json"]


@pytest.mark.parametrize("env_id", ["../../etc", "a:b\\c*?", "強化", "...", "a" * 190])
def test_that_an_id_cannot_make_a_name_that_is_none(tmp_path: Path, env_id: str) -> None:
    made = RunFolder.create(tmp_path / "runs", replace(CONFIG, env_id=env_id))
    assert made.path.parent == tmp_path / "runs"
    assert len(made.path.name) < 150
    assert made.path.name.isascii()
    assert not set(made.path.name) & set('/\\:*?"<>| ')


def test_that_each_thing_in_a_run_has_its_place(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, CONFIG)
    places = {
        "config.json": run.config_path, "events.jsonl": run.events_path, "keyframes": run.keyframes_path,
        "checkpoints": run.checkpoints_path, "evaluations.npz": run.evaluations_path,
        "0.monitor.csv": run.monitor_path, "clips": run.clips_path,
    }  # fmt: skip
    assert {name: run.path / name for name in places} == places
    assert run.tensorboard_path == run.path


def test_that_what_is_no_run_is_said(tmp_path: Path) -> None:
    made = RunFolder.create(tmp_path, CONFIG)
    cases = {"error.run.missing": tmp_path / "nowhere", "error.run.not_a_run": tmp_path}
    for key, path in cases.items():
        with pytest.raises(RunError) as problem:
            RunFolder.open(path)
        assert problem.value.key == key
    with pytest.raises(RunError) as problem:
        RunFolder.open(made.config_path)
    assert problem.value.key == "error.run.not_a_run"
    for data, key in (
        (b"\xff\xfe", "error.run.damaged"),
        (b"{}", "error.run.config"),
        (b'{"schema_version": 99}', "error.run.newer"),
        (b" " * 10_000_000, "error.run.damaged"),
    ):
        made.config_path.write_bytes(data)
        with pytest.raises(RunError) as problem:
            RunFolder.open(made.path)
        assert problem.value.key == key
        assert made.run_id in str(problem.value)


def test_that_a_run_that_cannot_be_written_leaves_no_folder(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16k") as disk:
        (disk / "filler").write_bytes(bytes(8192))
        with pytest.raises(RunError) as problem:
            RunFolder.create(disk, replace(CONFIG, env_kwargs={"map": "x" * 30_000}))
        assert problem.value.key == "error.file.full"
        assert [path.name for path in disk.iterdir()] == ["filler"]


def test_that_two_workers_never_write_one_run(tmp_path: Path) -> None:
    first = RunFolder.create(tmp_path, CONFIG)
    second = RunFolder.open(first.path)
    first.lock()
    first.lock()
    with pytest.raises(RunError) as problem:
        second.lock()
    assert problem.value.key == "error.run.busy"
    first.unlock()
    second.lock()
    second.unlock()
    second.unlock()


HOLDER = """
import sys, time
from arena.runs.run_folder import RunFolder
RunFolder.open(sys.argv[1]).lock()
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_that_the_lock_of_a_killed_worker_is_free(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, CONFIG)
    with child(HOLDER, run.path, 600) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        with pytest.raises(RunError) as problem:
            run.lock()
        assert problem.value.key == "error.run.busy"
        assert int((run.path / ".lock").read_text()) == process.pid
        process.kill()
        process.wait()
        run.lock()
    assert int((run.path / ".lock").read_text()) == os.getpid()
    run.unlock()


def test_that_a_lock_may_be_waited_for(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, CONFIG)
    with child(HOLDER, run.path, 0.3) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        with FileLock(run.path / ".lock") as lock:
            assert not lock.acquire()
            assert lock.acquire(timeout=30.0) and lock.held
        assert not lock.held
