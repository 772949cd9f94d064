"""From a run on disk to the moment of a scene: how the run began, and everything that came from outside since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, SceneError
from arena.protocol.messages import ActionForced, WorldEdited
from arena.runs.event_log import changes_of, read_inputs
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder
from arena.scenes.scene_checks import MOST_INPUTS
from arena.scenes.scene_file import Change

_MOST_PARENTS = 100
_LASTING = ("agent", "seed")


@dataclass(frozen=True, kw_only=True)
class RunHistory:
    """What leads to a moment of a run.

    Attributes:
        config: How it all began; for a fork, how its first ancestor began.
        changes: Settings changed since, by tick.
        moves: ``(tick, action)`` of a person's moves.
    """

    config: RunConfig
    changes: tuple[Change, ...] = ()
    moves: tuple[tuple[int, int], ...] = ()


def history_until(folder: str | Path, tick: int) -> RunHistory:
    """Return what leads from the beginning to a tick of a run; nothing is recomputed.

    Args:
        folder: Run folder.
        tick: The moment.

    Raises:
        SceneError: If the way to that moment cannot be told by changes and moves alone, or there are too many.
    """
    changes: list[Change] = []
    moves: dict[int, int] = {}
    path, until = Path(folder), tick
    for _ in range(_MOST_PARENTS):
        try:
            config = RunFolder.open(path).config
            inputs = read_inputs(path / "events.jsonl")
        except ArenaError as problem:
            raise SceneError("error.scene.no_history") from problem
        parent = config.parent
        since = int(parent["tick"]) if parent is not None else 0
        own = [event for event in inputs if since <= event.env_steps <= until]
        if any(isinstance(event, WorldEdited) for event in own):
            raise SceneError("error.scene.forked")
        changes[:0] = [Change(tick=when, name=name, value=value) for when, name, value in changes_of(own)]
        moved = {event.env_steps: event.action for event in own if isinstance(event, ActionForced)}
        if parent is not None:
            changed, forced = _forked(parent["changes"], since)
            changes[:0] = changed
            moved = forced | moved
        moves = {when: action for when, action in moved.items() if when < until} | moves
        if parent is None:
            return _checked(RunHistory(config=config, changes=tuple(changes), moves=tuple(sorted(moves.items()))))
        path, until = path.parent / parent["run"], since
    raise SceneError("error.scene.no_history")


def _forked(changes: Mapping[str, Any], since: int) -> tuple[list[Change], dict[int, int]]:
    """Return what a fork changed as settings and moves.

    Raises:
        SceneError: If it changed what a run has from its beginning to its end.
    """
    if any(name in _LASTING or name.startswith("world.") for name in changes):
        raise SceneError("error.scene.forked")
    action = changes.get("action")
    settings = [Change(tick=since, name=name, value=value) for name, value in changes.items() if name != "action"]
    return settings, {} if action is None else {since: action}


def _checked(history: RunHistory) -> RunHistory:
    if len(history.changes) > MOST_INPUTS or len(history.moves) > MOST_INPUTS:
        raise SceneError("error.scene.too_many_inputs", most=MOST_INPUTS)
    return history
