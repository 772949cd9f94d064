"""The worlds there are. Builders are named by string: looking at this list loads neither Gymnasium nor pygame."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from arena.errors import UsageError
from arena.texts import LANGUAGES, render

if TYPE_CHECKING:
    from arena.environments.world import World


@dataclass(frozen=True, kw_only=True)
class EnvironmentEntry:
    """One environment in the registry.

    Attributes:
        id: Gymnasium id.
        title_key: Translation key of its title; ``<title_key>.teaches`` is one line on what it teaches.
        family: ``grid`` (worlds from maps), ``bandit``, ``bricks`` or ``toy_text`` (Gymnasium's own).
        builder: ``module:function`` that makes a :class:`World` from the environment's arguments.
        size: ``(rows, columns)`` of the grid, ``(0, 0)`` where the map decides.
    """

    id: str
    title_key: str
    family: str
    builder: str
    size: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class WorldChoice:
    """A world somebody can choose.

    Attributes:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.
        title: Title per language.
        teaches: One line per language.
        rows: Height of its grid.
        columns: Width of its grid.
    """

    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    title: Mapping[str, str]
    teaches: Mapping[str, str]
    rows: int
    columns: int


def _toy_text(id: str, name: str, size: tuple[int, int]) -> EnvironmentEntry:
    return EnvironmentEntry(
        id=id,
        title_key=f"world.{name}",
        family="toy_text",
        builder=f"arena.environments.toy_text:{name}",
        size=size,
    )


ENVIRONMENTS: tuple[EnvironmentEntry, ...] = (
    EnvironmentEntry(
        id="Arena/GridWorld-v0",
        title_key="world.grid",
        family="grid",
        builder="arena.environments.grid.maps:grid_world",
    ),
    EnvironmentEntry(
        id="Arena/Bandit-v0",
        title_key="world.bandit",
        family="bandit",
        builder="arena.environments.bandit:bandit",
        size=(1, 1),
    ),
    _toy_text("FrozenLake-v1", "frozen_lake", (4, 4)),
    _toy_text("FrozenLake8x8-v1", "frozen_lake_8x8", (8, 8)),
    _toy_text("CliffWalking-v1", "cliff_walking", (4, 12)),
    _toy_text("Taxi-v4", "taxi", (5, 5)),
    EnvironmentEntry(
        id="Arena/BrickTable-v0",
        title_key="world.bricks",
        family="bricks",
        builder="arena.environments.brick_table:brick_table",
        size=(6, 5),
    ),
)

RENAMED = {"CliffWalking-v0": "CliffWalking-v1", "Taxi-v3": "Taxi-v4", "FrozenLake-v0": "FrozenLake-v1"}
"""Ids people still type, and what they are called now."""


def environment(env_id: str) -> EnvironmentEntry:
    """Return the entry of an environment.

    Raises:
        UsageError: If there is none of that id; its present name or the nearest ids are given.
    """
    for entry in ENVIRONMENTS:
        if entry.id == env_id:
            return entry
    if env_id in RENAMED:
        raise UsageError("error.env.renamed", id=env_id, now=RENAMED[env_id])
    ids = [entry.id for entry in ENVIRONMENTS]
    near = difflib.get_close_matches(env_id, ids, n=3, cutoff=0.4) or ids
    raise UsageError("error.env.unknown", id=env_id, near=", ".join(near))


def is_table(env_id: str) -> bool:
    """Return whether an id is one of a world of states, of which tables can be kept."""
    return any(entry.id == env_id for entry in ENVIRONMENTS)


def make_world(env_id: str, env_kwargs: Mapping[str, Any] | None = None) -> World:
    """Make a world ready to be learned in.

    Args:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.

    Raises:
        UsageError: If there is no such environment, or an argument is not allowed.
        MapError: If a map file is broken.
    """
    module, _, function = environment(env_id).builder.partition(":")
    made: World = getattr(import_module(module), function)(dict(env_kwargs or {}))
    return made


def world_choices() -> tuple[WorldChoice, ...]:
    """Return the worlds that ship: every map, then the others."""
    from arena.environments.grid.maps import ENV_ID, shipped_maps

    maps = [
        WorldChoice(
            env_id=ENV_ID,
            env_kwargs={"map": name},
            title=grid.title,
            teaches=grid.teaches,
            rows=grid.rows,
            columns=grid.columns,
        )
        for name, grid in shipped_maps().items()
    ]
    others = [
        WorldChoice(
            env_id=entry.id,
            title={code: render(entry.title_key, language=code) for code in LANGUAGES},
            teaches={code: render(f"{entry.title_key}.teaches", language=code) for code in LANGUAGES},
            rows=entry.size[0],
            columns=entry.size[1],
        )
        for entry in ENVIRONMENTS
        if entry.family != "grid"
    ]
    return (*maps, *others)
