"""A Q-table as a file for a spreadsheet: the same from the command line and from the window."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arena.environments.world import WorldLayout


def q_table_csv(layout: WorldLayout, q: NDArray[np.float64], visits: NDArray[np.int64], contexts: Sequence[str]) -> str:
    """Return a table as CSV: one line a state, values read back to the same bits, tied actions with ``|``.

    Args:
        layout: Where the states lie.
        q: ``float64 [S, A]``.
        visits: ``int64 [S, A]``.
        contexts: What else a state holds beside its cell, in words, one for each context; empty where there is nothing.
    """
    names = [key.rpartition(".")[2] for key in layout.action_keys]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["state", "name", "row", "column", "context"]
    writer.writerow([*head, *(f"q_{name}" for name in names), *(f"visits_{name}" for name in names), "greedy"])
    for state, values in enumerate(q.tolist()):
        row, column = divmod(int(layout.cell_of_state[state]), layout.columns)
        context = contexts[int(layout.context_of_state[state])]
        name = f"({row}, {column})" + (f" {context}" if context else "")
        best = "|".join(names[action] for action, value in enumerate(values) if value >= max(values))
        writer.writerow([state, name, row, column, context, *values, *visits[state].tolist(), best])
    return text.getvalue()
