"""The index of runs: shared by processes, made again from the folders, never trusted more than they are."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arena.errors import RunError
from arena.protocol.messages import Metrics
from arena.runs.database import Database
from arena.runs.database_schema import MIGRATIONS
from arena.runs.event_log import EventLog
from arena.runs.run_folder import RunFolder
from tests.arena.mutations import spoiled
from tests.arena.runs.run_samples import CONFIG, child, small_disk


def made_run(root: Path, seed: int, steps: int = 0) -> RunFolder:
    run = RunFolder.create(root, replace(CONFIG, seed=seed))
    if steps:
        with EventLog(run.events_path) as log:
            log.append(Metrics(env_steps=steps, episodes=steps // 10))
    return run


def put(database: Database, run: RunFolder, **changed: Any) -> None:
    config = run.config
    values = {
        "run_id": run.run_id, "folder": run.path, "env_id": config.env_id, "env_kwargs": config.env_kwargs,
        "agent": config.agent, "seed": config.seed, "created": config.created, "env_steps": 0, "episodes": 0,
        "phase": "running",
    }  # fmt: skip
    database.upsert_run(**{**values, **changed})  # type: ignore[arg-type]


def test_that_a_run_comes_back_as_it_was_noted_last(tmp_path: Path) -> None:
    run = made_run(tmp_path, 2**64 - 1)
    with Database(tmp_path / "arena.db") as database:
        put(database, run)
        put(database, run, env_steps=2**62, episodes=7, phase="stopped")
    with Database(tmp_path / "arena.db") as database:
        (found,) = database.recent_runs()
        assert database.warning is None
    assert vars(found) == {
        "run_id": run.run_id, "folder": str(run.path), "env_id": CONFIG.env_id, "env_kwargs": CONFIG.env_kwargs,
        "agent": CONFIG.agent, "seed": 2**64 - 1, "created": CONFIG.created, "env_steps": 2**62, "episodes": 7,
        "phase": "stopped",
    }  # fmt: skip


def test_that_the_run_worked_on_last_is_first(tmp_path: Path) -> None:
    runs = [made_run(tmp_path, seed) for seed in range(4)]
    with Database(tmp_path / "arena.db") as database:
        for run in (*runs, runs[1]):
            put(database, run)
        assert [run.seed for run in database.recent_runs()] == [1, 3, 2, 0]
        assert [run.seed for run in database.recent_runs(2)] == [1, 3]
        assert database.recent_runs(0) == []


def test_that_a_vanished_folder_is_not_listed_and_can_be_forgotten(tmp_path: Path) -> None:
    stays, goes = made_run(tmp_path, 1), made_run(tmp_path, 2)
    with Database(tmp_path / "arena.db") as database:
        put(database, stays)
        put(database, goes)
        shutil.rmtree(goes.path)
        assert [run.seed for run in database.recent_runs(1)] == [1]
        assert [run.seed for run in database.runs()] == [2, 1]
        database.delete_run(goes.run_id)
        database.delete_run("never was")
        assert [run.seed for run in database.runs()] == [1]


def test_that_a_missing_index_is_made_from_the_folders(tmp_path: Path) -> None:
    run = made_run(tmp_path, 1, steps=120)
    os.utime(run.events_path, (1, 1))
    made_run(tmp_path, 2, steps=40)
    (tmp_path / "not-a-run").mkdir()
    (tmp_path / "a-file").touch()
    (made_run(tmp_path, 3).config_path).write_text("{")
    with Database(tmp_path / "arena.db") as database:
        assert [(run.seed, run.env_steps, run.episodes, run.phase) for run in database.runs()] == [
            (2, 40, 4, "stopped"),
            (1, 120, 12, "stopped"),
        ]
        assert database.warning is None


def test_that_a_moved_folder_of_runs_keeps_its_index(tmp_path: Path) -> None:
    run = made_run(tmp_path / "old", 1)
    with Database(tmp_path / "old" / "arena.db") as database:
        put(database, run, phase="paused")
    (tmp_path / "old").rename(tmp_path / "new")
    with Database(tmp_path / "new" / "arena.db") as database:
        (found,) = database.recent_runs()
    assert (found.folder, found.phase) == (str(tmp_path / "new" / run.run_id), "paused")


@pytest.mark.parametrize("damage", ["garbage", "cut", "spoiled pages", "foreign"])
def test_that_a_damaged_index_is_moved_aside_and_made_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "arena.db"
    run = made_run(tmp_path, 1, steps=50)
    with Database(path) as database:
        for number in range(200):
            put(database, run, run_id=f"run-{number}")
    data = path.read_bytes()
    if damage == "foreign":
        path.unlink()
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE recipes (name)")
            other.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    else:
        spoilt = {"garbage": b"no database" * 99, "cut": data[:5000], "spoiled pages": data[:4096] + b"\x55" * 9000}
        path.write_bytes(spoilt[damage])
    before = path.read_bytes()
    with Database(path) as database:
        assert [found.env_steps for found in database.runs()] == [50]
        assert database.warning is not None
        key, params = database.warning
        assert key == "warning.database.rebuilt"
        assert (tmp_path / params["file"]).read_bytes() == before
    with Database(path) as database:
        assert database.warning is None


def test_that_spoiled_indexes_open_or_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "arena.db"
    run = made_run(tmp_path, 1)
    with Database(path) as database:
        put(database, run)
    sound = path.read_bytes()
    chance = random.Random(9)
    for _ in range(150):
        path.write_bytes(spoiled(sound, chance))
        try:
            with Database(path) as database:
                database.recent_runs()
                put(database, run)
        except RunError as problem:
            # A flipped version number is a newer one.
            assert problem.key in ("error.run.newer", "error.database.failed")  # noqa: PT017
        for left in tmp_path.glob("arena.db*"):
            left.unlink()


def test_that_a_newer_index_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "arena.db"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(RunError) as problem:
        Database(path)
    assert problem.value.key == "error.run.newer"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)


def test_that_an_older_index_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "arena.db"
    run = made_run(tmp_path, 1)
    with Database(path) as database:
        put(database, run)
    more = (*MIGRATIONS, "CREATE TABLE lessons (name TEXT); ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    with Database(path, migrations=more) as database:
        assert [found.seed for found in database.runs()] == [1]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(more),)
        assert connection.execute("SELECT note FROM runs").fetchall() == [("",)]
    with closing(sqlite3.connect(tmp_path / f"arena.db.v{len(MIGRATIONS)}.backup")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_that_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "arena.db"
    Database(path).close()
    with pytest.raises(RunError) as problem:
        Database(path, migrations=(*MIGRATIONS, "CREATE TABLE lessons (name TEXT); NONSENSE"))
    assert problem.value.key == "error.database.failed"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'lessons'").fetchone() == (0,)


def test_that_a_full_disk_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8k") as disk:
        with pytest.raises(RunError) as problem:
            Database(disk / "arena.db")
        assert problem.value.key in ("error.file.full", "error.database.failed")


def test_that_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError) as problem:
        Database(tmp_path / "nowhere" / "arena.db")
    assert problem.value.key == "error.file.missing"


WRITER = """
import sys
from arena.runs.database import Database
for number in range(25):
    with Database(sys.argv[1]) as database:
        database.upsert_run(run_id=f"{sys.argv[2]}-{number}", folder="x", env_id="E", agent="a", seed=number,
                            created="2026-11-20T10:11:12+00:00", env_steps=1, episodes=1, phase="stopped")
"""


def test_that_several_processes_may_write_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "arena.db"
    path.write_bytes(b"damaged from the start" * 100)
    with child(WRITER, path, "a") as first, child(WRITER, path, "b") as second, child(WRITER, path, "c") as third:
        assert [process.wait(60) for process in (first, second, third)] == [0, 0, 0]
    with Database(path) as database:
        assert len(database.runs()) == 75
    assert len(list(tmp_path.glob("arena.db.damaged-*"))) == 1


def test_that_an_index_held_by_another_is_called_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.runs.database.BUSY_SECONDS", 0.1)
    run = made_run(tmp_path, 1)
    with Database(tmp_path / "arena.db") as database, closing(sqlite3.connect(tmp_path / "arena.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RunError) as problem:
            put(database, run)
        assert problem.value.key == "error.database.busy"
        other.rollback()
        put(database, run)
