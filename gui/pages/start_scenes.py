"""The maps of the scenes, ready to be drawn small, and the scenes a person has saved."""

from __future__ import annotations

from agents.scenes import scene_from
from arena.environments.grid.dynamics import Dynamics
from arena.environments.grid.maps import find_map
from arena.environments.registry import environment, make_world
from arena.errors import ArenaError
from arena.scenes.scene_store import own_scene_files
from gui.state.scene import GRID_WORLD, SCENES, Scene
from gui.widgets.miniature import Miniature

MOST_OWN = 4
"""So many of a person's own scenes are shown; all of them are in the folder that Open scene shows."""

_MOST_READ = 12


def scene_miniatures() -> dict[str, Miniature]:
    """Return the maps of the shipped scenes by scene id; one that cannot be read is missing."""
    made = {scene.id: miniature(scene) for scene in SCENES}
    return {name: picture for name, picture in made.items() if picture is not None}


def own_scenes() -> tuple[Scene, ...]:
    """Return the newest scenes in the folder that is meant for them; those that cannot be opened are missing."""
    found: list[Scene] = []
    for path in own_scene_files()[:_MOST_READ]:
        try:
            found.append(scene_from(path))
        except ArenaError:
            # Whoever opens it by its file is told why.
            continue
    return tuple(found[:MOST_OWN])


def miniature(scene: Scene) -> Miniature | None:
    """Return the map of a scene, or none if it has none that can be read."""
    try:
        if environment(scene.env_id).family == "bandit":
            # Made of nothing but its numbers: other worlds would load their library for it.
            return Miniature.of(make_world(scene.env_id, scene.env_kwargs).layout)
        if scene.env_id != GRID_WORLD:
            return None
        grid = find_map(str(scene.env_kwargs.get("map", "")))
    except ArenaError:
        return None
    return Miniature.of(Dynamics(grid, rewards="map", slip=0.0, discount=1.0).layout())
