"""What happens in a grid world: the transition table and the layout of a map under a reward scheme.

A move goes one cell in its direction, or stays where a wall or the border is. On ice (and everywhere with a slip
probability) it may go to either side instead. Then the wind of the cell that was left pushes, cell by cell, as in the
windy grid of Sutton & Barto 2018, example 6.5. Where it ends counts: a cliff costs its price and leads back to the
start (example 6.6), a teleporter leads to its twin, a floor cell may pay something of its own, goals, traps and noisy
cells end the episode.
"""

from __future__ import annotations

import numpy as np

from arena.environments.grid.cells import (
    CLIFF,
    DIRECTIONS,
    FLOOR,
    GOAL,
    ICE,
    NOISY,
    START,
    TELEPORTER,
    TERMINAL,
    WALL,
    Cell,
)
from arena.environments.grid.map_check import distances
from arena.environments.grid.map_file import GridMap
from arena.environments.grid.moves import MOVES, Moves
from arena.environments.world import Transition, WorldLayout

REWARD_SCHEMES = ("map", "sparse", "penalty", "shaped")
"""As the map says · only goals pay · every step costs · the map's rewards plus potential-based shaping."""

ACTION_KEYS = tuple(f"action.{name}" for name in DIRECTIONS)
"""Translation keys of the four actions, in order."""


class Dynamics:
    """The Markov decision process of a map.

    Args:
        grid: The map.
        rewards: One of :data:`REWARD_SCHEMES`.
        slip: Probability that a move on an ordinary cell goes to one of the sides.
        discount: γ of the shaping; it must be the agent's for the best policy to stay the same.
    """

    def __init__(self, grid: GridMap, *, rewards: str, slip: float, discount: float) -> None:
        self.grid = grid
        self._rewards = rewards
        self._slip = slip
        self._discount = discount
        numbers = grid.numbers
        self._ice = numbers.get("ice", 2 / 3)
        step = numbers.get("step", 0.0)
        self._step = {"sparse": 0.0, "penalty": step or -1.0}.get(rewards, step)
        cells = grid.cells
        # Nobody ever stands on a cliff: falling leads back to the start.
        self.states = [index for index, cell in enumerate(cells) if cell.kind not in (WALL, CLIFF)]
        self.state_of = {cell: state for state, cell in enumerate(self.states)}
        self.starts = [self.state_of[index] for index, cell in enumerate(cells) if cell.kind == START]
        self._moves = Moves(cells, grid.columns)
        goals = [index for index, cell in enumerate(cells) if cell.kind == GOAL]
        away = distances(cells, grid.columns, goals)
        far = max(away.values(), default=0) + 1
        # Φ(s) = −distance to the nearest goal; 0 where the episode ends, or shaping would change what is best there.
        self.goals = [self.state_of[index] for index in goals]
        self._potential = [0.0 if cells[at].kind in TERMINAL else -float(away.get(at, far)) for at in self.states]

    def table(self) -> dict[int, dict[int, list[Transition]]]:
        """Return ``P[state][action]`` as in Gymnasium's toy_text worlds."""
        return {
            state: {action: self._outcomes(state, action) for action in range(len(MOVES))}
            for state in range(len(self.states))
        }

    def _outcomes(self, state: int, action: int) -> list[Transition]:
        at = self.states[state]
        if self.grid.cells[at].kind in TERMINAL:
            return [(1.0, state, 0.0, True)]
        slip = self._ice if self.grid.cells[at].kind == ICE else self._slip
        chances = {action: 1.0 - slip, (action - 1) % 4: slip / 2, (action + 1) % 4: slip / 2}
        return [
            (chance * p, s_next, reward, end)
            for direction, chance in chances.items()
            if chance > 0
            for p, s_next, reward, end in self._arrivals(state, self._moves.land(at, direction))
        ]

    def _arrivals(self, state: int, to: int) -> list[Transition]:
        cell = self.grid.cells[to]
        if cell.kind == CLIFF:
            price = 0.0 if self._rewards == "sparse" else self.grid.numbers.get("cliff", -100.0)
            share = 1.0 / len(self.starts)
            return [(share, start, price + self._shaping(state, start), False) for start in self.starts]
        s_next = self.state_of[to]
        shaping = self._shaping(state, s_next)
        if cell.kind == NOISY:
            mean = self._step + (cell.value or 0.0)
            return [(0.5, s_next, mean + sign * cell.spread + shaping, True) for sign in (1, -1)]
        return [(1.0, s_next, self._step + self._value(cell) + shaping, cell.kind in TERMINAL)]

    def _value(self, cell: Cell) -> float:
        if cell.kind not in TERMINAL:
            # A floor cell may have a price or a prize of its own.
            return 0.0 if self._rewards == "sparse" else cell.value or 0.0
        value = self.grid.numbers.get(cell.kind, 0.0) if cell.value is None else cell.value
        if self._rewards == "sparse":
            return (value if value > 0 else 1.0) if cell.kind == GOAL else 0.0
        return value

    def _shaping(self, state: int, s_next: int) -> float:
        # F = γΦ(s') − Φ(s) leaves the best policy as it is (Ng, Harada & Russell 1999).
        if self._rewards != "shaped":
            return 0.0
        return self._discount * self._potential[s_next] - self._potential[state]

    def layout(self) -> WorldLayout:
        """Return how the states lie on the grid."""
        cells = self.grid.cells
        state_at = np.full((1, len(cells)), -1, np.int32)
        state_at[0, self.states] = np.arange(len(self.states), dtype=np.int32)
        return WorldLayout(
            rows=self.grid.rows,
            columns=self.grid.columns,
            kinds=tuple(cell.kind for cell in cells),
            marks=tuple(_mark(cell) for cell in cells),
            winds=tuple(cell.wind for cell in cells),
            cell_of_state=np.array(self.states, np.int32),
            context_of_state=np.zeros(len(self.states), np.int32),
            state_at=state_at,
            action_keys=ACTION_KEYS,
            action_steps=MOVES,
        )


def _mark(cell: Cell) -> str:
    if cell.kind == TELEPORTER:
        return cell.letter
    if cell.value is not None and cell.kind in (*TERMINAL, FLOOR):
        return f"{cell.value:+g}"
    return ""
