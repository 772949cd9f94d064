"""A wish that no game rewards: to be in the left half of a grid. It shows that answers are followed, not rewards."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.preference.cutting import RecentSteps
from arena.environments.world import World
from arena.preferences.clip import Clip

_CLIPS = 600


def in_left_half(world: World) -> Callable[[Clip], NDArray[np.float64]]:
    """Return how much of the wish each step of a clip fulfils, 1 or 0; standing still after the end counts nothing.

    Args:
        world: The grid.
    """
    left = _left(world)

    def worth(clip: Clip) -> NDArray[np.float64]:
        return np.where(clip.actions >= 0, left[clip.observations], 0.0)

    return worth


def left_share(world: World | None, recent: RecentSteps, clip_steps: int, luck: np.random.Generator) -> float:
    """Return the share of the last steps in the left half; NaN where there is no grid or no step.

    Args:
        world: The grid.
        recent: The last steps.
        clip_steps: Length of the pieces that are drawn.
        luck: Draws them.
    """
    if world is None:
        return math.nan
    windows = recent.windows(_CLIPS, clip_steps, luck)
    if not len(windows):
        return math.nan
    batch = recent.batch(windows)
    played = batch.counted.numpy() & (batch.actions.numpy() >= 0)
    return float(_left(world)[batch.observations.numpy()][played].mean())


def _left(world: World) -> NDArray[np.float64]:
    columns = np.asarray(world.layout.cell_of_state) % world.layout.columns
    return (columns < world.layout.columns / 2).astype(np.float64)
