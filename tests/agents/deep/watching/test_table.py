"""A watched game: who moves, ghosts beside it, other weights, moments on a map, a game changed by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.deep.watching.feature_map import EVERY
from agents.deep.watching.recording import PERSON, RANDOM
from agents.deep.watching.table import Table
from arena.errors import RunError, UsageError
from tests.agents.deep.watching.watched_models import AGES, OBJECTS, age_file, table_of, watched_model


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return watched_model(tmp_path_factory.mktemp("models") / "small")


def play(table: Table, decisions: int) -> list[int]:
    for _ in range(decisions):
        table.decide()
    return [int(action) for action in table.player.recording["actions"][:-1]]


def invited(table: Table, *ages: int) -> None:
    source = table.source
    table.invite([(source.weights(source.file(age_file(age)))[0], age_file(age)) for age in ages])


def test_that_ghosts_play_the_same_game_in_step_each_with_its_own_weights(small: Path) -> None:
    table = table_of(small)
    invited(table, AGES[0], AGES[1])
    mine = play(table, 40)
    assert [ghost.recording.newest for ghost in table.ghosts] == [40, 40]
    assert len({tuple(mine), *(tuple(ghost.recording["actions"][:-1].tolist()) for ghost in table.ghosts)}) == 3
    screens = [ghost.game.frame.copy() for ghost in table.ghosts]
    table.show(11)
    assert [ghost.recording.position for ghost in table.ghosts] == [11, 11]
    table.show(40)
    assert all(np.array_equal(ghost.game.frame, screen) for ghost, screen in zip(table.ghosts, screens, strict=True))
    alone = table_of(small)
    alone.take(alone.source.weights(alone.source.file(age_file(AGES[0])))[0], 0, "old", now=True)
    play(alone, 40)
    assert np.array_equal(alone.game.frame, screens[0])
    table.close()
    alone.close()


def test_that_other_weights_judge_at_once_and_those_that_do_not_fit_change_nothing(small: Path) -> None:
    table = table_of(small)
    play(table, 15)
    before = table.player.recording["preferences"][15].copy()
    weights, age = table.source.weights(table.source.file(age_file(AGES[1])))
    assert age == AGES[1]
    table.take(weights, age, "old", now=False)
    assert table.weights_env_steps == AGES[1]
    assert not np.allclose(table.player.recording["preferences"][15], before)
    judged = table.player.recording["preferences"][15].copy()
    with pytest.raises(RunError):
        table.take({name: value for name, value in weights.items() if "bias" not in name}, 7, "half", now=True)
    assert table.weights_env_steps == AGES[1]
    table.player.look()
    assert np.array_equal(table.player.recording["preferences"][15], judged)


def test_that_a_persons_action_is_held_until_another_one_and_each_counts_for_one_decision(small: Path) -> None:
    table = table_of(small)
    table.mover = PERSON
    play(table, 1)
    table.hold(2)
    play(table, 2)
    for action in (0, 3, 0):
        table.hold(action)
    play(table, 4)
    assert table.player.recording["actions"].tolist() == [0, 2, 2, 0, 3, 0, 0, -1]
    with pytest.raises(UsageError):
        table.hold(4)
    table.mover = RANDOM
    play(table, 3)
    assert table.player.recording["chosen_by"].tolist()[:10] == [PERSON] * 7 + [RANDOM] * 3


def test_that_points_of_the_map_show_their_moment_also_of_an_earlier_game(small: Path) -> None:
    table = table_of(small)
    frames = []
    for _ in range(6 * EVERY):
        frames.append(table.game.frame.copy())
        table.decide()
    places, values = table.map_places()
    assert places.shape == (6, 2) and values.shape == (6,) and np.abs(places).max() == pytest.approx(1.0)
    table.pick(2)
    assert table.picked is None and table.player.recording.position == 2 * EVERY
    table.begin(1)
    play(table, EVERY)
    again, _ = table.map_places()
    assert again.shape == (7, 2)
    table.pick(3)
    assert table.picked is not None and table.picked.game == 1
    assert np.array_equal(table.picked.screen(), frames[3 * EVERY])
    assert np.array_equal(table.observation, table.picked.input())
    assert table.player.recording.position == EVERY
    with pytest.raises(UsageError):
        table.pick(99)


def test_that_a_changed_game_is_judged_at_once_and_can_be_played_to_again(small: Path) -> None:
    table = table_of(small)
    play(table, 30)
    table.show(20)
    seen, preferences = table.observation.copy(), table.player.recording["preferences"][20].copy()
    assert table.edit([(row, column, 0) for row in range(6) for column in range(9)], (), -1.0)
    recording = table.player.recording
    assert (recording.newest, recording.position, recording.edited) == (20, 20, True)
    assert not np.array_equal(table.observation, seen)
    assert not np.allclose(recording["preferences"][20], preferences)
    assert not table.game.bricks[:, :9].any()  # type: ignore[attr-defined]
    actions = play(table, 20)
    end = table.game.frame.copy()
    table.show(4)
    assert table.game.bricks.all()  # type: ignore[attr-defined]
    table.show(20)
    assert not table.game.bricks[:, :9].any()  # type: ignore[attr-defined]
    table.show(40)
    assert np.array_equal(table.game.frame, end) and recording["actions"].tolist()[:-1] == actions
    table.begin(0)
    assert not recording.edited


def test_that_objects_can_be_changed_and_are_seen_changed(tmp_path: Path) -> None:
    table = table_of(watched_model(tmp_path / "objects", OBJECTS))
    play(table, 12)
    assert table.edit([(0, 0, 0)], (), -1.0)
    assert table.observation[8] == 0.0 and table.observation[9:20].all()


def test_that_a_game_that_is_no_breakout_cannot_be_changed(tmp_path: Path) -> None:
    for name, env_id in (("pong", "PongNoFrameskip-v4"), ("cart", "CartPole-v1")):
        table = table_of(watched_model(tmp_path / name, env_id))
        with pytest.raises(UsageError, match="Only Breakout"):
            table.edit([], (), 40.0)
        table.close()
