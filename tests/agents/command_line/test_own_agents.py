"""Own agents and handed-in runs on the command line; where their code runs, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.own.library import template_source
from tests.agents.command_line.commands import Arena, Said, answer, runs_in

TRAIN = ("train", "--algo", "mine.py", "--env-kwargs", "map:cliff", "-n", "2000", "-f", "runs")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_bytes(template_source())
    return tmp_path


def test_that_code_runs_only_where_it_is_trusted_and_its_run_is_handed_in_and_evaluated_elsewhere(
    place: Path, arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    refused = arena(*TRAIN)
    assert (refused.code, "--trust" in refused.sentence()) == (2, True)
    assert not (place / "runs").exists() or not runs_in(place / "runs")
    done = answer(*TRAIN, "--trust", cwd=place)
    assert (done.code, done.err) == (0, "")
    (folder,) = runs_in(place / "runs")
    more = answer("resume", folder, "-n", "500", cwd=place)
    assert (more.code, more.err) == (0, "")
    packed = arena("hand-in", folder, "--out", "mine.arena-handin.zip")
    assert packed.code == 0 and (place / "mine.arena-handin.zip").is_file()
    (place / "mine.py").unlink()
    monkeypatch.setenv("ARENA_HOME", str(place / "elsewhere"))
    verified = arena("verify", "mine.arena-handin.zip")
    assert (verified.code, verified.err) == (0, "")
    assert "2,500" in verified.out
    again = arena("resume", "mine.arena-handin.zip", "-n", "10")
    assert again.code == 2 and "--trust" in again.sentence()


def test_that_a_failing_agent_is_told_in_one_sentence_with_its_line(place: Path) -> None:
    text = template_source().decode().replace("self.gamma * future", "self.gamma / 0")
    (place / "mine.py").write_text(text, "utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "/ 0" in each)
    said = answer(*TRAIN, "--trust", cwd=place)
    assert said.code == 1
    assert f"mine.py, line {line}" in said.sentence() and "ZeroDivisionError" in said.sentence()


def test_that_a_syntax_error_is_told_before_anybody_is_asked(
    place: Path, arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    (place / "mine.py").write_text("class Mine:\n    def choose(\n")
    said: Said = arena(*TRAIN)
    assert said.code == 2 and "mine.py, line 2" in said.sentence()


def test_that_own_agents_are_listed_without_being_run(arena: Arena, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "agents"
    folder.mkdir(parents=True)
    (folder / "mine.py").write_bytes(b"open('ran', 'w')\n" + template_source())
    (folder / "broken.py").write_text("def")
    (folder / "notes.txt").write_text("x")
    said: Said = arena("list", "agents")
    assert said.code == 0
    assert "own:mine" in said.out and "broken.py" in said.err and "notes" not in said.out + said.err
    assert not Path("ran").exists()


@pytest.mark.parametrize("name", ["mine.arena-handin.zip", "nothing.arena-handin.zip"])
@pytest.mark.parametrize("verb", ["verify", "evaluate", "open"])
def test_that_what_is_no_handed_in_run_is_refused(verb: str, name: str, arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "mine.arena-handin.zip").write_bytes(b"no zip")
    said: Said = arena(verb, tmp_path / name)
    assert said.code == 1 and name in said.sentence()


def test_that_a_scene_that_is_none_is_not_handed_in(run: Path, arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "bad.arena-scene.json").write_text("{}")
    said: Said = arena("hand-in", run, "--scene", tmp_path / "bad.arena-scene.json", "--out", tmp_path / "x.zip")
    assert said.code != 0 and "bad.arena-scene.json" in said.sentence()
    assert not (tmp_path / "x.zip").exists()


def test_that_a_run_of_a_built_in_agent_is_handed_in_too(run: Path, arena: Arena, tmp_path: Path) -> None:
    file = tmp_path / "x.arena-handin.zip"
    assert arena("hand-in", run, "--out", file).code == 0
    before = arena("evaluate", run, "--json").out
    after = arena("evaluate", file, "--json").out
    assert before.splitlines()[2:] == after.splitlines()[2:]


def test_that_many_seeds_are_for_compiled_agents(arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "home" / "agents").mkdir(parents=True)
    (tmp_path / "home" / "agents" / "mine.py").write_bytes(template_source())
    said: Said = arena("sweep", "--algo", "own:mine", "--seeds", "2", "--episodes", "3")
    assert said.code == 2 and "arena grade" in said.sentence()
