"""Moments worth jumping to, on games made by hand and on a real one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from agents.deep.watching.feature_map import FeatureMap
from agents.deep.watching.games import AtariWatched
from agents.deep.watching.moments import APART, moments_of
from agents.deep.watching.recording import PERSON, Recording
from arena.environments.atari.recipe import recipe_for


class Made:
    """A recorded game made by hand."""

    def __init__(self, length: int, **columns: Any) -> None:
        self.newest, self.over = length, False
        self._columns = {
            "values": np.ones(length + 1, np.float32),
            "rewards": np.zeros(length + 1, np.float32),
            "preferences": np.tile(np.array([0.97, 0.01, 0.01, 0.01], np.float32), (length + 1, 1)),
            "life_lost": np.zeros(length + 1, np.bool_),
            "forced": np.zeros(length + 1, np.bool_),
            "above_wall": np.zeros(length + 1, np.bool_),
        }
        for name, changes in columns.items():
            for at, value in changes.items():
                self._columns[name][slice(*at) if isinstance(at, tuple) else at] = value

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]


def first(wanted: str, made: Any, **how: Any) -> tuple[int, float]:
    given = {"gamma": 1.0, "clipped": True, "kind": "probabilities", **how}
    found = [moment for moment in moments_of(made, **given) if moment["kind"] == wanted]
    return (found[0]["step"], found[0]["amount"]) if found else (-1, 0.0)


def test_that_each_kind_of_moment_is_found_where_it_is() -> None:
    made = Made(
        100,
        values={(60, 101): 0.25},
        rewards={20: 7.0, 80: 4.0},
        preferences={40: 0.25, 50: 0.25},
        forced={50: True},
        above_wall={(70, 75): True},
    )
    assert first("drop", made) == (60, 0.75)
    assert first("surprise", made) == (20, 1.0)
    assert first("surprise", made, clipped=False) == (20, 7.0)
    step, entropy = first("unsure", made)
    assert step == 40 and entropy == pytest.approx(np.log(4))
    assert first("reward", made) == (20, 7.0)
    assert first("tunnel", made) == (70, 1.0)
    assert moments_of(Made(0), gamma=1.0, clipped=True, kind="values") == ()


def test_that_after_a_lost_life_nothing_is_expected() -> None:
    made = Made(30, values={(0, 31): 2.0}, life_lost={12: True})
    assert first("surprise", made) == (12, 2.0)
    assert first("drop", made) == (13, 2.0)


def test_that_moments_of_a_kind_lie_apart_and_the_best_is_first() -> None:
    made = Made(100, rewards={10: 7.0, 12: 6.0, 40: 4.0, 90: 5.0})
    found = [
        (moment["step"], moment["amount"])
        for moment in moments_of(made, gamma=1.0, clipped=True, kind="probabilities")
        if moment["kind"] == "reward"
    ]  # type: ignore[arg-type]
    assert found == [(10, 7.0), (90, 5.0), (40, 4.0)]
    assert min(abs(a - b) for (a, _), (b, _) in zip(found, found[1:], strict=False)) > APART


def test_that_values_that_hardly_differ_are_unsure() -> None:
    made = Made(20, preferences={(0, 21): np.array([1.0, 0.2, 0.2, 0.2], np.float32), 7: 0.5})
    assert first("unsure", made, kind="values")[0] == 7


def test_that_the_ball_above_the_wall_is_seen_in_the_real_game() -> None:
    game = AtariWatched(recipe_for("BreakoutNoFrameskip-v4"), objects=False)
    recording = Recording(game, 4)
    while not game.game.memory[101] or recording.newest < 12:
        recording.act(0, PERSON)
    assert not recording["above_wall"].any()
    # A hole is made, and the ball put beneath it; it flies up or comes back to the paddle that follows it.
    game.edit([(row, column, 0) for row in range(6) for column in range(18)], (80, 60), -1.0)
    recording.edit()
    for _ in range(400):
        if recording["above_wall"].any() or recording.over:
            break
        memory = game.game.memory.astype(int)
        away = memory[99] - memory[72] - 8
        recording.act(0 if abs(away) < 4 or not memory[101] else (2 if away > 0 else 3), PERSON)
    step, _ = first("tunnel", recording)
    assert step > 12
    recording.show(step)
    # Between ceiling and wall there is nothing else.
    assert game.frame[33:57, 8:152].any()
    recording.show(step - 1)
    assert not game.frame[33:53, 8:152].any()


def test_that_the_map_keeps_its_orientation_while_it_grows() -> None:
    luck = np.random.default_rng(0)
    directions = np.linalg.qr(luck.normal(size=(12, 12)))[0]
    shown = FeatureMap()

    def add(count: int) -> None:
        for _ in range(count):
            features = (directions @ (luck.normal(size=12) * ([5.0, 3.0] + [0.1] * 10))).astype(np.float32)
            shown.add(SimpleNamespace(features=features, value=0.5, game=1, step=0, weights=0))  # type: ignore[arg-type]

    add(40)
    before, values = shown.places()
    assert before.shape == (40, 2) and values.tolist() == [0.5] * 40
    for _ in range(5):
        add(20)
        after, _ = shown.places()
        cosines = (before * after[: len(before)]).sum(axis=0)
        cosines /= np.linalg.norm(before, axis=0) * np.linalg.norm(after[: len(before)], axis=0)
        assert (cosines > 0.9).all()
        before = after
    assert isinstance(shown.point(0), SimpleNamespace) and shown.point(10**6) is None
