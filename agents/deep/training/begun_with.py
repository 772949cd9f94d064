"""Which model's weights a run began with: noted in its folder, so that nobody is told that it began knowing nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from arena.runs.safe_file import write_json

FILE = "begun_with.json"
_MOST_BYTES, _MOST_LETTERS = 4_096, 200


def note_model(folder: Path, name: str, env_steps: int) -> None:
    """Note that a run begins with a model's weights.

    Args:
        folder: Run folder.
        name: What the model is called.
        env_steps: For how long it had learned.

    Raises:
        RunError: If it cannot be written.
    """
    write_json(folder / FILE, {"model": name, "env_steps": env_steps})


def noted_model(folder: Path) -> dict[str, Any]:
    """Return ``model`` and ``env_steps`` of the model a run began with; empty for a run that began from nothing."""
    try:
        with (folder / FILE).open("rb") as file:
            told = json.loads(file.read(_MOST_BYTES))
        return {"model": str(told["model"])[:_MOST_LETTERS], "env_steps": int(told["env_steps"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
