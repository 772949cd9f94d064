"""``Arena/BrickTable-v0``: a brick game small enough for a table, every state of it counted.

Five bricks hang over a field of five columns; a paddle one column wide keeps a ball in play. Each step the paddle
moves by at most one column, then the ball by one cell diagonally:

- side walls and ceiling throw it back; a brick it would enter is gone, pays 1 and throws it back;
- the paddle throws it back if it is in the column the ball comes down to; a paddle that moved in that very step
  sends it off to the side it moved to, which is how a player aims;
- past the paddle the ball is lost; without bricks the wall is cleared. Either ends the game.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from arena.environments.grid.cells import CLIFF, FLOOR, START
from arena.environments.registry import environment
from arena.environments.table_env import TableWorldEnv
from arena.environments.world import Transition, TransitionModel, World, WorldLayout
from arena.errors import UsageError
from arena.texts import LANGUAGES, render

ENV_ID = "Arena/BrickTable-v0"

COLUMNS, ROWS = 5, 6
"""The bricks hang in the uppermost row; the paddle moves in the lowest."""

PADDLE_ROW = ROWS - 1
FIRST_ROW = 2
"""Row the ball starts in."""

STEP_LIMIT = 200

SLIP = 0.2
"""How often a paddle on a slippery floor stays where it is."""

MOVES = (0, 1, -1)
"""Columns the paddle moves by: stay, right, left, in the order of Breakout's own buttons."""

_ALL_BRICKS = 2**COLUMNS - 1


@dataclass(frozen=True, slots=True, order=True)
class Situation:
    """One state of the game.

    Attributes:
        row: Row of the ball, 0 on top; ``PADDLE_ROW`` once it is lost.
        column: Column of the ball.
        down: Whether the ball moves down.
        right: Whether the ball moves to the right.
        paddle: Column of the paddle.
        bricks: Bit c is set while the brick of column c stands.
    """

    row: int
    column: int
    down: bool
    right: bool
    paddle: int
    bricks: int

    @property
    def over(self) -> bool:
        """Whether the ball is lost or the wall is cleared."""
        return self.row == PADDLE_ROW or not self.bricks


def after(now: Situation, move: int) -> tuple[Situation, float]:
    """Return the next situation and the reward when the paddle moves.

    Args:
        now: Where things stand; not over.
        move: Columns the paddle is to move by; a wall stops it.
    """
    paddle = min(max(now.paddle + move, 0), COLUMNS - 1)
    right, down, bricks, reward = now.right, now.down, now.bricks, 0.0
    if not 0 <= now.column + (1 if right else -1) < COLUMNS:
        right = not right
    column = now.column + (1 if right else -1)
    row = now.row + (1 if down else -1)
    if row < 0:
        row, down = 1, True
    elif row == 0 and bricks >> column & 1:
        row, down, bricks, reward = now.row, True, bricks & ~(1 << column), 1.0
    elif row == PADDLE_ROW and paddle == column:
        row, down = now.row, False
        if paddle != now.paddle:
            right = paddle > now.paddle
    return Situation(row, column, down, right, paddle, bricks), reward


def starts() -> tuple[Situation, ...]:
    """Return where a game may start, each as likely: the ball in any column, coming down to either side."""
    middle = COLUMNS // 2
    columns = sorted(range(COLUMNS), key=lambda column: abs(column - middle))
    return tuple(
        Situation(FIRST_ROW, column, True, right, middle, _ALL_BRICKS) for column in columns for right in (True, False)
    )


def situations() -> tuple[Situation, ...]:
    """Return every situation that can come up, those of the start first."""
    found = list(starts())
    known = set(found)
    for now in found:  # grows while it is walked
        for move in () if now.over else MOVES:
            then, _ = after(now, move)
            if then not in known:
                known.add(then)
                found.append(then)
    return tuple(found)


def brick_table(env_kwargs: Mapping[str, Any]) -> World:
    """Make the brick game.

    Args:
        env_kwargs: ``is_slippery``: the paddle stays where it is in one step of five, whatever is chosen.

    Raises:
        UsageError: If an argument is unknown or not allowed.
    """
    for name, value in env_kwargs.items():
        if name != "is_slippery":
            raise UsageError("error.env.argument", name=name, known="is_slippery")
        if not isinstance(value, bool):
            raise UsageError("error.env.choice", name=name, value=value, choices="true, false")
    slip = SLIP if env_kwargs.get("is_slippery") else 0.0
    found = situations()
    number = {situation: state for state, situation in enumerate(found)}

    def outcomes(state: int, move: int) -> list[Transition]:
        now = found[state]
        if now.over:
            return [(1.0, state, 0.0, True)]
        drawn = [(1.0 - slip, move), (slip, 0)]
        thens = [(p, *after(now, moved)) for p, moved in drawn if p > 0]
        return [(p, number[then], reward, then.over) for p, then, reward in thens]

    table = {state: {a: outcomes(state, move) for a, move in enumerate(MOVES)} for state in range(len(found))}
    begin = {number[situation]: 1.0 / len(starts()) for situation in starts()}
    cleared = {state for state, situation in enumerate(found) if not situation.bricks}
    title_key = environment(ENV_ID).title_key
    return World(
        env_id=ENV_ID,
        env_kwargs=dict(env_kwargs),
        title={code: render(title_key, language=code) for code in LANGUAGES},
        teaches={code: render(f"{title_key}.teaches", language=code) for code in LANGUAGES},
        model=TransitionModel.from_table(table, begin, STEP_LIMIT, cleared),
        layout=_layout(found),
        suggested={"gamma": 0.99, "alpha": 0.5, "epsilon": 0.1},
    )


def _layout(found: tuple[Situation, ...]) -> WorldLayout:
    # The grid shows where the ball is; which way it flies, the paddle and the bricks are the context.
    slices = list(dict.fromkeys(replace(situation, row=0, column=0) for situation in found))
    place = {situation: context for context, situation in enumerate(slices)}
    cell_of_state = np.array([one.row * COLUMNS + one.column for one in found], np.int32)
    context_of_state = np.array([place[replace(one, row=0, column=0)] for one in found], np.int32)
    state_at = np.full((len(slices), ROWS * COLUMNS), -1, np.int32)
    state_at[context_of_state, cell_of_state] = np.arange(len(found), dtype=np.int32)
    kinds = [FLOOR] * (ROWS * COLUMNS)
    kinds[FIRST_ROW * COLUMNS + COLUMNS // 2] = START
    kinds[PADDLE_ROW * COLUMNS :] = [CLIFF] * COLUMNS
    return WorldLayout(
        rows=ROWS,
        columns=COLUMNS,
        kinds=tuple(kinds),
        marks=("",) * len(kinds),
        winds=((0, 0),) * len(kinds),
        cell_of_state=cell_of_state,
        context_of_state=context_of_state,
        state_at=state_at,
        context_keys=tuple(
            (
                f"context.bricks.{'down' if one.down else 'up'}_{'right' if one.right else 'left'}",
                {"bricks": str(one.bricks.bit_count()), "column": str(one.paddle + 1)},
            )
            for one in slices
        ),
        action_keys=("action.stay", "action.right", "action.left"),
        action_steps=(None, (0, 1), (0, -1)),
        markers=tuple(
            (
                *((column, "brick") for column in range(COLUMNS) if one.bricks >> column & 1),
                (PADDLE_ROW * COLUMNS + one.paddle, "paddle"),
            )
            for one in slices
        ),
    )


class BrickTableEnv(TableWorldEnv):
    """The brick game as a Gymnasium environment; observations are numbers of :func:`situations`.

    Actions are 0 stay, 1 right, 2 left.

    Args:
        render_mode: ``rgb_array`` or ``ansi``.
        env_kwargs: As :func:`brick_table`.
    """

    def __init__(self, render_mode: str | None = None, **env_kwargs: Any) -> None:
        super().__init__(brick_table(env_kwargs), render_mode)
