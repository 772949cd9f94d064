"""A world as it travels to a window: its layout and texts, without the transition arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.environments.world import World, WorldLayout
from arena.errors import ProtocolError

_INDEX_ARRAYS = ("cell_of_state", "context_of_state", "state_at")


@dataclass(frozen=True, kw_only=True)
class ShownWorld:
    """What a window knows of a world.

    Attributes:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.
        title: Title per language.
        teaches: One line per language.
        layout: How it lies on the grid.
        states: S.
        actions: A.
        step_limit: Steps after which an episode is truncated.
        usual_reward: The price of an ordinary step.
        reward_signs: ``positive``, ``negative`` or ``both``: which signs the world's rewards have.
        suggested: Hyper-parameters that suit the world.
    """

    env_id: str
    env_kwargs: Mapping[str, Any]
    title: Mapping[str, str]
    teaches: Mapping[str, str]
    layout: WorldLayout
    states: int
    actions: int
    step_limit: int
    usual_reward: float
    reward_signs: str
    suggested: Mapping[str, Any]


def describe(world: World) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Split a world into plain values (ready for JSON) and index arrays."""
    layout = world.layout
    used = world.model.reward[world.model.probability > 0]
    signs = "both" if (used > 0).any() and (used < 0).any() else "negative" if (used < 0).any() else "positive"
    plain: dict[str, Any] = {
        "env_id": world.env_id,
        "env_kwargs": dict(world.env_kwargs),
        "title": dict(world.title),
        "teaches": dict(world.teaches),
        "states": world.model.states,
        "actions": world.model.actions,
        "step_limit": world.model.step_limit,
        "usual_reward": world.model.usual_reward,
        "reward_signs": signs,
        "suggested": dict(world.suggested),
        "layout": {
            "rows": layout.rows,
            "columns": layout.columns,
            "kinds": list(layout.kinds),
            "marks": list(layout.marks),
            "winds": [list(wind) for wind in layout.winds],
            "context_keys": [[key, dict(params)] for key, params in layout.context_keys],
            "action_keys": list(layout.action_keys),
            "action_steps": [None if step is None else list(step) for step in layout.action_steps],
            "inner_walls": [list(pair) for pair in layout.inner_walls],
            "markers": [[list(marker) for marker in markers] for markers in layout.markers],
        },
    }
    return plain, {name: getattr(layout, name) for name in _INDEX_ARRAYS}


def shown_world(plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> ShownWorld:
    """Put a described world together again.

    Raises:
        ProtocolError: If something is missing or of the wrong shape.
    """
    try:
        given = dict(plain["layout"])
        layout = WorldLayout(
            rows=int(given["rows"]),
            columns=int(given["columns"]),
            kinds=tuple(given["kinds"]),
            marks=tuple(given["marks"]),
            winds=tuple((int(r), int(c)) for r, c in given["winds"]),
            context_keys=tuple((key, dict(params)) for key, params in given["context_keys"]),
            action_keys=tuple(given["action_keys"]),
            action_steps=tuple(
                None if step is None else (int(step[0]), int(step[1])) for step in given["action_steps"]
            ),
            inner_walls=tuple((int(a), int(b)) for a, b in given["inner_walls"]),
            markers=tuple(tuple((int(cell), str(what)) for cell, what in markers) for markers in given["markers"]),
            **{name: np.asarray(arrays[name], np.int32) for name in _INDEX_ARRAYS},
        )
        return ShownWorld(layout=layout, **{name: plain[name] for name in _PLAIN})
    except (KeyError, TypeError, ValueError) as problem:
        raise ProtocolError("error.protocol.world", problem=str(problem)) from problem


_PLAIN = (
    "env_id", "env_kwargs", "title", "teaches", "states", "actions", "step_limit", "usual_reward", "reward_signs",
    "suggested",
)  # fmt: skip
