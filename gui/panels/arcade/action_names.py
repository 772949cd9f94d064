"""What a game's actions are called."""

from __future__ import annotations

from gui.language import tr

KNOWN = frozenset(
    {
        "NOOP", "FIRE", "UP", "RIGHT", "LEFT", "DOWN", "UPRIGHT", "UPLEFT", "DOWNRIGHT", "DOWNLEFT", "UPFIRE",
        "RIGHTFIRE", "LEFTFIRE", "DOWNFIRE", "UPRIGHTFIRE", "UPLEFTFIRE", "DOWNRIGHTFIRE", "DOWNLEFTFIRE",
    }
)  # fmt: skip
"""The actions of the console, as its emulator says them."""


def action_word(name: str) -> str:
    """Return an action's name in the language in use; one nobody has translated stands for itself."""
    return tr("arcade.action." + name.lower()) if name in KNOWN else name
