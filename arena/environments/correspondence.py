"""Which state of one world lies where a state of another one does, so that what was learned can move along."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena.environments.world import TransitionModel, World
from arena.errors import UsageError


def states_at_same_place(old: World, new: World) -> NDArray[np.int32]:
    """Return for each state of a world the state of another one at the same place, ``int32 [S_new]``, −1 for none.

    States in which an episode is over hold no knowledge and correspond to none.

    Args:
        old: The world one comes from.
        new: The world one goes to.

    Raises:
        UsageError: If the grids are not of one size, or actions or contexts are not the same.
    """
    one, other = old.layout, new.layout
    if (one.rows, one.columns) != (other.rows, other.columns):
        raise UsageError(
            "error.world.size", rows=one.rows, columns=one.columns, other_rows=other.rows, other_columns=other.columns
        )
    if one.action_keys != other.action_keys or one.state_at.shape != other.state_at.shape:
        raise UsageError("error.world.actions")
    found = one.state_at[other.context_of_state, other.cell_of_state].astype(np.int32)
    found[found >= 0] = np.where(final_states(old.model)[found[found >= 0]], -1, found[found >= 0])
    found[final_states(new.model)] = -1
    return found


def final_states(model: TransitionModel) -> NDArray[np.bool_]:
    """Return in which states an episode is over already: whatever is done there ends it at once, ``bool [S]``."""
    stays = model.next_state == np.arange(model.states)[:, np.newaxis, np.newaxis]
    return np.asarray(((model.terminated & stays) | (model.probability == 0.0)).all(axis=(1, 2)))
