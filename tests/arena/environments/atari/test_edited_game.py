"""Breakout changed by hand: the memory holds the change, the picture shows it at once, no step is done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from arena.environments.atari.breakout_memory import BALL_X, BALL_Y, COLUMNS, PADDLE_X, ROWS, bricks_of
from arena.environments.atari.edited_game import KNOB, PADDLE_LEFT, EditedGame
from arena.environments.atari.recipe import recipe_for
from arena.environments.atari.single_game import SingleGame
from arena.environments.atari.sticky_buttons import _share
from arena.errors import RunError, UsageError

RED = (200, 72, 72)


def begun(steps: int = 12) -> EditedGame:
    game = EditedGame(recipe_for("BreakoutNoFrameskip-v4"), 5)
    for step in range(steps):
        game.act(2 + step // 3 % 2)
    assert game.memory[BALL_Y]
    return game


def ball_on_screen(screen: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> tuple[int, int]:
    rows, columns = np.nonzero((screen[96:188, 8:152] == RED).all(axis=2))
    return int(columns.min()) + 8, int(rows.min()) + 96


def test_that_bricks_taken_and_put_back_are_shown_without_a_step() -> None:
    game = begun()
    before, seen = game.length, game.observation
    assert game.edit([(row, column, 0) for row in range(ROWS) for column in (0, 1, 7)])
    gone = ~bricks_of(game.memory)
    assert gone[:, [0, 1, 7]].all() and gone.sum() == 3 * ROWS
    assert not game.color[57:93, 8:24].any()
    assert game.length == before
    assert np.array_equal(game.observation[:-1], seen[:-1])
    assert not np.array_equal(game.observation[-1], seen[-1])
    assert game.edit([(0, 7, 1)])
    assert bricks_of(game.memory)[0, 7] and game.color[87:93, 64:72].any()
    for _ in range(3):
        game.act(0)
    assert not bricks_of(game.memory)[:, [0, 1]].any()


def test_that_ball_and_paddle_go_where_they_are_put() -> None:
    game = begun()
    assert game.edit(ball=(100, 120), paddle=60)
    x, y = ball_on_screen(game.color)
    assert abs(x - 100) <= 3 and abs(y - 120) <= 3
    for wished in (60, 10, 140, 76):
        before, frames = game.memory, game.frames
        assert game.edit(paddle=wished)
        assert int(game.memory[PADDLE_X]) - PADDLE_LEFT == wished and game.frames == frames
        changed = set(np.flatnonzero(game.memory != before).tolist())
        assert changed <= {KNOB, PADDLE_X}
        game.act(0)
        # It stays: the knob was turned, too.
        paddle = np.flatnonzero((game.color[191, 8:152] == RED).all(axis=1)) + 8
        assert abs(int(paddle.min()) - wished) <= 4
    game.edit(ball=(-50, 999))
    assert game.memory[BALL_X] == 8 + 49


def test_that_what_cannot_be_changed_is_refused_and_leaves_the_game_alone() -> None:
    game = begun()
    memory = game.memory
    with pytest.raises(UsageError, match="no such brick"):
        game.edit([(0, 0, 0), (ROWS, COLUMNS, 0)])
    assert np.array_equal(game.memory, memory)
    with pytest.raises(UsageError, match="no ball"):
        EditedGame(recipe_for("BreakoutNoFrameskip-v4"), 5).edit(ball=(80, 120))
    with pytest.raises(UsageError, match="Only Breakout"):
        EditedGame(recipe_for("PongNoFrameskip-v4"), 5).edit(paddle=40)


def test_that_a_missing_or_damaged_cartridge_is_told_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALE_ROMS_DIR", str(tmp_path))
    with pytest.raises(RunError, match="cartridge"):
        EditedGame(recipe_for("BreakoutNoFrameskip-v4"), 5)
    (tmp_path / "breakout.bin").write_bytes(b"none")
    with pytest.raises(RunError, match="cartridge"):
        EditedGame(recipe_for("BreakoutNoFrameskip-v4"), 5)


def test_that_buttons_stick_as_often_as_said_and_not_at_all_where_nothing_is() -> None:
    never, often = EditedGame(recipe_for("BreakoutNoFrameskip-v4"), 5), EditedGame(recipe_for("ALE/Breakout-v5"), 5)
    plain = SingleGame(recipe_for("BreakoutNoFrameskip-v4"), 5)
    for step in range(40):
        action = 2 + step // 2 % 2
        never.act(action), plain.act(action), often.act(action)
        assert np.array_equal(never.memory, plain.memory)
    assert not np.array_equal(often.memory, never.memory)
    drawn = [_share(5, counter) < 0.25 for counter in range(20_000)]
    assert abs(np.mean(drawn) - 0.25) < 0.015


def test_that_the_button_that_sticks_is_set_back_too() -> None:
    game = EditedGame(recipe_for("ALE/Breakout-v5", {"repeat_action_probability": 0.9}), 5)
    for step in range(30):
        game.act(2 + step // 5 % 2)
    saved, held = game.save(), game.held
    after = [game.act(3) and game.memory for _ in range(3)]
    for _ in range(20):
        game.act(2)
    game.restore(saved)
    game.held = held
    assert all(np.array_equal(game.act(3) and game.memory, memory) for memory in after)
