"""The maps of the shipped scenes, ready to be drawn small."""

from __future__ import annotations

from arena.environments.grid.dynamics import Dynamics
from arena.environments.grid.maps import find_map
from arena.errors import ArenaError
from gui.pages.start_miniature import Miniature
from gui.state.scene import SCENES, Scene


def scene_miniatures() -> dict[str, Miniature]:
    """Return the maps of the shipped scenes by scene id; one that cannot be read is missing."""
    made = {scene.id: _miniature(scene) for scene in SCENES}
    return {name: picture for name, picture in made.items() if picture is not None}


def _miniature(scene: Scene) -> Miniature | None:
    try:
        grid = find_map(str(scene.env_kwargs.get("map", "")))
    except ArenaError:
        return None
    return Miniature.of(Dynamics(grid, rewards="map", slip=0.0, discount=1.0).layout())
