"""The three steps as the window asks for them: done by the code of the verbs, kept where the window looks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from agents.models.errand import KINDS
from agents.models.errand_work import _WORKS
from agents.models.library import models_folder, open_model
from arena.errors import ArenaError, ModelError
from arena.preferences.demonstration_shelf import recordings
from tests.agents.preference.made_clips import GRID

CORRIDOR = {"map": "corridor"}
HERE = {"env_id": GRID, "env_kwargs": CORRIDOR}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))


def done(kind: str, told: list[dict[str, Any]], *, gone: bool = False, **wanted: Any) -> dict[str, Any]:
    event = threading.Event()
    if gone:
        event.set()
    return _WORKS[kind](wanted, told.append, event)


def test_that_what_a_teacher_shows_is_imitated_and_measured_beside_chance() -> None:
    assert set(_WORKS) == set(KINDS)
    told: list[dict[str, Any]] = []
    done("show", told, **HERE, teacher="oracle", episodes=6, seed=0)
    assert told[-1] == {"done": 6, "of": 6}
    (shown,) = recordings(GRID, CORRIDOR)
    assert (shown.player, shown.games, shown.mean_return) == ("oracle", 6, 1.0)
    done("show", told, **HERE, teacher="oracle", episodes=2, seed=1)
    files = [str(each.file) for each in recordings(GRID, CORRIDOR)]
    assert len(files) == 2

    told.clear()
    found = done("imitate", told, files=files, name="twin", agent="ppo", episodes=4)
    assert told[-1] == {"done": 100, "of": 100}
    entry = open_model(Path(found["folder"]))
    assert entry.folder == models_folder() / "twin" and "cloned" in entry.card.limits
    assert entry.manifest.hyperparameters["clone_games"] + 0 == 8 and found["demonstrations"]["games"] == 8
    assert entry.manifest.hyperparameters["clone_held_out"] == 1

    returns = done("compare", told, **HERE, folders=[found["folder"]], episodes=4, seed=0)
    assert returns[found["folder"]]["greedy"] == 1.0 == found["return"]["greedy"]
    assert "greedy" not in returns["random"] and returns["random"]["sampled"] <= 1.0


def test_that_nothing_is_kept_for_nobody() -> None:
    with pytest.raises(ModelError):
        done("show", [], gone=True, **HERE, teacher="oracle", episodes=2, seed=0)
    assert recordings(GRID, CORRIDOR) == ()
    done("show", [], **HERE, teacher="oracle", episodes=2, seed=0)
    files = [str(each.file) for each in recordings(GRID, CORRIDOR)]
    with pytest.raises(ModelError):
        done("imitate", [], gone=True, files=files, name="twin", agent="ppo", episodes=2)
    assert not (models_folder() / "twin").exists()


def test_that_labels_nobody_has_given_are_said() -> None:
    with pytest.raises(ArenaError):
        done("dpo", [], **HERE, labels="nowhere", name="x", begin_with="", episodes=2)
    assert not models_folder().exists()
