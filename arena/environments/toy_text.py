"""Gymnasium's own table worlds, learned through their extracted ``P``, and how each lies on a grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from arena.environments.grid.cells import CLIFF, FLOOR, GOAL, ICE, START, TRAP
from arena.environments.registry import environment
from arena.environments.world import TransitionModel, World, WorldLayout
from arena.errors import UsageError
from arena.texts import LANGUAGES, render

STEP_LIMITS = {"FrozenLake-v1": 100, "FrozenLake8x8-v1": 200, "Taxi-v4": 200, "CliffWalking-v1": 1_000}
"""Step limits of the registered worlds; Gymnasium gives CliffWalking none, and random play takes 7,000 steps there."""

_UP, _RIGHT, _DOWN, _LEFT = (-1, 0), (0, 1), (1, 0), (0, -1)
_STEP_KEYS = {_UP: "action.up", _RIGHT: "action.right", _DOWN: "action.down", _LEFT: "action.left"}

_TAXI_DEPOTS = ((0, 0, "R"), (0, 4, "G"), (4, 0, "Y"), (4, 3, "B"))
_TAXI_WALLS = ((0, 1), (1, 1), (3, 0), (3, 2), (4, 0), (4, 2))
"""``(row, column)`` of cells with a wall on their right."""


def frozen_lake(env_kwargs: Mapping[str, Any]) -> World:
    """Make Gymnasium's ``FrozenLake-v1``.

    Args:
        env_kwargs: ``is_slippery``.
    """
    return _lake("FrozenLake-v1", env_kwargs)


def frozen_lake_8x8(env_kwargs: Mapping[str, Any]) -> World:
    """Make Gymnasium's ``FrozenLake8x8-v1``; arguments as :func:`frozen_lake`."""
    return _lake("FrozenLake8x8-v1", env_kwargs)


def _lake(env_id: str, env_kwargs: Mapping[str, Any]) -> World:
    _only(env_kwargs, "is_slippery")
    env = _made(env_id, env_kwargs)
    floor = ICE if env_kwargs.get("is_slippery", True) else FLOOR
    kinds = {b"S": START, b"F": floor, b"H": TRAP, b"G": GOAL}
    grid = env.desc
    return _world(
        env_id,
        env_kwargs,
        env,
        _plain_layout(grid.shape, [kinds[bytes(cell)] for cell in grid.ravel()], (_LEFT, _DOWN, _RIGHT, _UP)),
        {"gamma": 0.99, "alpha": 0.1, "epsilon": 0.1},
    )


def cliff_walking(env_kwargs: Mapping[str, Any]) -> World:
    """Make Gymnasium's ``CliffWalking-v1``.

    Args:
        env_kwargs: ``is_slippery``.
    """
    _only(env_kwargs, "is_slippery")
    env = _made("CliffWalking-v1", env_kwargs)
    kinds = [FLOOR] * 36 + [START] + [CLIFF] * 10 + [GOAL]
    layout = _plain_layout((4, 12), kinds, (_UP, _RIGHT, _DOWN, _LEFT))
    return _world("CliffWalking-v1", env_kwargs, env, layout, {"gamma": 1.0, "alpha": 0.5, "epsilon": 0.1})


def taxi(env_kwargs: Mapping[str, Any]) -> World:
    """Make Gymnasium's ``Taxi-v4``: 25 cells times where the passenger is times where the passenger wants to go.

    Args:
        env_kwargs: ``is_rainy``.

    Raises:
        UsageError: For ``fickle_passenger``: the change of mind depends on the history and is not in ``P``.
    """
    if env_kwargs.get("fickle_passenger"):
        raise UsageError("error.env.fickle")
    _only(env_kwargs, "is_rainy", "fickle_passenger")
    env = _made("Taxi-v4", env_kwargs)
    places = [letter for _, _, letter in _TAXI_DEPOTS]
    states = np.arange(500)
    cell_of_state = (states // 20).astype(np.int32)
    context_of_state = (states % 20).astype(np.int32)
    state_at = np.empty((20, 25), np.int32)
    state_at[context_of_state, cell_of_state] = states
    marks = [""] * 25
    for row, column, letter in _TAXI_DEPOTS:
        marks[row * 5 + column] = letter
    depot_cells = [row * 5 + column for row, column, _ in _TAXI_DEPOTS]
    contexts = [(context // 4, context % 4) for context in range(20)]
    layout = WorldLayout(
        rows=5,
        columns=5,
        kinds=(FLOOR,) * 25,
        marks=tuple(marks),
        winds=((0, 0),) * 25,
        cell_of_state=cell_of_state,
        context_of_state=context_of_state,
        state_at=state_at,
        context_keys=tuple(
            ("context.taxi.riding", {"destination": places[wish]})
            if at == 4
            else ("context.taxi.waiting", {"passenger": places[at], "destination": places[wish]})
            for at, wish in contexts
        ),
        action_keys=(*(_STEP_KEYS[step] for step in (_DOWN, _UP, _RIGHT, _LEFT)), "action.pickup", "action.dropoff"),
        action_steps=(_DOWN, _UP, _RIGHT, _LEFT, None, None),
        inner_walls=tuple((row * 5 + column, row * 5 + column + 1) for row, column in _TAXI_WALLS),
        markers=tuple(
            (
                *(((depot_cells[at], "passenger"),) if at < 4 else ()),
                (depot_cells[wish], "destination"),
            )
            for at, wish in contexts
        ),
    )
    return _world("Taxi-v4", env_kwargs, env, layout, {"gamma": 0.99, "alpha": 0.5, "epsilon": 0.1})


def _plain_layout(shape: tuple[int, ...], kinds: list[str], steps: tuple[tuple[int, int], ...]) -> WorldLayout:
    states = np.arange(shape[0] * shape[1], dtype=np.int32)
    return WorldLayout(
        rows=shape[0],
        columns=shape[1],
        kinds=tuple(kinds),
        marks=("",) * len(kinds),
        winds=((0, 0),) * len(kinds),
        cell_of_state=states,
        context_of_state=np.zeros(len(kinds), np.int32),
        state_at=states[np.newaxis],
        action_keys=tuple(_STEP_KEYS[step] for step in steps),
        action_steps=steps,
    )


def _only(env_kwargs: Mapping[str, Any], *known: str) -> None:
    for name, value in env_kwargs.items():
        if name not in known:
            raise UsageError("error.env.argument", name=name, known=", ".join(known))
        if not isinstance(value, bool):
            raise UsageError("error.env.choice", name=name, value=value, choices="true, false")


def _made(env_id: str, env_kwargs: Mapping[str, Any]) -> Any:
    return gym.make(env_id, **env_kwargs).unwrapped


def _world(
    env_id: str, env_kwargs: Mapping[str, Any], env: Any, layout: WorldLayout, suggested: Mapping[str, float]
) -> World:
    starts: NDArray[np.float64] = env.initial_state_distrib
    title_key = environment(env_id).title_key
    return World(
        env_id=env_id,
        env_kwargs=dict(env_kwargs),
        title={code: render(title_key, language=code) for code in LANGUAGES},
        teaches={code: render(f"{title_key}.teaches", language=code) for code in LANGUAGES},
        model=TransitionModel.from_table(
            env.P, {state: float(p) for state, p in enumerate(starts)}, STEP_LIMITS[env_id]
        ),
        layout=layout,
        suggested=suggested,
    )
