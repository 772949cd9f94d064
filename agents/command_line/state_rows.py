"""A table of a world, state by state, with the names a person knows the states and actions by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.command_line.words import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from arena.environments.world import World


@dataclass(frozen=True, kw_only=True)
class StateRow:
    """One state.

    Attributes:
        state: Its number.
        row: Row of its cell, from 0 at the top.
        column: Column of its cell, from 0 at the left.
        context: What else the state holds, in words; empty where the cell is all.
        values: Value of each action.
        greedy: Numbers of the best actions.
    """

    state: int
    row: int
    column: int
    context: str
    values: tuple[float, ...]
    greedy: tuple[int, ...]

    @property
    def name(self) -> str:
        """``(row, column)``, with the context behind it where there is one."""
        return f"({self.row}, {self.column})" + (f" {self.context}" if self.context else "")


def action_names(world: World) -> list[str]:
    """Return the actions' short names (``up``, ``dropoff``), the same in every language."""
    return [key.rpartition(".")[2] for key in world.layout.action_keys]


def state_rows(world: World, q: NDArray[np.float64], tolerance: float = 0.0) -> Iterator[StateRow]:
    """Yield the states of a world in order.

    Args:
        world: The world.
        q: ``float64 [S, A]``.
        tolerance: Actions count as best up to so far below the best value.
    """
    layout = world.layout
    for state in range(world.model.states):
        row, column = divmod(int(layout.cell_of_state[state]), layout.columns)
        key, params = layout.context_keys[int(layout.context_of_state[state])]
        values = q[state]
        yield StateRow(
            state=state,
            row=row,
            column=column,
            context=say(key, **params),
            values=tuple(values.tolist()),
            greedy=tuple(int(a) for a in (values >= values.max() - tolerance).nonzero()[0]),
        )
