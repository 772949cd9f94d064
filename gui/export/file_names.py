"""Names suggested for what is saved: world, agent and moment. No Qt."""

from __future__ import annotations

import re

from arena.texts import localized
from gui.state.run_state import RunState


def suggested_name(state: RunState, part: str = "") -> str:
    """Return a file name without ending, in letters every system takes.

    Args:
        state: What is shown; its world's English title and its clock are in the name.
        part: Name of the part saved; empty for the world itself.
    """
    if state.world is None:
        return "-".join(filter(None, ["arena", part]))
    title = localized(state.world.title, "en") or state.world.env_id
    words = [title, state.agent, f"update {state.env_steps}", part]
    return "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") for word in words)))
