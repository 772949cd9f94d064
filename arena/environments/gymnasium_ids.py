"""Arena's environments for those who come with Gymnasium; apart from the registry, which must load no library."""

from __future__ import annotations

import gymnasium

ENTRY_POINTS = {
    "Arena/GridWorld-v0": "arena.environments.grid.grid_world:GridWorldEnv",
    "Arena/Bandit-v0": "arena.environments.bandit_env:BanditEnv",
    "Arena/BrickTable-v0": "arena.environments.brick_table:BrickTableEnv",
    "Arena/BreakoutObjects-v0": "arena.environments.atari.breakout_objects:BreakoutObjectsEnv",
}
"""Where each of them is; it is loaded when one is made."""


def register_environments() -> None:
    """Make ``Arena/…`` ids known to ``gymnasium.make``; calling it again does nothing."""
    for env_id, entry_point in ENTRY_POINTS.items():
        if env_id not in gymnasium.registry:
            gymnasium.register(env_id, entry_point=entry_point, order_enforce=True)
