"""Arena's environments for those who come with Gymnasium; apart from the registry, which must load no library."""

from __future__ import annotations

import gymnasium


def register_environments() -> None:
    """Make ``Arena/…`` ids known to ``gymnasium.make``; calling it again does nothing."""
    if "Arena/GridWorld-v0" not in gymnasium.registry:
        gymnasium.register(
            "Arena/GridWorld-v0", entry_point="arena.environments.grid.grid_world:GridWorldEnv", order_enforce=True
        )
        gymnasium.register("Arena/Bandit-v0", entry_point="arena.environments.bandit_env:BanditEnv", order_enforce=True)
