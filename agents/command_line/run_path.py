"""Which run somebody means: a path, or the name of a run in the usual folder."""

from __future__ import annotations

import difflib
from pathlib import Path

from arena.errors import UsageError


def run_path(text: str) -> Path:
    """Return the folder of a run.

    Args:
        text: Path of a run folder, or its name where it lies in the usual folder of runs; or a handed-in run, which is
            checked and copied to where it can be looked at.

    Raises:
        UsageError: If there is neither, but names that are close to it.
        RunError: If a handed-in run is damaged or made up.
    """
    from agents.own.handing_in import open_handed_in
    from arena.runs.hand_in import is_hand_in_name
    from arena.runs.locations import runs_root

    given = Path(text).expanduser()
    if is_hand_in_name(text):
        return open_handed_in(given).folder
    if given.exists():
        return given.absolute()
    root = runs_root()
    if (root / text).is_dir():
        return root / text
    near = _near(given.name, given.parent) or _near(text, root)
    if near:
        raise UsageError("error.cli.run_near", run=text, near=", ".join(near))
    # Whoever opens it says that there is none.
    return given


def _near(name: str, folder: Path) -> list[str]:
    try:
        names = [item.name for item in folder.iterdir() if (item / "config.json").is_file()]
    except OSError:
        return []
    return difflib.get_close_matches(name, names, n=3, cutoff=0.6)
