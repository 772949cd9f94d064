"""What the stage draws, worked out from a run state: values, colours, where the agent stands. No painting here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.catalog import POLICY_LEARNING, PREDICTING
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
        q: ``float64 [S, A]`` what is told of each pair: its value, or the probability of the move.
        visits: ``int64 [S, A]``.
        context: Which slice of a world with several contexts is shown.
        agent_state: Where the agent stands, −1 for nowhere.
        decimals: Digits behind the point in cells.
        shows: ``values`` of pairs; ``states`` where a state has one value only; ``probabilities`` where a policy is
            learned itself.
        v: ``float64 [S]`` state values, where the agent keeps them apart.
        policy: ``float64 [S, A]`` probabilities it acts by, where they do not follow from its values.
        exact: ``float64 [S, A]`` exact values; empty until known.
    """

    world: ShownWorld
    q: NDArray[np.float64]
    visits: NDArray[np.int64]
    context: int
    agent_state: int
    decimals: int
    shows: str = "values"
    v: NDArray[np.float64] | None = None
    policy: NDArray[np.float64] | None = None
    exact: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def scaled(self) -> NDArray[np.float64]:
        """What the colour scale of values must show, ``float64 [S, A]``."""
        if self.shows == "probabilities" and self.v is not None:
            return np.broadcast_to(self.v[:, None], self.q.shape)
        return self.q

    @property
    def has_arms(self) -> bool:
        """Whether no action is a move: its values are drawn as bars."""
        return all(step is None for step in self.world.layout.action_steps)

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
    v, policy = _of_states(view, "v", shape[:1]), _of_states(view, "policy", shape)
    shows = "states" if state.agent in PREDICTING else "values"
    if state.agent in POLICY_LEARNING and policy is not None:
        shows, q = "probabilities", policy
    at = agent_state(state, view)
    if at < 0:
        starts = [cell for cell, kind in enumerate(world.layout.kinds) if kind == "start"]
        at = int(world.layout.state_at[0, starts[0]]) if starts else -1
    context = int(world.layout.context_of_state[at]) if at >= 0 else 0
    return Content(
        world=world,
        q=q,
        visits=visits,
        context=context,
        agent_state=at,
        decimals=2 if shows == "probabilities" else _decimals(state, q, visits),
        shows=shows,
        v=v,
        policy=policy,
        exact=state.solution_q if state.solution_q.shape == shape else np.zeros((0, 0)),
    )


def _of_states(view: View | None, name: str, shape: tuple[int, ...]) -> NDArray[np.float64] | None:
    array = view.arrays.get(name) if view is not None else None
    return array if array is not None and array.shape == shape else None


def _decimals(state: RunState, q: NDArray[np.float64], visits: NDArray[np.int64]) -> int:
    # Rewards of 1 at the far end make values of hundredths: one decimal would show nothing but zeros.
    exact = state.solution_q
    largest = float(np.abs(exact).max()) if exact.size else 0.0
    tried = np.abs(q[visits > 0])
    largest = max(largest, float(tried.max()) if tried.size else 0.0)
    return 2 if 0 < largest <= 2 else 1


def policy_of(content: Content, state: RunState) -> NDArray[np.float64]:
    """Return the behaviour policy of every state from the settings in force, ``float64 [S, A]``."""
    if content.policy is not None:
        return content.policy
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
