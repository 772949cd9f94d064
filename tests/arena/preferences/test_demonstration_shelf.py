"""What was shown in a world is found again, put together, and can be left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from arena.errors import UsageError
from arena.preferences.demonstration_file import write_demonstrations
from arena.preferences.demonstration_shelf import bring_back, gathered, new_file, put_aside, recordings
from arena.preferences.demonstrations import Demonstrations

GRID = "Arena/GridWorld-v0"
HERE = {"map": "corridor"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))


def games(player: str, lengths: tuple[int, ...], **fields: object) -> Demonstrations:
    steps = sum(lengths)
    whole: dict[str, object] = {
        "env_id": GRID, "env_kwargs": HERE, "kind": "states", "action_names": ("UP", "RIGHT", "DOWN", "LEFT"),
        "player": player, "observations": np.arange(steps), "actions": np.ones(steps, np.int64),
        "rewards": np.ones(steps, np.float32), "lengths": np.array(lengths), "cut": np.zeros(len(lengths), np.bool_),
    }  # fmt: skip
    return Demonstrations(**{**whole, **fields})  # type: ignore[arg-type]


def keep(made: Demonstrations) -> Path:
    file = new_file(made.env_id, made.env_kwargs)
    write_demonstrations(file, made)
    return file


def test_that_sittings_are_found_in_their_world_and_put_together_in_order() -> None:
    first, second = keep(games("person", (2, 3))), keep(games("oracle", (4,)))
    keep(games("person", (1,), env_kwargs={"map": "cliff"}))
    found = recordings(GRID, HERE)
    assert [(each.file, each.player, each.games, each.steps) for each in found] == [
        (first, "person", 2, 5),
        (second, "oracle", 1, 4),
    ]
    assert found[0].mean_return == 2.5
    whole = gathered([each.file for each in found])
    assert whole.player == "person, oracle" and whole.lengths.tolist() == [2, 3, 4]
    assert whole.observations.tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3]


def test_that_a_sitting_that_is_left_out_can_be_had_back_and_its_number_is_not_given_again() -> None:
    file = keep(games("person", (2,)))
    aside = put_aside(file)
    assert recordings(GRID, HERE) == ()
    other = keep(games("person", (3,)))
    assert other != file
    bring_back(aside, file)
    assert [each.file for each in recordings(GRID, HERE)] == [file, other]


def test_that_what_was_seen_otherwise_is_refused_and_what_is_damaged_left_out() -> None:
    good = keep(games("person", (2,)))
    seen = np.zeros((2, 3), np.float32)
    other = keep(games("person", (2,), kind="vector", observations=seen))
    with pytest.raises(UsageError) as told:
        gathered([good, other])
    assert told.value.key == "error.demonstrations.apart"
    other.write_bytes(other.read_bytes()[:-30])
    assert [each.file for each in recordings(GRID, HERE)] == [good]
