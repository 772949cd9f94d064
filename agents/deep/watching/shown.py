"""What a view of a watched game holds: only what was asked for, and only what there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.watching.feature_map import Point
from agents.deep.watching.games import AtariWatched
from agents.deep.watching.table import Table
from arena.protocol.messages import View

HISTORY = 300
"""Decisions of values and rewards that are shown: 20 s of a game."""


def layers_of(table: Table) -> tuple[str, ...]:
    """Return the layers a view of this game and network can have."""
    source = table.source
    pixels = source.place.kind == "pixels"
    layers = ["frame", "input" if pixels else "objects", "preferences", "rewards", "map", "map_values"]
    if source.has_critic:
        layers.append("values")
    if pixels:
        layers += ["saliency_actor", "filters", *(f"activations_{number}" for number in (1, 2, 3))]
        if source.has_critic:
            layers.append("saliency_critic")
    if source.ages:
        layers.append("ghosts")
    if isinstance(table.game, AtariWatched) and table.game.is_breakout:
        layers.append("bricks")
    if source.place.kind == "states":
        layers.remove("objects")
    return tuple(sorted(layers))


def view_of(table: Table, layers: tuple[str, ...], more: dict[str, float]) -> View:
    """Return a view of the moment shown.

    Args:
        table: The game, its network and all that is kept of it.
        layers: What was asked for; see :mod:`arena.protocol.watch_messages`.
        more: Scalars only the worker knows.
    """
    wanted = set(layers) & set(layers_of(table))
    arrays: dict[str, NDArray[Any]] = {}
    for name, make in _MAKERS.items():
        if name in wanted:
            made = make(table)
            if made is not None:
                arrays[name] = made
    if table.player is not None:
        if any(name.startswith("activations_") for name in wanted):
            for number, found in enumerate(table.player.insight.activations(table.observation), 1):
                arrays[f"activations_{number}"] = found
        if wanted & {"map", "map_values"}:
            arrays["map"], arrays["map_values"] = table.map_places()
        _add_saliency(table, wanted, arrays, more)
    return View(
        env_steps=table.decisions, episodes=table.games_ended, arrays=arrays, scalars={**_scalars(table), **more}
    )


def _add_saliency(
    table: Table, wanted: set[str], arrays: dict[str, NDArray[Any]], more: dict[str, float]
) -> None:  # fmt: skip
    if not wanted & {"saliency_actor", "saliency_critic"}:
        return
    looked = table.look_around()
    if looked is None:
        return
    more["saliency_step"] = float(looked.moment[0])
    if "saliency_actor" in wanted:
        arrays["saliency_actor"] = looked.actor
    if "saliency_critic" in wanted and looked.critic is not None:
        arrays["saliency_critic"] = looked.critic


def _scalars(table: Table) -> dict[str, float]:
    point, recording = table.picked, table.recording
    if point is not None:
        shown = {"step": point.step, "game": point.game, "score": point.score, "value": point.value}
        shown |= {"lives": point.lives, "action": point.action, "chosen_by": -1}
    elif recording is None:
        shown = {"step": 0, "game": 1, "score": 0, "value": 0, "lives": table.game.lives, "action": -1, "chosen_by": -1}
    else:
        at = recording.position
        shown = {"step": at, "game": table.number, "score": recording["score"][at], "value": recording["values"][at]}
        action = int(recording["actions"][at])
        shown |= {"lives": table.game.lives, "action": action if action >= 0 else table.next_action()}
        shown["chosen_by"] = recording["chosen_by"][at] if action >= 0 else table.mover
        shown |= {"person_score": recording["person_score"][at], "edited": recording.edited, "over": recording.ended}
        shown |= {"game_seed": recording.game_seed}
    return {
        **{name: float(value) for name, value in shown.items()},
        "newest": float(0 if recording is None else recording.newest),
        "weights_env_steps": float(table.weights_env_steps),
        "ready": float(recording is not None),
    }


# ── single layers ──────────────────────────────────────────────────────────────────────────────────────────────────


def _frame(table: Table) -> NDArray[Any]:
    return table.game.frame if table.picked is None else table.picked.screen()


def _preferences(table: Table) -> NDArray[Any] | None:
    if table.picked is not None:
        return table.picked.preferences
    recording = table.recording
    return None if recording is None else recording["preferences"][recording.position].copy()


def _history(name: str) -> Callable[[Table], NDArray[Any] | None]:
    def made(table: Table) -> NDArray[Any] | None:
        recording = table.recording
        if recording is None or table.picked is not None:
            return None
        end = recording.position + 1
        return recording[name][max(0, end - HISTORY) : end].copy()

    return made


def _rewards(table: Table) -> NDArray[Any] | None:
    # The reward of a decision is what it brought: that of the decision shown is not known yet, and not told before.
    made = _history("rewards")(table)
    if made is not None:
        made[-1] = 0.0
    return made


def _filters(table: Table) -> NDArray[Any] | None:
    return None if table.player is None else table.player.insight.filters()


def _ghosts(table: Table) -> NDArray[Any] | None:
    if not table.ghosts or table.picked is not None:
        return None
    return np.stack([ghost.game.frame for ghost in table.ghosts])


def _bricks(table: Table) -> NDArray[Any] | None:
    game = table.game
    return game.bricks if isinstance(game, AtariWatched) and table.picked is None else None


def _observation(table: Table) -> NDArray[Any]:
    return np.asarray(table.observation)


_MAKERS: dict[str, Callable[[Table], NDArray[Any] | None]] = {
    "frame": _frame,
    "input": _observation,
    "objects": _observation,
    "preferences": _preferences,
    "values": _history("values"),
    "rewards": _rewards,
    "filters": _filters,
    "ghosts": _ghosts,
    "bricks": _bricks,
}


__all__ = ["HISTORY", "Point", "layers_of", "view_of"]
