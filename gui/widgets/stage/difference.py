"""Where two runs would act differently: their states paired by place, their best actions compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.protocol.world_codec import ShownWorld
from gui.widgets.stage.content import Content

FINAL_KINDS = ("goal", "trap", "noisy", "cliff")
"""Kinds of cells in which nobody acts."""


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Which states of two worlds lie at the same place.

    Attributes:
        left: ``int32 [N]`` states of the left world.
        right: ``int32 [N]`` states of the right world at the same places.
        contexts: ``int32 [N]`` context of each pair.
        cells: ``int32 [N]`` cell of each pair.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    contexts: NDArray[np.int32]
    cells: NDArray[np.int32]

    def other(self, state: int, *, of_left: bool) -> int:
        """Return the state at the same place on the other side, −1 for none."""
        mine, theirs = (self.left, self.right) if of_left else (self.right, self.left)
        found = np.flatnonzero(mine == state)
        return int(theirs[found[0]]) if state >= 0 and found.size else -1


def pair_up(left: ShownWorld, right: ShownWorld) -> Pairing:
    """Pair the states in which both agents have something to decide."""
    one, other = left.layout, right.layout
    states = np.arange(left.states, dtype=np.int32)
    contexts, cells = one.context_of_state, one.cell_of_state
    same = one.state_at.shape == other.state_at.shape and one.columns == other.columns
    twins = other.state_at[contexts, cells] if same else np.full(left.states, -1, np.int32)
    # A goal of a map is no place to act in; the taxi's cells all are.
    final = np.array([kind in FINAL_KINDS for kind in one.kinds]) | np.array(
        [kind in FINAL_KINDS for kind in other.kinds]
    )
    kept = (twins >= 0) & ~final[cells] if same else np.zeros(left.states, bool)
    return Pairing(left=states[kept], right=twins[kept], contexts=contexts[kept], cells=cells[kept])


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where the best actions are not the same.

    Attributes:
        count: Pairs of states that differ.
        of: Pairs there are.
        cells: Cells that differ in the context shown, left and right.
    """

    count: int = 0
    of: int = 0
    cells: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())


def greedy_difference(pairing: Pairing, left: Content, right: Content) -> Difference:
    """Compare what both would do if they did not explore: the set of actions that share the best value.

    An action never tried counts with the value it began with, as it does for the agent.
    """
    if left.world.actions != right.world.actions or not pairing.left.size:
        return Difference()
    one, other = left.q[pairing.left], right.q[pairing.right]
    differs = ((one >= one.max(axis=1, keepdims=True)) != (other >= other.max(axis=1, keepdims=True))).any(axis=1)
    cells = [
        frozenset(int(cell) for cell in pairing.cells[differs & (pairing.contexts == content.context)])
        for content in (left, right)
    ]
    return Difference(count=int(differs.sum()), of=int(differs.size), cells=(cells[0], cells[1]))
