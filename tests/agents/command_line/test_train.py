"""``arena train``: what it says, what it refuses before anything is made."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from agents.runtime import recorder
from agents.runtime.replay import StoredRun
from arena.errors import RunError
from tests.agents.command_line.commands import Arena, runs_in

Usage = namedtuple("Usage", "total used free")


def test_that_training_ends_with_one_line_that_says_all(arena: Arena, tmp_path: Path) -> None:
    said = arena("train", "--algo", "q_learning", "--env", "Arena/GridWorld-v0", "--env-kwargs", "map:cliff", "-n",
                 "20000", "--seed", "5", "-f", tmp_path / "runs")  # fmt: skip
    (folder,) = runs_in(tmp_path / "runs")
    assert said.code == 0
    assert said.err == ""
    assert said.out.count("\n") == 1
    assert said.out.startswith(f"{folder}: 20,000 steps, ")
    assert "(optimum -13.00)" in said.out
    assert said.out.endswith(f"arena enjoy {folder}\n")
    assert StoredRun(str(folder)).last_tick() == 20_000


def test_that_what_was_asked_for_is_what_is_stored(arena: Arena, tmp_path: Path) -> None:
    arena("train", "--algo", "sarsa", "--env-kwargs", "map:windy", "slip:0.1", "--hyperparams", "alpha:0.25",
          "--hyperparams", "gamma:0.9", "-n", "100", "--seed", str(2**64 - 1), "-f", tmp_path)  # fmt: skip
    (folder,) = runs_in(tmp_path)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert config["agent"] == "sarsa"
    assert config["env_kwargs"] == {"map": "windy", "slip": 0.1}
    assert (config["hyperparameters"]["alpha"], config["hyperparameters"]["gamma"]) == (0.25, 0.9)
    assert config["seed"] == 2**64 - 1


def test_that_value_iteration_says_that_it_is_done_before_its_steps_are_used_up(arena: Arena, tmp_path: Path) -> None:
    said = arena("train", "--algo", "value_iteration", "-f", tmp_path)
    assert said.code == 0
    assert "solved after" in said.out
    again = arena("resume", runs_in(tmp_path)[0])
    assert again.code == 0
    assert "solved after" in again.out
    assert "values still move" in arena("train", "--algo", "value_iteration", "-n", "3", "-f", tmp_path / "b").out


def test_that_a_run_too_short_for_an_episode_says_so(arena: Arena, tmp_path: Path) -> None:
    assert "no whole episode" in arena("train", "-n", "3", "-f", tmp_path).out


def test_that_progress_goes_to_stderr_alone(arena: Arena, tmp_path: Path) -> None:
    said = arena("train", "-n", "20000", "-P", "-f", tmp_path)
    assert "100%" in said.err and "steps/s" in said.err
    assert "%" not in said.out


def test_that_the_usual_folder_is_used_where_none_is_named(arena: Arena, tmp_path: Path) -> None:
    assert arena("train", "-n", "100").code == 0
    (folder,) = runs_in(tmp_path / "home" / "runs")
    assert arena("evaluate", folder.name, "--episodes", "2").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--algo", "q_lerning"], "did you mean q_learning"),
        (["--env", "CliffWalking-v0"], "CliffWalking-v1"),
        (["--env", "FrozenLak-v1"], "FrozenLake-v1"),
        (["--env-kwargs", "map:clif"], "did you mean cliff"),
        (["--env-kwargs", "mapp:cliff"], "map, rewards, slip"),
        (["--env-kwargs", "slip:2"], "slip cannot be 2; it goes from 0 to 1"),
        (["--env-kwargs", "rewards:great"], "choose one of"),
        (["--hyperparams", "alpha:2"], "alpha cannot be 2; it lies in (0, 1]"),
        (["--hyperparams", "alpha:nan"], "alpha"),
        (["--hyperparams", "gamma:high"], "gamma"),
        (["--hyperparams", "alhpa:0.1"], "did you mean alpha"),
        (["--hyperparams", "exploration:greedy"], "epsilon_greedy, softmax"),
        (["--hyperparams", "epsilon_horizon:1.5"], "epsilon_horizon"),
        (["--hyperparams", "epsilon_schedule:linear", "epsilon:0.001"], "epsilon_end"),
        (["--env", "Taxi-v4", "--env-kwargs", "fickle_passenger:true"], "fickle"),
    ],
)
def test_that_what_does_not_fit_is_told_before_a_folder_is_made(
    words: list[str], told: str, arena: Arena, tmp_path: Path
) -> None:
    said = arena("train", *words, "-f", tmp_path / "runs")
    assert said.code == 2
    assert told in said.sentence()
    assert not (tmp_path / "runs").exists()


def test_that_a_broken_map_is_told_with_file_line_and_column(arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("title: Mine\n---\nS.\n.?\n")
    said = arena("train", "--env-kwargs", f"map:{tmp_path / 'mine.txt'}", "-f", tmp_path / "runs")
    assert said.code == 2
    assert "mine.txt, line 4, column 2" in said.sentence()
    assert not (tmp_path / "runs").exists()


def test_that_a_run_on_a_map_file_goes_on_and_forks_after_the_file_is_gone(
    arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text("title: Mine\n---\nS.\n.G\n")
    monkeypatch.chdir(tmp_path)
    assert arena("train", "--env-kwargs", "map:mine.txt", "-n", "100", "-f", "runs").code == 0
    (folder,) = runs_in(tmp_path / "runs")
    (tmp_path / "mine.txt").unlink()
    assert str(tmp_path) not in (folder / "config.json").read_text("utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert arena("resume", folder, "-n", "100").code == 0
    assert arena("fork", folder, "--at", "50", "-n", "10").code == 0
    listed = arena("list", "runs", "-f", tmp_path / "runs")
    assert "map:Mine" in listed.out and "---" not in listed.out


def test_that_a_log_folder_that_is_none_is_told_before_training(arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = arena("train", "-f", tmp_path / "file")
    assert said.code == 1
    assert "is a file, not a folder" in said.sentence()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights mean nothing to an administrator")
def test_that_a_folder_without_rights_is_told_before_training(arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    said = arena("train", "-f", tmp_path / "locked" / "runs")
    assert said.code == 1
    assert "locked" in said.sentence()


@pytest.mark.parametrize(("code", "told"), [(errno.EROFS, "read-only"), (errno.ENOSPC, "no room left")])
def test_that_a_read_only_or_full_disk_is_told_before_training(
    code: int, told: str, arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    said = arena("train", "-f", tmp_path)
    assert said.code == 1
    assert told in said.sentence()
    assert runs_in(tmp_path) == []


def test_that_a_nearly_full_disk_is_told_before_training(
    arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 1000))
    said = arena("train", "-f", tmp_path)
    assert said.code == 1
    assert "no room left" in said.sentence()


def test_that_a_disk_that_fills_up_stops_training_and_is_no_success(
    arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = recorder.KeyframeFile.append

    def append(self: recorder.KeyframeFile, keyframe: recorder.Keyframe) -> None:
        if keyframe.tick > 100_000:
            raise RunError("error.file.full", file="keyframes")
        real(self, keyframe)

    monkeypatch.setattr(recorder.KeyframeFile, "append", append)
    said = arena("train", "-n", "1e12", "-f", tmp_path)
    assert said.code == 1
    assert "no room left" in said.sentence()
    monkeypatch.undo()
    assert 0 <= StoredRun(str(runs_in(tmp_path)[0])).last_tick() <= 100_000


def test_that_values_that_grow_beyond_numbers_end_training_and_are_named(
    arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.runtime import session

    real = session.learner_for

    def with_impossible_rewards(config: object, world: object) -> object:
        learner = real(config, world)  # type: ignore[arg-type]
        learner.model.reward[:] = 1e308
        learner.tables.q[:] = 1e308
        return learner

    monkeypatch.setattr(session, "learner_for", with_impossible_rewards)
    said = arena("train", "-n", "1000", "-f", tmp_path)
    assert said.code == 1
    assert "finite" in said.sentence() and "step" in said.sentence()
