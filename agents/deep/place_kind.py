"""What kind of place an id names, known without loading a game: the window asks this too."""

from __future__ import annotations

import re

from arena.environments.registry import ENVIRONMENTS, RENAMED

KINDS = ("pixels", "objects", "states", "vector")
"""``pixels``: Atari pictures. ``objects``: an Atari game read from memory. ``states``: the states of a world of
tables, by number. ``vector``: the numbers any other Gymnasium environment gives."""

OBJECTS_ID = "Arena/BreakoutObjects-v0"

_ATARI = re.compile(r"[A-Za-z0-9]+NoFrameskip-v4|ALE/[A-Za-z0-9]+-v5")


def kind_of(env_id: str) -> str:
    """Return which of :data:`KINDS` a Gymnasium id names; it need not exist."""
    if env_id == OBJECTS_ID:
        return "objects"
    if _ATARI.fullmatch(env_id):
        return "pixels"
    if env_id in RENAMED or any(entry.id == env_id for entry in ENVIRONMENTS):
        return "states"
    return "vector"
