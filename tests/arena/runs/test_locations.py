"""Runs go where a person says, and a place that cannot hold them is refused before anything is learned."""

from __future__ import annotations

import subprocess
from pathlib import Path

import platformdirs
import pytest

from arena.errors import RunError
from arena.runs.locations import ensure_writable, home, runs_root
from tests.arena.runs.run_samples import small_disk


def test_that_the_argument_wins_over_the_environment_and_that_over_the_user_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))
    assert runs_root(tmp_path / "here") == tmp_path / "here"
    assert runs_root() == runs_root("") == tmp_path / "home" / "runs"
    assert home() == tmp_path / "home"
    monkeypatch.delenv("ARENA_HOME")
    assert runs_root() == Path(platformdirs.user_data_dir("arena", appauthor=False)) / "runs"


def test_that_a_relative_folder_is_where_the_person_is_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert runs_root("runs") == tmp_path / "runs"


def test_that_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    ensure_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_that_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError) as problem:
        ensure_writable(tmp_path / "file")
    assert problem.value.key == "error.file.not_a_folder"
    with pytest.raises(RunError) as problem:
        ensure_writable(tmp_path / "file" / "below")
    assert problem.value.key == "error.file.missing"


def test_that_a_read_only_disk_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "32m") as disk:
        ensure_writable(disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(RunError) as problem:
            ensure_writable(disk)
        assert problem.value.key == "error.file.read_only"


@pytest.mark.parametrize("size", ["16k", "2m"])
def test_that_a_full_disk_is_said(tmp_path: Path, size: str) -> None:
    with small_disk(tmp_path / "disk", size) as disk:
        with pytest.raises(RunError) as problem:
            ensure_writable(disk)
        assert problem.value.key == "error.file.full"
        assert list(disk.iterdir()) == []
