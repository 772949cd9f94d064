"""Whether what a scene asks for is there: its world, its map, its agent and their settings."""

from __future__ import annotations

from pathlib import Path

from agents.catalog import agent
from agents.configuration import build, checked
from arena.environments.grid.maps import find_map
from arena.environments.registry import environment
from arena.errors import ConfigError
from arena.scenes.scene_file import GRID_WORLD, Scene
from arena.scenes.scene_store import read_scene

MOVERS = ("agent", "random", "person")
"""Who may move."""


def check_scene(scene: Scene) -> None:
    """Refuse a scene that could not be opened, before anything that is open is left for it.

    No learning library is loaded: what only the world itself can know is said by the worker that makes it.

    Args:
        scene: A scene.

    Raises:
        UsageError: If there is no such world, map or agent.
        MapError: If its map is broken.
        ConfigError: If a setting is not allowed.
    """
    environment(scene.env_id)
    if scene.env_id == GRID_WORLD and "map" in scene.env_kwargs:
        find_map(str(scene.env_kwargs["map"]))
    config = agent(scene.agent).config_class()
    build(config, scene.hyperparameters)
    for change in scene.changes:
        if change.name != "mover":
            checked(config, change.name, change.value)
        elif change.value not in MOVERS:
            raise ConfigError("error.setting.choice", field="mover", value=change.value, choices=", ".join(MOVERS))


def scene_from(path: Path) -> Scene:
    """Read what a person wants to see: a scene file, or a map with the usual agent in it.

    Args:
        path: A scene file, or a map file (``.txt``).

    Raises:
        ArenaError: If it is neither, or asks for something that is not there.
    """
    is_map = path.suffix.lower() == ".txt"
    scene = Scene(env_kwargs={"map": str(path.absolute())}) if is_map else read_scene(path)
    check_scene(scene)
    return scene
