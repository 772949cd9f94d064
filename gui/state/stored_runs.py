"""Runs on disk as the window lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents.catalog import CATALOG
from arena.errors import ArenaError
from gui.language import number, tr


@dataclass(frozen=True, kw_only=True)
class StoredRun:
    """One run of the index.

    Attributes:
        run_id: Name of its folder.
        folder: Where it lies.
        env_id: Gymnasium id of its world.
        env_kwargs: Arguments of its world.
        agent: Catalog id of its agent.
        seed: Its seed.
        created: When it began, ISO 8601 in UTC.
        env_steps: Steps done.
        episodes: Episodes ended.
        phase: What it was doing when the index was last written.
    """

    run_id: str
    folder: str
    env_id: str
    env_kwargs: Mapping[str, Any]
    agent: str
    seed: int
    created: str
    env_steps: int
    episodes: int
    phase: str

    def title(self) -> str:
        """Return world and agent in the language in use."""
        known = next((entry for entry in CATALOG if entry.id == self.agent), None)
        return tr("start.run.title", world=self.world(), agent=tr(known.title_key) if known else self.agent)

    def world(self) -> str:
        """Return the world's title in the language in use."""
        from gui.state.map_pictures import world_title

        return world_title(self.env_id, self.env_kwargs)

    def figures(self) -> str:
        """Return how far it came, in the language in use."""
        return tr("start.run.figures", steps=number(self.env_steps), episodes=number(self.episodes), seed=self.seed)

    def age(self, now: datetime | None = None) -> str:
        """Return how long ago it began, in words of the language in use.

        Args:
            now: Present time; the clock's if left out.
        """
        try:
            began = datetime.fromisoformat(self.created)
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


def stored_runs(limit: int) -> list[StoredRun]:
    """Return the newest runs of the index whose folders are still there.

    Args:
        limit: How many at most.

    Raises:
        ArenaError: If the index cannot be read.
    """
    from arena.runs.database import Database
    from arena.runs.locations import runs_root

    path = runs_root() / "arena.db"
    if not path.is_file():
        return []
    with Database(path) as database:
        rows = database.runs()
    found = [StoredRun(**{name: getattr(row, name) for name in StoredRun.__dataclass_fields__}) for row in rows]
    found = [run for run in found if (Path(run.folder) / "config.json").is_file()]
    return sorted(found, key=lambda run: run.created, reverse=True)[:limit]


def recent_runs(limit: int) -> list[tuple[str, str]]:
    """Return ``(folder, title)`` of the newest runs; none if the index cannot be read.

    Args:
        limit: How many at most.
    """
    try:
        return [(run.folder, f"{run.title()} · {run.age()}") for run in stored_runs(limit)]
    except ArenaError:
        return []
