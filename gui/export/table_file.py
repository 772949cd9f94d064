"""The Q-table the window shows as a file for a spreadsheet; no worker is asked for it."""

from __future__ import annotations

from arena.runs.q_table_csv import q_table_csv
from gui.language import tr
from gui.state.run_state import RunState


def csv_of(state: RunState) -> bytes:
    """Return the table a run shows as the content of a CSV file; empty before there is one.

    What a state holds beside its cell is written in the window's language. Spreadsheets take a file that is not plain
    ASCII for one of the system's old encodings unless it begins with a mark.
    """
    world, view = state.world, state.view
    if world is None or view is None:
        return b""
    contexts = [tr(key, **params) for key, params in world.layout.context_keys]
    text = q_table_csv(world.layout, view.arrays["q"], view.arrays["visits"], contexts)
    return text.encode("ascii" if text.isascii() else "utf-8-sig")
