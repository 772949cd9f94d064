"""The games offered first, and what they are called."""

from __future__ import annotations

from gui.language import tr

PIXELS, STICKY, OBJECTS = "BreakoutNoFrameskip-v4", "ALE/Breakout-v5", "Arena/BreakoutObjects-v0"

GAMES = {PIXELS: "pixels", STICKY: "sticky", OBJECTS: "objects"}
"""Environment ids of the games offered first, and the names of their texts."""


def game_title(env_id: str) -> str:
    """Return a game's name in the language in use; one without a name is called by its id."""
    return tr("arcade.world." + GAMES[env_id]) if env_id in GAMES else env_id


def game_line(env_id: str) -> str:
    """Return one sentence on a game, empty where there is none."""
    return tr("arcade.world." + GAMES[env_id] + ".tip") if env_id in GAMES else ""
