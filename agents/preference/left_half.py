"""A wish that no game rewards: to be in the left half. It shows that answers are followed, not rewards."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.places import Place
from agents.preference.cutting import RecentSteps
from arena.environments.atari.breakout_memory import FIELDS
from arena.environments.world import World
from arena.preferences.clip import Clip

_CLIPS = 600
_PADDLE = [name for name, _ in FIELDS].index("paddle_x")


def in_left_half(world: World | None) -> Callable[[Clip], NDArray[np.float64]]:
    """Return how much of the wish each step of a clip fulfils, 1 or 0; standing still after the end counts nothing.

    Args:
        world: The grid; ``None`` for Breakout's objects, where the middle of the paddle counts.
    """
    left = _paddle_left if world is None else _cells_left(world)

    def worth(clip: Clip) -> NDArray[np.float64]:
        return np.where(clip.actions >= 0, left(clip.observations), 0.0)

    return worth


def left_share(
    place: Place, world: World | None, recent: RecentSteps, clip_steps: int, luck: np.random.Generator
) -> float:
    """Return the share of the last steps in the left half; NaN where there is no such thing, or no step.

    Args:
        place: Where it plays.
        world: The grid, if it plays on one; else the paddle of Breakout's objects counts.
        recent: The last steps.
        clip_steps: Length of the pieces that are drawn.
        luck: Draws them.
    """
    if world is None and place.kind != "objects":
        return math.nan
    windows = recent.windows(_CLIPS, clip_steps, luck)
    if not len(windows):
        return math.nan
    batch = recent.batch(windows)
    played = batch.counted.numpy() & (batch.actions.numpy() >= 0)
    seen = batch.observations.numpy()
    left = _paddle_left if world is None else _cells_left(world)
    return float(left(seen)[played].mean())


def _paddle_left(seen: NDArray[Any]) -> NDArray[np.float64]:
    return (seen[..., _PADDLE] < 0.0).astype(np.float64)


def _cells_left(world: World) -> Callable[[NDArray[Any]], NDArray[np.float64]]:
    columns = np.asarray(world.layout.cell_of_state) % world.layout.columns
    left = (columns < world.layout.columns / 2).astype(np.float64)
    return lambda seen: left[seen]
