"""Models on the command line: listed, imported, evaluated, exported, watched."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from agents.models.library import models_folder
from arena.texts import render
from tests.agents.command_line.commands import Arena
from tests.agents.models import small_model as small

needs_torch = pytest.mark.skipif(find_spec("stable_baselines3") is None, reason="needs the extra deep")


def test_that_the_models_that_ship_and_ones_own_are_listed(arena: Arena) -> None:
    small.small_model(models_folder() / "mine")
    said = arena("list", "models")
    assert said.code == 0
    assert "q-cliff" in said.out and render("model.origin.shipped") in said.out
    rows = {row["model"]: row for row in json.loads(arena("list", "models", "--json").out)}
    assert rows["mine"]["origin"] == "own" and rows["mine"]["mean_score"] == 2.0
    assert rows["q-cliff"]["family"] == "tabular" and rows["q-cliff"]["limits"]


def test_that_a_damaged_model_is_said_and_hides_no_other(arena: Arena) -> None:
    small.small_model(models_folder() / "torn")
    (models_folder() / "torn" / "card.json").write_text("{")
    said = arena("list", "models")
    assert said.code == 0 and "torn/card.json" in said.err and "q-cliff" in said.out


def test_that_a_table_that_ships_is_evaluated_and_exported_like_a_run(arena: Arena, tmp_path: Path) -> None:
    found = json.loads(arena("evaluate", "q-cliff", "--json").out)
    assert found["mean_return"] == found["optimal_return"] == -13.0
    assert arena("export", "q-cliff", "--q-table", tmp_path / "table.csv").code == 0
    assert (tmp_path / "table.csv").read_text().startswith("state,")


def test_that_a_model_that_is_not_there_is_answered_with_the_nearest(arena: Arena) -> None:
    said = arena("evaluate", "q-clif")
    assert said.code == 2 and "q-cliff" in said.sentence()


@pytest.mark.parametrize("words", [("enjoy", "q-cliff"), ("enjoy", "mine")])
def test_that_a_model_opens_the_window(arena: Arena, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    small.small_model(models_folder() / "mine")
    opened: list[list[str]] = []
    monkeypatch.setattr("agents.command_line.verbs.enjoy.open_app", lambda argv: opened.append(argv) or 0)
    assert arena(*words).code == 0
    ((folder,),) = opened
    assert (Path(folder) / ("config.json" if "cliff" in words[1] else "manifest.json")).is_file()


@pytest.mark.parametrize("name", ["import-model", "evaluate"])
def test_that_nothing_that_is_no_model_is_taken(arena: Arena, tmp_path: Path, name: str) -> None:
    words = ("--env", "CartPole-v1") if name == "import-model" else ()
    said = arena(name, tmp_path / "nothing.zip", *words)
    assert said.code in (1, 2) and "nothing.zip" in said.sentence()


@needs_torch
def test_that_an_imported_model_is_evaluated_and_exported_again(arena: Arena, tmp_path: Path) -> None:
    from tests.agents.models import sb3_zips as zips

    file = zips.saved(tmp_path)
    said = arena("import-model", file, "--env", "CartPole-v1", "--name", "pole")
    assert said.code == 0 and "arena evaluate pole" in said.out
    found = json.loads(arena("evaluate", "pole", "--episodes", 5, "--json").out)
    assert len(found["scores"]) == 5 and found["agent"] == "ppo"
    assert found == json.loads(arena("evaluate", "pole", "--episodes", 5, "--json").out)
    words = arena("evaluate", "pole", "--episodes", 3, "--deterministic", "-P")
    assert words.code == 0 and "pole" in words.out and "games" in words.err
    assert arena("export", "pole", "--sb3", tmp_path / "again.zip").code == 0
    before, after = (zips.weights_of(zips.members(path)) for path in (file, tmp_path / "again.zip"))
    assert all(bool((before[key] == after[key]).all()) for key in before)
    assert arena("export", "pole", "--sb3", tmp_path / "again.tar").code == 2


@needs_torch
def test_that_wrong_spaces_and_a_table_are_told_in_a_sentence(arena: Arena, tmp_path: Path) -> None:
    said = arena("export", "q-cliff", "--sb3", tmp_path / "x.zip")
    assert said.code == 1 and "q-cliff is a table" in said.sentence()
    assert arena("export", "nothing-like-it", "--sb3", tmp_path / "x.zip").code == 2


def test_that_importing_needs_to_be_told_the_environment(arena: Arena, tmp_path: Path) -> None:
    said = arena("import-model", tmp_path / "x.zip")
    assert said.code == 2 and "--env" in said.err


def test_that_several_episodes_of_a_table_are_one_picture(arena: Arena, tmp_path: Path) -> None:
    said = arena("enjoy", "q-cliff", "--gif", tmp_path / "two.gif", "--episodes", "2")
    assert said.code == 0 and "2 episodes of 26 steps together, returns -13.00, -13.00" in said.out
    with Image.open(tmp_path / "two.gif") as picture:
        assert picture.n_frames == 28 and picture.info["duration"] == 250


@needs_torch
def test_that_whole_games_of_a_network_are_one_picture(arena: Arena, tmp_path: Path) -> None:
    folder = watched_model("CartPole-v1", tmp_path)
    said = arena("enjoy", folder, "--gif", tmp_path / "games.gif", "--episodes", "2", "--seed", "3")
    assert said.code == 0 and "2 episodes" in said.out
    with Image.open(tmp_path / "games.gif") as picture:
        assert picture.n_frames > 10 and 50 <= picture.info["duration"] <= 80
    assert arena("enjoy", folder, "--gif", tmp_path / "none.gif", "--at", "7").code == 2
    assert not (tmp_path / "none.gif").exists()


def watched_model(env_id: str, folder: Path) -> Path:
    from tests.agents.deep.watching import watched_models

    return watched_models.watched_model(folder / "network", env_id)
