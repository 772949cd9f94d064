"""The run a table was saved with, opened as a handed-in run is: checked, copied, looked at, never written."""

from __future__ import annotations

from pathlib import Path

from agents.models.folder import read_part
from agents.models.library import ModelEntry
from agents.models.manifest import RUN
from agents.own.handing_in import open_handed_in


def run_of_table(entry: ModelEntry) -> Path:
    """Return the folder with the run of a model that is a table.

    Raises:
        ModelError: If the file is not what was saved.
        RunError: If it cannot be read, or its copy not written.
    """
    read_part(entry.folder, RUN, entry.manifest)
    return open_handed_in(entry.folder / RUN).folder
