"""Maps and titles of worlds, for pages that show a world before anything runs in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.environments.grid.dynamics import Dynamics
from arena.environments.grid.maps import find_map
from arena.environments.registry import world_choices
from arena.errors import ArenaError
from arena.texts import localized
from gui.language import language
from gui.pages.start_miniature import Miniature
from gui.state.scene import SCENES, Scene


def scene_miniatures() -> dict[str, Miniature]:
    """Return the maps of the shipped scenes by scene id, ready to be drawn small; one that cannot be read is missing."""
    pictures: dict[str, Miniature] = {}
    for scene in SCENES:
        made = _miniature(scene)
        if made is not None:
            pictures[scene.id] = made
    return pictures


def _miniature(scene: Scene) -> Miniature | None:
    try:
        grid = find_map(str(scene.env_kwargs.get("map", "")))
    except ArenaError:
        return None
    return Miniature.of(Dynamics(grid, rewards="map", slip=0.0, discount=1.0).layout())


def world_title(env_id: str, env_kwargs: Mapping[str, Any]) -> str:
    """Return the title of a world in the language in use; of one that does not ship, its map's or its own name."""
    name = env_kwargs.get("map")
    for choice in world_choices():
        if choice.env_id == env_id and choice.env_kwargs.get("map") == name:
            return localized(choice.title, language().code)
    return str(name or env_id)
