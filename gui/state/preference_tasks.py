"""Tasks that can be taught by answers: where, who learns, and what to prefer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.preference.preference_plan import PreferencePlan
from agents.runtime.deep_runs import PREFERENCES
from arena.runs.run_folder import RunFolder


@dataclass(frozen=True, kw_only=True)
class PreferenceTask:
    """A task that ships; its words are texts ``prefer.task.<id>`` (a name) and ``prefer.task.<id>.question``.

    Attributes:
        id: Its name.
        env_id: Gymnasium id of the world.
        env_kwargs: The world's arguments.
        agent: Catalog id of who learns.
        words: What is to be preferred, in somebody's own words; empty for a task that ships.
    """

    id: str
    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str = "ppo"
    words: str = ""

    @property
    def kept(self) -> str:
        """What is written down with the run: the words, or the id of a task that ships."""
        return self.words or self.id


_GRID, _OBJECTS = "Arena/GridWorld-v0", "Arena/BreakoutObjects-v0"

TASKS: tuple[PreferenceTask, ...] = (
    PreferenceTask(id="left_half", env_id=_GRID, env_kwargs={"map": "two_routes"}),
    PreferenceTask(id="far_goal", env_id=_GRID, env_kwargs={"map": "two_goals"}),
    PreferenceTask(id="no_cliff", env_id=_GRID, env_kwargs={"map": "cliff"}),
    PreferenceTask(id="ball", env_id=_OBJECTS),
    PreferenceTask(id="stay_left", env_id=_OBJECTS),
)
"""Shipped tasks, simplest first. None of the questions is what the world itself pays for, but the fourth."""

OWN = "own"
"""Id of a task somebody put in their own words."""

EXAMPLES = ("corner", "left", "wall")
"""Examples of own words; their texts are ``prefer.words.example.<name>``."""

LONGEST_WORDS = 120
"""More letters than this are no question for the last row of a classroom."""


def is_shipped(id: str) -> bool:
    """Say whether a task ships; else what names it are somebody's own words."""
    return any(known.id == id for known in TASKS)


def task(id: str) -> PreferenceTask:
    """Return a shipped task, the first one where there is none of that name."""
    return next((known for known in TASKS if known.id == id), TASKS[0])


def is_preference_run(folder: str) -> bool:
    """Say whether a run folder is one of a run that learns from answers."""
    return (Path(folder) / PREFERENCES).is_file()


def task_of_run(folder: str) -> PreferenceTask:
    """Return what is taught in a stored run.

    Raises:
        ArenaError: If it cannot be read.
    """
    config, plan = RunFolder.open(folder).config, PreferencePlan.read(Path(folder))
    place = PreferenceTask(id=OWN, env_id=config.env_id, env_kwargs=dict(config.env_kwargs), agent=config.agent)
    return replace(place, id=plan.task) if is_shipped(plan.task) else own_task(plan.task, place)


def places() -> tuple[PreferenceTask, ...]:
    """Return a task in each world there is one in, the first of each."""
    found: dict[str, PreferenceTask] = {}
    for known in TASKS:
        found.setdefault(repr((known.env_id, sorted(known.env_kwargs.items()))), known)
    return tuple(found.values())


def own_task(words: str, place: PreferenceTask) -> PreferenceTask:
    """Return a task in somebody's own words, in the world and with the learner of another one."""
    return replace(place, id=OWN, words=words)
