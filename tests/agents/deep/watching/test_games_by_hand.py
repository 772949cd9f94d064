"""Whole games a person has played are written as what was seen and done; anything else is not among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.deep.watching.games_by_hand import GamesByHand
from agents.deep.watching.recording import AGENT, PERSON, Recording
from agents.deep.watching.source import open_source
from agents.deep.watching.table import game_of
from arena.environments.registry import make_world
from arena.errors import RunError, UsageError
from tests.agents.deep.watching.watched_models import watched_model

GRID = "Arena/GridWorld-v0"
RIGHT = 1


def to_the_end(recording: Recording, action: int, by: int) -> bool:
    for _ in range(500):
        moved = recording.act(action, by)
        if moved.over:
            return moved.truncated
    raise AssertionError("no end")


def test_that_games_of_a_person_alone_are_kept_as_they_went(tmp_path: Path) -> None:
    source = open_source(str(watched_model(tmp_path / "model", GRID, map="corridor")))
    kept, game = GamesByHand(source), game_of(source)
    recording = Recording(game, 4)
    with pytest.raises(UsageError) as told:
        kept.demonstrations()
    assert told.value.key == "error.demonstrations.no_games"
    for seed, by in ((3, PERSON), (4, AGENT), (5, PERSON)):
        recording.begin(seed)
        kept.take(recording, truncated=to_the_end(recording, RIGHT, by))
    # A single decision of somebody else's, or a game changed by hand, is not shown to anybody as a person's game.
    recording.begin(6)
    recording.act(RIGHT, AGENT)
    kept.take(recording, truncated=to_the_end(recording, RIGHT, PERSON))
    recording.begin(7)
    recording.edited = True
    kept.take(recording, truncated=to_the_end(recording, RIGHT, PERSON))

    made = kept.demonstrations()
    world = make_world(GRID, {"map": "corridor"})
    assert made.player == "person" and made.games == 2 and not made.cut.any()
    assert set(made.actions.tolist()) == {RIGHT} and made.scores.tolist() == [1.0, 1.0]
    at = int(world.model.start_states[0])
    for seen in made.observations[: made.lengths[0]]:
        assert int(seen) == at
        at = int(world.model.next_state[at, RIGHT, 0])
    # The game on the table is still where it was.
    assert recording.game_seed == 7 and recording.ended


def test_that_a_game_that_goes_another_way_is_not_saved(tmp_path: Path) -> None:
    source = open_source(str(watched_model(tmp_path / "model", GRID, map="corridor")))
    kept, recording = GamesByHand(source), Recording(game_of(source), 4)
    recording.begin(3)
    kept.take(recording, truncated=to_the_end(recording, RIGHT, PERSON))
    kept.games[0].actions[:] = 0
    with pytest.raises(RunError) as told:
        kept.demonstrations()
    assert told.value.key == "error.demonstrations.not_again"
