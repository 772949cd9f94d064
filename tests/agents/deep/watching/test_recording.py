"""Any decision of a recorded game is shown again exactly: picture, memory, luck."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.deep.watching.environment_game import EnvironmentWatched, TableWatched
from agents.deep.watching.games import AtariWatched, WatchedGame
from agents.deep.watching.recording import PERSON, RANDOM, Recording
from arena.environments.atari.breakout_objects import objects_recipe
from arena.environments.atari.recipe import recipe_for
from tests.agents.deep.watching.watched_models import table_of, watched_model

GAMES: dict[str, tuple[Callable[[], WatchedGame], int, int]] = {
    "pixels": (lambda: AtariWatched(recipe_for("BreakoutNoFrameskip-v4"), objects=False), 4, 70),
    "sticky": (lambda: AtariWatched(recipe_for("ALE/Breakout-v5"), objects=False), 4, 70),
    "objects": (lambda: AtariWatched(objects_recipe(0.25), objects=True), 4, 70),
    "pong": (lambda: AtariWatched(recipe_for("PongNoFrameskip-v4"), objects=False), 6, 40),
    "cart": (lambda: EnvironmentWatched("CartPole-v1", {}), 2, 9),
    "lake": (lambda: TableWatched("FrozenLake-v1", {}), 4, 5),
}


def situation(game: WatchedGame) -> list[Any]:
    memory = game.game.memory if isinstance(game, AtariWatched) else np.zeros(1)
    return [game.frame.copy(), np.array(game.observation), memory, game.lives]


def same(one: list[Any], other: list[Any]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", GAMES)
def test_that_every_decision_is_shown_again_exactly(name: str) -> None:
    make, actions, length = GAMES[name]
    recording = Recording(make(), actions)
    recording.begin(3)
    game, luck = recording._game, np.random.default_rng(0)
    passed = [situation(game)]
    while recording.newest < length and not recording.over:
        recording.act(int(luck.integers(actions)), RANDOM)
        passed.append(situation(game))
    for step in [*luck.integers(0, recording.newest + 1, 12).tolist(), 0, recording.newest]:
        recording.show(step)
        assert recording.position == step
        assert same(situation(game), passed[step])
    recording.show(10**6)
    assert recording.position == recording.newest
    game.close()


def test_that_going_on_from_an_earlier_decision_drops_what_came_after_and_repeats_it_with_the_same_actions() -> None:
    recording = Recording(GAMES["sticky"][0](), 4)
    for step in range(60):
        recording.act(2 + step // 7 % 2, RANDOM)
    end, done = situation(recording._game), recording["actions"].tolist()
    recording.show(21)
    assert recording.newest == 60
    recording.act(done[21], PERSON)
    assert recording.newest == 22
    for action in done[22:60]:
        recording.act(action, RANDOM)
    assert same(situation(recording._game), end)
    assert recording["chosen_by"][21] == PERSON


def test_that_saved_moments_stay_within_their_room_and_still_lead_everywhere() -> None:
    room = 400_000
    recording = Recording(GAMES["pixels"][0](), 4, room)
    passed = [situation(recording._game)]
    for step in range(220):
        recording.act(step % 4, RANDOM)
        passed.append(situation(recording._game))
        assert recording.saved_bytes <= room
        if recording.over:
            break
    for step in (3, recording.newest - 1, recording.newest // 2):
        recording.show(step)
        assert same(situation(recording._game), passed[step])


def test_that_scores_are_counted_by_decision_and_a_persons_apart() -> None:
    recording = Recording(GAMES["cart"][0](), 2)
    for chosen_by in (RANDOM, PERSON, PERSON):
        recording.act(recording.position % 2, chosen_by)
    assert recording["score"].tolist() == [0, 1, 2, 3]
    assert recording["person_score"].tolist() == [0, 0, 1, 2]
    assert recording["actions"].tolist() == [0, 1, 0, -1]


def test_that_an_agent_left_to_itself_plays_the_same_game_again_after_a_rewind(tmp_path: Path) -> None:
    table = table_of(watched_model(tmp_path / "small"))
    for _ in range(40):
        table.decide()
    end, chosen = situation(table.game), table.player.recording["actions"].tolist()
    table.show(7)
    for _ in range(33):
        table.decide()
    assert same(situation(table.game), end)
    assert table.player.recording["actions"].tolist() == chosen
    assert len(set(chosen)) > 2
