"""Demonstrations are what they say they are, and their file gives them back or says that it cannot."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arena.errors import RunError, UsageError
from arena.preferences.demonstration_file import demonstration_path, read_demonstrations, write_demonstrations
from arena.preferences.demonstrations import Demonstrations
from tests.arena.mutations import spoiled


def shown(**changed: Any) -> Demonstrations:
    fields: dict[str, Any] = {
        "env_id": "Arena/GridWorld-v0",
        "env_kwargs": {"map": "corridor"},
        "kind": "states",
        "action_names": ("UP", "RIGHT"),
        "player": "oracle",
        "observations": np.arange(5),
        "actions": np.array([0, 1, 1, 0, 1]),
        "rewards": np.array([-1, -1, 9, 0, 2.5], np.float32),
        "lengths": np.array([3, 2]),
        "cut": np.array([False, True]),
    }
    return Demonstrations(**{**fields, **changed})


def test_that_they_come_back_from_their_file_and_numpy_reads_it_too(tmp_path: Path) -> None:
    made = shown(env_kwargs={"地圖": ["懸崖", None]})
    write_demonstrations(tmp_path / "shown.npz", made)
    again = read_demonstrations(tmp_path / "shown.npz")
    assert again.about() == made.about() and again.sha256 == made.sha256
    assert all(np.array_equal(array, again.arrays()[name]) for name, array in made.arrays().items())
    assert again.scores.tolist() == [7.0, 2.5] and again.game_of_step.tolist() == [0, 0, 0, 1, 1]
    with np.load(tmp_path / "shown.npz", allow_pickle=False) as arrays:
        assert json.loads(arrays["about"].tobytes())["player"] == "oracle"


def test_that_a_million_steps_that_are_all_alike_are_no_bomb(tmp_path: Path) -> None:
    count = 1_000_000
    made = shown(
        observations=np.ones(count, np.int64), actions=np.ones(count, np.int64),
        rewards=np.zeros(count, np.float32), lengths=np.array([count]), cut=np.array([True]),
    )  # fmt: skip
    write_demonstrations(tmp_path / "shown.npz", made)
    assert read_demonstrations(tmp_path / "shown.npz").steps == count


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64}, {"env_id": ""}, {"env_kwargs": None}, {"kind": "film"}, {"player": "a\nb"},
        {"action_names": ()}, {"action_names": ("UP",)}, {"actions": np.array([0, 1, -1, 0, 1])},
        {"actions": np.zeros(5, np.int32)}, {"lengths": np.array([3, 3])}, {"lengths": np.array([5, 0])},
        {"lengths": np.array([2**62, 2**62]), "cut": np.array([False, False])},
        {"cut": np.array([False])}, {"rewards": np.array([0, 0, np.nan, 0, 0], np.float32)},
        {"observations": np.full(5, np.inf)}, {"observations": np.zeros(4)},
        {"observations": np.zeros(5, np.bool_)},
    ],
)  # fmt: skip
def test_that_parts_that_do_not_fit_are_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which part it is says nothing to a person
        shown(**change)


def test_that_whatever_happened_to_a_file_is_said_in_one_way(tmp_path: Path) -> None:
    file = tmp_path / "shown.npz"
    write_demonstrations(file, shown())
    whole = file.read_bytes()
    chance = random.Random(5)
    refused = []
    for _ in range(300):
        file.write_bytes(spoiled(whole, chance))
        try:
            assert read_demonstrations(file).sha256 == shown().sha256
        except RunError as problem:
            refused.append(problem.key)
    assert len(refused) > 200
    assert set(refused) == {"error.demonstrations.damaged"}


def test_that_another_ending_and_no_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        demonstration_path("shown.zip")
    with pytest.raises(RunError):
        read_demonstrations(tmp_path / "nothing.npz")
