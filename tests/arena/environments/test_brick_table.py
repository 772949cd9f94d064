"""The brick game of a table: its rules step by step, every state counted, won exactly and by Q-learning."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest

from agents.catalog import agent
from agents.tabular.arrays import new_records
from agents.tabular.exact import solve, start_value
from agents.tabular.learner import new_stop
from arena.environments.brick_table import (
    COLUMNS,
    ENV_ID,
    MOVES,
    PADDLE_ROW,
    SLIP,
    Situation,
    after,
    brick_table,
    situations,
    starts,
)
from arena.environments.gymnasium_ids import register_environments
from arena.environments.picture import frame
from arena.environments.registry import make_world
from arena.errors import UsageError

ALL = 0b11111


def test_that_walls_and_ceiling_throw_the_ball_back() -> None:
    assert after(Situation(2, 0, True, False, 2, ALL), 0)[0] == Situation(3, 1, True, True, 2, ALL)
    assert after(Situation(2, 4, False, True, 2, ALL), 0)[0] == Situation(1, 3, False, False, 2, ALL)
    assert after(Situation(0, 2, False, True, 2, 1), 0)[0] == Situation(1, 3, True, True, 2, 1)


def test_that_a_brick_pays_once_and_throws_the_ball_back() -> None:
    hit, reward = after(Situation(1, 2, False, True, 0, ALL), 0)
    assert (hit, reward) == (Situation(1, 3, True, True, 0, 0b10111), 1.0)
    through, nothing = after(Situation(1, 2, False, True, 0, 0b10111), 0)
    assert (through, nothing) == (Situation(0, 3, False, True, 0, 0b10111), 0.0)


def test_that_the_paddle_catches_aims_and_misses() -> None:
    above = Situation(4, 2, True, True, 3, ALL)
    assert after(above, 0)[0] == Situation(4, 3, False, True, 3, ALL)
    from_the_right = Situation(4, 2, True, True, 4, ALL)
    assert after(from_the_right, -1)[0] == Situation(4, 3, False, False, 3, ALL)
    from_the_left = Situation(4, 2, True, True, 2, ALL)
    assert after(from_the_left, 1)[0] == Situation(4, 3, False, True, 3, ALL)
    lost, reward = after(from_the_left, 0)
    assert lost.row == PADDLE_ROW and lost.over and reward == 0.0
    assert after(Situation(2, 2, True, True, 4, ALL), 1)[0].paddle == 4


def test_that_every_situation_is_counted_once_and_none_is_left_out() -> None:
    found = situations()
    known = set(found)
    assert len(known) == len(found) <= 20_000
    assert found[: len(starts())] == starts()
    assert all(after(now, move)[0] in known for now in found if not now.over for move in MOVES)
    assert not any(0 <= now.row == 0 and now.bricks >> now.column & 1 for now in found)


def test_that_the_wall_can_always_be_cleared_and_a_slippery_floor_costs() -> None:
    model = make_world(ENV_ID).model
    best = solve(model, 1.0 - 1e-9)
    assert best.v[model.start_states] == pytest.approx(np.full(len(model.start_states), float(COLUMNS)), abs=1e-5)
    slippery = make_world(ENV_ID, {"is_slippery": True}).model
    assert 2.0 < start_value(slippery, solve(slippery, 1.0 - 1e-9).v) < COLUMNS - 0.05
    assert slippery.outcome_count.max() == 2
    assert slippery.probability[0, 1].tolist() == pytest.approx([1 - SLIP, SLIP])


def test_that_arguments_it_does_not_know_are_refused() -> None:
    with pytest.raises(UsageError):
        brick_table({"bricks": 7})
    with pytest.raises(UsageError):
        brick_table({"is_slippery": 1})


def test_that_q_learning_learns_to_clear_the_wall() -> None:
    entry, world = agent("q_learning"), make_world(ENV_ID)
    who = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=world.model, hyperparameters=world.suggested, seed=3
    )
    who.advance(600_000, new_stop(), new_records())
    register_environments()
    env = gym.make(ENV_ID).unwrapped
    scores = []
    for game in range(20):
        state, _ = env.reset(seed=game)
        score, over = 0.0, False
        while not over:
            state, reward, terminated, truncated, _ = env.step(np.int64(who.q[state].argmax()))
            score, over = score + float(reward), terminated or truncated
        scores.append(score)
    assert np.mean(scores) > 4.5


def test_that_bricks_paddle_and_ball_are_drawn() -> None:
    world = make_world(ENV_ID)
    first = int(world.model.start_states[0])
    picture = frame(world, first)
    side = picture.shape[1] // COLUMNS
    brick, paddle = (214, 120, 92), (233, 238, 243)
    assert [tuple(picture[side // 2, side * column + side // 2]) for column in range(COLUMNS)] == [brick] * COLUMNS
    below = [
        tuple(picture[side * PADDLE_ROW + side // 8, side * column + side // 2]) == paddle for column in range(COLUMNS)
    ]
    assert below == [False, False, True, False, False]
    layout = world.layout
    assert int(layout.context_of_state[first]) == 0 and layout.kinds[int(layout.cell_of_state[first])] == "start"
