"""Grid worlds as Gymnasium environments."""

from __future__ import annotations

from typing import Any

from arena.environments.grid.maps import grid_world
from arena.environments.table_env import TableWorldEnv


class GridWorldEnv(TableWorldEnv):
    """A grid world.

    Observations are state numbers (row-major over all cells but walls), actions are 0 up, 1 right, 2 down, 3 left.

    Args:
        render_mode: ``rgb_array`` or ``ansi``.
        env_kwargs: As :func:`arena.environments.grid.maps.grid_world`.

    Raises:
        UsageError: If an argument is unknown or not allowed.
        MapError: If the map is broken.
    """

    def __init__(self, render_mode: str | None = None, **env_kwargs: Any) -> None:
        super().__init__(grid_world(env_kwargs), render_mode)
