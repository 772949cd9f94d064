"""The scenes of the start page, and how a scene is called in the language in use."""

from __future__ import annotations

from arena.scenes.scene_file import GRID_WORLD, Scene
from arena.scenes.scene_store import shipped_scenes
from arena.texts import localized
from gui.language import language

__all__ = ["GRID_WORLD", "SCENES", "Scene", "scene", "scene_line", "scene_title"]

_ORDER = ("cliff", "cliff_sarsa", "two_goals", "ice_lake", "windy", "maze")

SCENES: tuple[Scene, ...] = tuple(shipped_scenes()[name] for name in _ORDER)
"""Scenes of the start page, the first one first."""


def scene(id: str) -> Scene | None:
    """Return a scene of :data:`SCENES` by its name."""
    return next((each for each in SCENES if each.id == id), None)


def scene_title(scene: Scene) -> str:
    """Return the title of a scene in the language in use."""
    return localized(scene.title, language().code)


def scene_line(scene: Scene) -> str:
    """Return the inviting sentence of a scene in the language in use."""
    return localized(scene.line, language().code)
