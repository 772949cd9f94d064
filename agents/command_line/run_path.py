"""Which run somebody means: a path, or the name of a run in the usual folder."""

from __future__ import annotations

import difflib
from pathlib import Path

from arena.errors import UsageError


def run_path(text: str) -> Path:
    """Return the folder of a run.

    Args:
        text: Path of a run folder, or its name where it lies in the usual folder of runs; or a handed-in run or a
            model that is a table, which is checked and copied to where it can be looked at.

    Raises:
        UsageError: If there is neither, but names that are close to it.
        RunError: If a handed-in run is damaged or made up.
    """
    from agents.models.library import is_model_folder
    from agents.own.handing_in import open_handed_in
    from arena.runs.hand_in import is_hand_in_name
    from arena.runs.locations import runs_root

    given = Path(text).expanduser()
    if is_model_folder(given):
        return _run_of_table(text) or given.absolute()
    if is_hand_in_name(text):
        return open_handed_in(given).folder
    if given.exists():
        return given.absolute()
    root = runs_root()
    if (root / text).is_dir():
        return root / text
    table = _run_of_table(text)
    if table is not None:
        return table
    near = _near(given.name, given.parent) or _near(text, root) or _models_near(text)
    if near:
        raise UsageError("error.cli.run_near", run=text, near=", ".join(near))
    # Whoever opens it says that there is none.
    return given


def _run_of_table(name: str) -> Path | None:
    """Return the run a model that is a table was saved with, copied to where it can be looked at."""
    from agents.models.library import find_model
    from agents.models.table_run import run_of_table

    try:
        entry = find_model(name)
    except UsageError:
        return None
    return run_of_table(entry) if entry.manifest.family == "tabular" else None


def _models_near(text: str) -> list[str]:
    from agents.models.library import models

    return difflib.get_close_matches(text, [entry.name for entry in models()], n=3, cutoff=0.6)


def _near(name: str, folder: Path) -> list[str]:
    try:
        names = [item.name for item in folder.iterdir() if (item / "config.json").is_file()]
    except OSError:
        return []
    return difflib.get_close_matches(name, names, n=3, cutoff=0.6)
