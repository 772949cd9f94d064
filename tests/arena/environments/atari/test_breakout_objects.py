"""Breakout as objects: each number is held to what the emulator draws, and the environment to Gymnasium's rules."""

from __future__ import annotations

import warnings

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import check_env
from numpy.typing import NDArray

from arena.environments.atari.breakout_memory import (
    BALL_X,
    BALL_Y,
    BRICK_PLACES,
    COLUMNS,
    FIELDS,
    PADDLE_X,
    ROW_POINTS,
    ROWS,
    bricks_of,
    numbers_of,
)
from arena.environments.atari.breakout_objects import BreakoutObjectsEnv, ObjectsGame, objects_recipe
from arena.environments.atari.served_game import ServedGame
from arena.environments.gymnasium_ids import register_environments

FIELD = {name: place for place, (name, _) in enumerate(FIELDS)}
WALL_LEFT, WALL_TOP, BRICK_WIDTH, BRICK_HEIGHT = 8, 57, 8, 6


def drawn_bricks(screen: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which bricks the picture shows, lowest row first."""
    rows = [WALL_TOP + BRICK_HEIGHT * row + 2 for row in reversed(range(ROWS))]
    columns = [WALL_LEFT + BRICK_WIDTH * column + 3 for column in range(COLUMNS)]
    lit: NDArray[np.bool_] = screen[np.ix_(rows, columns)].any(axis=2)
    return lit


def catching(game: ServedGame) -> int:
    """Follow the ball."""
    memory = game.memory.astype(int)
    away = memory[BALL_X] - memory[PADDLE_X] - 8
    return 0 if abs(away) < 4 or not memory[BALL_Y] else (2 if away > 0 else 3)


def test_that_the_bricks_are_those_on_the_screen_and_pay_by_their_row() -> None:
    game = ServedGame(objects_recipe(), 3)
    seen: set[float] = set()
    for _ in range(750):
        before = bricks_of(game.memory)
        outcome = game.act(catching(game))
        standing = bricks_of(game.memory)
        gone = np.argwhere(before & ~standing)
        assert outcome.reward == sum(ROW_POINTS[row] for row, _ in gone)
        seen.add(outcome.reward)
        ball_is_below = game.memory[BALL_Y] > 110
        if outcome.reward and ball_is_below:
            assert np.array_equal(drawn_bricks(game.screen), standing)
    assert np.array_equal(drawn_bricks(game.screen), bricks_of(game.memory))
    assert {0.0, 1.0, 4.0} <= seen
    assert bricks_of(game.memory).sum() < ROWS * COLUMNS - 10


def test_that_every_brick_has_a_place_of_its_own() -> None:
    places = {(int(address), int(bit)) for address, bit in BRICK_PLACES.reshape(-1, 2)}
    assert len(places) == ROWS * COLUMNS
    assert bricks_of(ServedGame(objects_recipe(), 1).memory).all()


def test_that_ball_and_paddle_are_where_they_are_drawn() -> None:
    game = ServedGame(objects_recipe(), 5)
    compared = 0
    for step in range(120):
        game.act(step // 9 % 2 + 2)
        memory = game.memory.astype(int)
        screen = game.screen.any(axis=2)
        if not 120 < memory[BALL_Y] < 175:
            continue  # among the bricks, or over the paddle
        paddle = np.flatnonzero(screen[191, 8:152]) + 8
        y, x = (values.min() for values in np.nonzero(screen[93:188, 8:152]))
        assert paddle[0] == memory[PADDLE_X] - 47
        assert (x + 8, y + 93) == (memory[BALL_X] - 49, memory[BALL_Y] + 9)
        compared += 1
    assert compared > 10


def test_that_movements_are_differences_and_stay_in_bounds() -> None:
    playing = ObjectsGame(objects_recipe(), 7)
    before = playing.begin(7)
    assert before[FIELD["ball_in_play"]] == 0
    space = BreakoutObjectsEnv().observation_space
    moved = 0
    for _ in range(300):
        now, outcome = playing.act(catching(playing.game))
        assert space.contains(now)
        if now[0] and before[0] and not outcome.life_lost:
            step = (now[FIELD["ball_y"]] - before[FIELD["ball_y"]]) * 80 / 16
            assert now[FIELD["ball_dy"]] == np.float32(np.clip(step, -1, 1)) or abs(step - now[FIELD["ball_dy"]]) < 1e-5
            moved += 1
        difference = now[FIELD["ball_x"]] - now[FIELD["paddle_x"]] if now[0] else 0.0
        assert now[FIELD["ball_from_paddle"]] == np.float32(difference)
        before = now
    assert moved > 150


def test_that_an_observation_without_a_past_stands_still() -> None:
    memory = ServedGame(objects_recipe(), 1).memory
    numbers = numbers_of(memory, memory)
    assert numbers.dtype == np.float32 and numbers.shape == (len(FIELDS),) == (116,)
    assert not numbers[[FIELD["ball_dx"], FIELD["ball_dy"], FIELD["paddle_dx"]]].any()


def test_that_gymnasium_finds_nothing_to_complain_of() -> None:
    register_environments()
    env = gym.make("Arena/BreakoutObjects-v0", render_mode="rgb_array", repeat_action_probability=0.25)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped, skip_render_check=False)
    env.reset(seed=3)
    picture = env.render()
    assert isinstance(picture, np.ndarray) and picture.shape == (210, 160, 3)
    env.close()


def test_that_an_episode_is_a_whole_game() -> None:
    env = BreakoutObjectsEnv()
    env.reset(seed=1)
    lost, score, steps, over = 0, 0.0, 0, False
    while not over:
        _, reward, over, truncated, info = env.step(np.int64(2))
        lost, score, steps = lost + info["life_lost"], score + float(reward), steps + 1
        assert not truncated
    assert lost == 4 and info["lives"] == 0
    assert steps < 1_000
    _, info = env.reset()
    assert info["lives"] == 5
