"""What a tabular world is to the rest of Arena: its transition arrays (the one truth) and how it lies on a grid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Transition = tuple[float, int, float, bool]
"""``(probability, next state, reward, terminated)``, as in Gymnasium's toy_text worlds."""

TransitionTable = Mapping[int, Mapping[int, list[Transition]]]
"""``P[state][action]`` as in Gymnasium's toy_text worlds."""


@dataclass(frozen=True, kw_only=True)
class TransitionModel:
    """A finite Markov decision process as arrays; kernels, solvers and ``step()`` read the same ones.

    With S states, A actions and K outcomes at most:

    Attributes:
        outcome_count: ``int32 [S, A]``, number of outcomes in use (1 = deterministic).
        probability: ``float64 [S, A, K]``, probability of each outcome; unused ones are 0.
        cumulative: ``float64 [S, A, K]``, running sum of ``probability``; the last used one is exactly 1.
        next_state: ``int32 [S, A, K]``.
        reward: ``float64 [S, A, K]``.
        terminated: ``bool [S, A, K]``, the episode ends there: nothing is bootstrapped.
        start_states: ``int32 [M]``, states an episode may start in.
        start_cumulative: ``float64 [M]``, running sum of their probabilities.
        goals: ``bool [S]``, arriving there is what the world is about.
        step_limit: Steps after which an episode is truncated; always finite.
        usual_reward: The most common reward of the world (the price of an ordinary step).
    """

    outcome_count: NDArray[np.int32]
    probability: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    next_state: NDArray[np.int32]
    reward: NDArray[np.float64]
    terminated: NDArray[np.bool_]
    start_states: NDArray[np.int32]
    start_cumulative: NDArray[np.float64]
    goals: NDArray[np.bool_]
    step_limit: int
    usual_reward: float

    @property
    def states(self) -> int:
        """Number of states S."""
        return int(self.outcome_count.shape[0])

    @property
    def actions(self) -> int:
        """Number of actions A."""
        return int(self.outcome_count.shape[1])

    @property
    def expected_reward(self) -> NDArray[np.float64]:
        """Mean immediate reward r(s, a), ``float64 [S, A]`` (Sutton & Barto 2018, eq. 3.5)."""
        return np.asarray((self.probability * self.reward).sum(axis=2))

    @classmethod
    def from_table(
        cls, table: TransitionTable, start: Mapping[int, float], step_limit: int, goals: Collection[int] | None = None
    ) -> TransitionModel:
        """Compile ``P[s][a]`` into arrays; outcomes that agree in all but probability are merged.

        Args:
            table: ``P``; states and actions are numbered from 0 without gaps.
            start: Probability of starting in each state; sums to 1.
            step_limit: Steps after which an episode is truncated, at least 1.
            goals: States that count as the goal; where not given, those that end an episode with the best reward.

        Raises:
            ValueError: If probabilities of a pair do not sum to 1 or the limit is not positive.
        """
        if step_limit < 1:
            raise ValueError(f"step_limit must be positive, not {step_limit}")
        merged = {(s, a): _merge(table[s][a]) for s in range(len(table)) for a in range(len(table[s]))}
        shape = (len(table), len(table[0]))
        width = max(len(outcomes) for outcomes in merged.values())
        count = np.zeros(shape, np.int32)
        probability = np.zeros((*shape, width))
        next_state = np.zeros((*shape, width), np.int32)
        reward = np.zeros((*shape, width))
        terminated = np.zeros((*shape, width), np.bool_)
        for (s, a), outcomes in merged.items():
            count[s, a] = len(outcomes)
            for k, (p, s_next, r, end) in enumerate(outcomes):
                probability[s, a, k], next_state[s, a, k] = p, s_next
                reward[s, a, k], terminated[s, a, k] = r, end
        if not np.allclose(probability.sum(axis=2), 1.0):
            raise ValueError("the probabilities of every (state, action) must sum to 1")
        starts = [s for s in sorted(start) if start[s] > 0]
        rewards, how_often = np.unique(
            [r for outcomes in merged.values() for _, _, r, _ in outcomes], return_counts=True
        )
        return cls(
            outcome_count=count,
            probability=probability,
            cumulative=_running_sum(probability),
            next_state=next_state,
            reward=reward,
            terminated=terminated,
            start_states=np.array(starts, np.int32),
            start_cumulative=_running_sum(np.array([start[s] for s in starts])),
            goals=np.isin(np.arange(len(table)), list(_best_ends(merged.values()) if goals is None else goals)),
            step_limit=step_limit,
            usual_reward=float(rewards[how_often.argmax()]),
        )


def _best_ends(pairs: Iterable[list[Transition]]) -> set[int]:
    # What merely stays where an episode is over already is no arrival; it pays nothing.
    ends = [(r, s_next) for outcomes in pairs for _, s_next, r, end in outcomes if end and r != 0.0]
    best = max((r for r, _ in ends), default=0.0)
    return {s_next for r, s_next in ends if r == best}


def _merge(outcomes: list[Transition]) -> list[Transition]:
    together: dict[tuple[int, float, bool], float] = {}
    for p, s_next, r, end in outcomes:
        key = (int(s_next), float(r), bool(end))
        together[key] = together.get(key, 0.0) + float(p)
    return [(p, s_next, r, end) for (s_next, r, end), p in together.items() if p > 0]


def _running_sum(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    # The last used entry (and the unused ones behind it) become exactly 1: no draw can fall behind a rounded sum.
    total = np.cumsum(probability, axis=-1)
    total[total >= total[..., -1:]] = 1.0
    return np.asarray(total)


@dataclass(frozen=True, kw_only=True)
class WorldLayout:
    """How the states of a world lie on a grid, so that it can be drawn without knowing the world.

    A world may need more than the cell to know its state (a taxi also has a passenger): the rest is its *context*, and
    the grid shows the values of one context at a time.

    Attributes:
        rows: Grid height.
        columns: Grid width.
        kinds: Row-major kind of each cell, ``rows × columns`` of: floor, wall, start, goal, trap, cliff, ice, wind,
            teleporter, noisy.
        marks: Row-major short text drawn on the cell (a reward, a wind's strength, a teleporter's or depot's letter).
        winds: Row-major ``(d_row, d_column)`` push of each cell, (0, 0) for none.
        cell_of_state: ``int32 [S]``, row-major cell of each state.
        context_of_state: ``int32 [S]``, context of each state, 0 where there is only one.
        state_at: ``int32 [contexts, rows × columns]``, −1 where the cell is no state (a wall).
        context_keys: Translation key of each context with its parameters.
        action_keys: Translation key of each action.
        action_steps: ``(d_row, d_column)`` each action means on the grid, ``None`` if it is not a move.
        inner_walls: Pairs of neighbouring cells with a wall between them.
        markers: For each context, ``(cell, what)`` of things that stand on the grid (passenger, destination).
    """

    rows: int
    columns: int
    kinds: tuple[str, ...]
    marks: tuple[str, ...]
    winds: tuple[tuple[int, int], ...]
    cell_of_state: NDArray[np.int32]
    context_of_state: NDArray[np.int32]
    state_at: NDArray[np.int32]
    context_keys: tuple[tuple[str, Mapping[str, str]], ...] = (("context.only", {}),)
    action_keys: tuple[str, ...]
    action_steps: tuple[tuple[int, int] | None, ...]
    inner_walls: tuple[tuple[int, int], ...] = ()
    markers: tuple[tuple[tuple[int, str], ...], ...] = ((),)


@dataclass(frozen=True, kw_only=True)
class World:
    """A world ready to be learned in.

    Attributes:
        env_id: Gymnasium id.
        env_kwargs: Arguments that, with the id, make the same world again.
        title: Title per language.
        teaches: One line per language on what the world teaches.
        model: Transition arrays.
        layout: Where the states lie on the grid.
        suggested: Hyper-parameters that suit this world, by field name.
    """

    env_id: str
    env_kwargs: Mapping[str, Any]
    title: Mapping[str, str]
    teaches: Mapping[str, str]
    model: TransitionModel
    layout: WorldLayout
    suggested: Mapping[str, Any] = field(default_factory=dict)
