"""The scenes of the start page by chapter, and how a scene is called in the language in use."""

from __future__ import annotations

from dataclasses import dataclass

from arena.scenes.scene_file import GRID_WORLD, Scene
from arena.scenes.scene_store import shipped_scenes
from arena.texts import localized
from gui.language import language

__all__ = ["CHAPTERS", "GRID_WORLD", "SCENES", "Chapter", "Scene", "scene", "scene_line", "scene_title"]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Scenes that belong together.

    Attributes:
        title_key: Translation key of its title.
        scenes: Its scenes, in the order of a lesson.
    """

    title_key: str
    scenes: tuple[Scene, ...]


_CHAPTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("start.chapter.steps", ("cliff", "cliff_sarsa", "bridge")),
    ("start.chapter.returns", ("discount", "monte_carlo", "one_step", "random_walk")),
    ("start.chapter.better", ("noisy_left", "double_q", "n_step", "traces", "dyna")),
    ("start.chapter.planning", ("sweeps", "policy_iteration")),
    ("start.chapter.exploring", ("bandit", "schedule", "optimist", "softmax", "ucb")),
    ("start.chapter.policies", ("actor_critic", "reinforce")),
    ("start.chapter.rewards", ("reward_sparse", "reward_shaped", "reward_penalty", "reward_hacked")),
)

CHAPTERS: tuple[Chapter, ...] = tuple(
    Chapter(title_key=title_key, scenes=tuple(shipped_scenes()[name] for name in names))
    for title_key, names in _CHAPTERS
)
"""Chapters of the start page; the first scene of the first one is the big one."""

SCENES: tuple[Scene, ...] = tuple(each for chapter in CHAPTERS for each in chapter.scenes)
"""Scenes of the start page, the first one first."""


def scene(id: str) -> Scene | None:
    """Return a scene of :data:`SCENES` by its name."""
    return next((each for each in SCENES if each.id == id), None)


def scene_title(scene: Scene) -> str:
    """Return the title of a scene in the language in use."""
    return localized(scene.title, language().code)


def scene_line(scene: Scene) -> str:
    """Return the inviting sentence of a scene in the language in use: its line, or the question it asks."""
    asked = scene.question.ask if scene.question is not None else {}
    return localized(scene.line or asked, language().code)
