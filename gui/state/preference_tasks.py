"""Tasks that can be taught by answers: where, who learns, and what to prefer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PreferenceTask:
    """A task that ships; its words are texts ``prefer.task.<id>`` (a name) and ``prefer.task.<id>.question``.

    Attributes:
        id: Its name.
        env_id: Gymnasium id of the world.
        env_kwargs: The world's arguments.
        agent: Catalog id of who learns.
    """

    id: str
    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str = "ppo"


_GRID, _OBJECTS = "Arena/GridWorld-v0", "Arena/BreakoutObjects-v0"

TASKS: tuple[PreferenceTask, ...] = (
    PreferenceTask(id="left_half", env_id=_GRID, env_kwargs={"map": "four_rooms"}),
    PreferenceTask(id="far_goal", env_id=_GRID, env_kwargs={"map": "two_goals"}),
    PreferenceTask(id="no_cliff", env_id=_GRID, env_kwargs={"map": "cliff"}),
    PreferenceTask(id="ball", env_id=_OBJECTS),
    PreferenceTask(id="stay_left", env_id=_OBJECTS),
)
"""Shipped tasks, simplest first. None of the questions is what the world itself pays for, but the fourth."""

OWN = "own"
"""Id of a task somebody put in their own words."""


def task(id: str) -> PreferenceTask:
    """Return a shipped task, the first one where there is none of that name."""
    return next((known for known in TASKS if known.id == id), TASKS[0])
