"""What the stage draws, worked out from a run state: values, colours, where the agent stands. No painting here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.protocol.messages import TickHappened, View
from arena.protocol.world_codec import ShownWorld
from gui.state.run_state import RunState

_LAG = 8
"""Steps a table may be ahead of the newest step told: the two come by different lanes."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """One picture's worth of numbers.

    Attributes:
        world: The world.
        q: ``float64 [S, A]``.
        visits: ``int64 [S, A]``.
        context: Which slice of a world with several contexts is shown.
        agent_state: Where the agent stands, −1 for nowhere.
        decimals: Digits behind the point in cells.
    """

    world: ShownWorld
    q: NDArray[np.float64]
    visits: NDArray[np.int64]
    context: int
    agent_state: int
    decimals: int

    def state_at(self, cell: int) -> int:
        """Return the state of a cell in the slice shown, −1 for none."""
        return int(self.world.layout.state_at[self.context, cell])


def shown_view(state: RunState) -> View | None:
    """Return the table to draw: while the beats of a step are shown, the one from before it."""
    return state.before if state.before is not None and state.beat < 4 else state.view


def newest_tick(state: RunState) -> TickHappened | None:
    """Return the newest step told, ``None`` while it runs on so fast that the last one told is long past."""
    tick, view = state.tick, state.view
    if tick is None or view is None or state.phase != "running":
        return tick
    return tick if view.env_steps <= int(tick.tick["tick"]) + _LAG else None


def agent_state(state: RunState, view: View | None) -> int:
    """Return where the agent stands at the beat shown."""
    tick = newest_tick(state)
    if tick is not None and tick.tick["state"] >= 0:
        return int(tick.tick["state" if state.beat < 2 else "next_state"])
    if view is None:
        return -1
    at = int(view.scalars.get("state", -1))
    return at if at >= 0 else int(view.scalars.get("last_state", -1))


def content_of(state: RunState) -> Content | None:
    """Return what the stage draws, ``None`` before there is a world."""
    world = state.world
    if world is None:
        return None
    view = shown_view(state)
    shape = (world.states, world.actions)
    q = view.arrays.get("q") if view is not None else None
    visits = view.arrays.get("visits") if view is not None else None
    if q is None or visits is None or q.shape != shape:
        q, visits = np.zeros(shape), np.zeros(shape, np.int64)
    at = agent_state(state, view)
    if at < 0:
        starts = [cell for cell, kind in enumerate(world.layout.kinds) if kind == "start"]
        at = int(world.layout.state_at[0, starts[0]]) if starts else -1
    context = int(world.layout.context_of_state[at]) if at >= 0 else 0
    return Content(
        world=world, q=q, visits=visits, context=context, agent_state=at, decimals=_decimals(state, q, visits)
    )


def _decimals(state: RunState, q: NDArray[np.float64], visits: NDArray[np.int64]) -> int:
    # Rewards of 1 at the far end make values of hundredths: one decimal would show nothing but zeros.
    exact = state.solution_q
    largest = float(np.abs(exact).max()) if exact.size else 0.0
    tried = np.abs(q[visits > 0])
    largest = max(largest, float(tried.max()) if tried.size else 0.0)
    return 2 if 0 < largest <= 2 else 1


def policy_of(content: Content, state: RunState) -> NDArray[np.float64]:
    """Return the behaviour policy of every state from the settings in force, ``float64 [S, A]``."""
    q = content.q
    best = q >= q.max(axis=1, keepdims=True)
    hyper = state.hyperparameters
    if hyper.get("exploration") == "softmax":
        weight = np.exp((q - q.max(axis=1, keepdims=True)) / float(hyper.get("temperature", 1.0)))
        return np.asarray(weight / weight.sum(axis=1, keepdims=True))
    if hyper.get("exploration") == "ucb":
        return _upper_bounds(content, float(hyper.get("confidence", 0.0)))
    epsilon = max(0.0, state.epsilon)
    return np.asarray((1 - epsilon) * best / best.sum(axis=1, keepdims=True) + epsilon / q.shape[1])


def _upper_bounds(content: Content, confidence: float) -> NDArray[np.float64]:
    times = np.log(content.visits.sum(axis=1, keepdims=True) + 1.0)
    tried = content.visits > 0
    bound = np.where(tried, content.q + confidence * np.sqrt(times / np.maximum(content.visits, 1)), np.inf)
    best = bound >= bound.max(axis=1, keepdims=True)
    return np.asarray(best / best.sum(axis=1, keepdims=True))
