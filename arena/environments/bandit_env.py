"""Bandits as Gymnasium environments."""

from __future__ import annotations

from typing import Any

from arena.environments.bandit import bandit
from arena.environments.table_env import TableWorldEnv


class BanditEnv(TableWorldEnv):
    """A bandit: one state, and an action for each arm; a pull ends the episode.

    Args:
        render_mode: ``rgb_array`` or ``ansi``.
        env_kwargs: As :func:`arena.environments.bandit.bandit`.

    Raises:
        UsageError: If an argument is unknown or not allowed.
    """

    def __init__(self, render_mode: str | None = None, **env_kwargs: Any) -> None:
        super().__init__(bandit(env_kwargs), render_mode)
