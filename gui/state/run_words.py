"""A stored run in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from agents.catalog import CATALOG
from arena.texts import localized
from gui.language import language, number, tr
from gui.state.arcade_games import GAMES, game_title
from gui.state.own_agents import own_name


class ToldRun(Protocol):
    """What is told of a run; :class:`arena.runs.database.IndexedRun` has it."""

    @property
    def env_id(self) -> str: ...
    @property
    def env_kwargs(self) -> Mapping[str, Any]: ...
    @property
    def agent(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def created(self) -> str: ...
    @property
    def env_steps(self) -> int: ...
    @property
    def episodes(self) -> int: ...


def world_title(env_id: str, env_kwargs: Mapping[str, Any]) -> str:
    """Return the title of a world in the language in use; of one that does not ship, its map's or its own name."""
    from arena.environments.grid.maps import map_titles
    from arena.environments.registry import world_choices

    if env_id in GAMES:
        return game_title(env_id)
    name = env_kwargs.get("map")
    for choice in world_choices():
        if choice.env_id == env_id and choice.env_kwargs.get("map") == name:
            return localized(choice.title, language().code)
    return localized(map_titles(name), language().code) if name else env_id


def agent_title(id: str) -> str:
    """Return the title of an agent in the language in use; of somebody's own, its name."""
    known = next((entry for entry in CATALOG if entry.id == id), None)
    return tr(known.title_key) if known else own_name(id)


def run_title(run: ToldRun) -> str:
    """Return world and agent in the language in use."""
    name = agent_title(run.agent)
    return tr("start.run.title", world=world_title(run.env_id, run.env_kwargs), agent=name)


def run_figures(run: ToldRun) -> str:
    """Return how far it came, in the language in use."""
    return tr("start.run.figures", steps=number(run.env_steps), episodes=number(run.episodes), seed=run.seed)


def run_age(run: ToldRun, now: datetime | None = None) -> str:
    """Return how long ago it began, in words of the language in use; empty if its date cannot be read.

    Args:
        run: The run.
        now: Present time; the clock's if left out.
    """
    try:
        began = datetime.fromisoformat(run.created)
    except ValueError:
        return ""
    began = began if began.tzinfo else began.replace(tzinfo=UTC)
    minutes = max(0, int(((now or datetime.now(UTC)) - began).total_seconds() // 60))
    if minutes < 1:
        return tr("start.run.age.now")
    if minutes < 60:
        return tr("start.run.age.minutes", n=minutes)
    if minutes < 24 * 60:
        return tr("start.run.age.hours", n=minutes // 60)
    return tr("start.run.age.days", n=minutes // (24 * 60))
