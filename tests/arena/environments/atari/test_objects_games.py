"""Many games seen as objects play what one of them plays alone, in processes that end with their parent."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from arena.environments.atari.breakout_objects import ObjectsGame, objects_recipe
from arena.environments.atari.objects_games import ObjectsGames
from arena.environments.atari.seeds import seeds_of
from arena.errors import RunError


def test_that_games_in_processes_are_the_games_played_alone() -> None:
    recipe = objects_recipe(0.25)
    games = ObjectsGames(recipe, 3, processes=2)
    seeds = seeds_of(4, 1, 3)
    alone = [ObjectsGame(recipe, 1) for _ in seeds]
    seen = games.reset(seeds)
    assert np.array_equal(seen, [one.begin(int(seed)) for one, seed in zip(alone, seeds, strict=True)])
    luck = np.random.default_rng(2)
    finished = 0
    for _ in range(300):
        actions = luck.integers(0, 4, 3)
        games.send(actions)
        step = games.recv()
        over = {game.index: game for game in step.finished}
        for index, one in enumerate(alone):
            numbers, outcome = one.act(int(actions[index]))
            assert step.rewards[index] == outcome.reward
            assert step.terminated[index] == (outcome.life_lost or outcome.game_over)
            if step.terminated[index]:
                assert step.last_observations is not None
                assert np.array_equal(step.last_observations[index], numbers)
            if outcome.ends_game:
                assert (over[index].score, over[index].length) == (one.game.score, one.game.length)
                assert over[index].frames == one.game.frames > 4 * one.game.length - 4
                numbers = one.begin()
                finished += 1
            assert (index in over) == outcome.ends_game
            assert np.array_equal(step.observations[index], numbers)
    games.close()
    assert finished >= 2


def step_twice(games: ObjectsGames) -> None:
    for _ in range(2):
        games.send(np.zeros(games.count, int))
        games.recv()


def test_that_games_that_died_are_told_and_a_signal_to_all_kills_none() -> None:
    games = ObjectsGames(objects_recipe(), 2, processes=2)
    games.reset(seeds_of(1, 0, 2))
    first, second = (worker.pid for worker, _ in games._workers)
    os.kill(first, signal.SIGTERM)
    games.send(np.zeros(2, int))
    games.recv()
    os.kill(second, signal.SIGKILL)
    with pytest.raises(RunError, match="ended by themselves"):
        step_twice(games)
    games.close()
