"""The games offered first, and what they are called."""

from __future__ import annotations

import json
from pathlib import Path

from agents.catalog import DEEP
from arena.environments.registry import is_table
from gui.language import tr

PIXELS, STICKY, OBJECTS = "BreakoutNoFrameskip-v4", "ALE/Breakout-v5", "Arena/BreakoutObjects-v0"

GAMES = {PIXELS: "pixels", STICKY: "sticky", OBJECTS: "objects"}
"""Environment ids of the games offered first, and the names of their texts."""


OTHER = "other"
"""Entry of a chooser of worlds that asks for another one by its id."""


def game_title(env_id: str) -> str:
    """Return a game's name in the language in use; one without a name is called by its id."""
    return tr("arcade.world." + GAMES[env_id]) if env_id in GAMES else env_id


def game_line(env_id: str) -> str:
    """Return one sentence on a game, empty where there is none."""
    return tr("arcade.world." + GAMES[env_id] + ".tip") if env_id in GAMES else ""


def is_network(agent: str) -> bool:
    """Say whether an agent of the catalog learns with a network."""
    return any(entry.id == agent for entry in DEEP)


def is_game_run(folder: str) -> bool:
    """Say whether a run folder holds a network that learns a game: it is shown in the arcade, not in the Lab.

    Args:
        folder: Run folder; what cannot be read is no game, and whoever opens it says what is wrong with it.
    """
    try:
        config = json.loads((Path(folder) / "config.json").read_text("utf-8"))
        agent, env_id = config["agent"], str(config["env_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return is_network(agent) and not is_table(env_id)
