"""Demonstrations that are kept to be imitated: a folder for each world, a file for each sitting."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.environments.registry import is_table, make_world
from arena.errors import ArenaError, UsageError
from arena.preferences.demonstration_file import ENDING, Recording, read_demonstrations, read_recording
from arena.preferences.demonstrations import MOST_OBSERVATION_BYTES, MOST_STEPS, Demonstrations, together
from arena.runs.locations import home
from arena.runs.safe_file import sync_folder, told_plainly

MOST_READ = 200
"""Files of one world that are looked at, the newest ones."""

_ASIDE = ".trash"
_MOST_LETTERS = 40


def shelf_folder() -> Path:
    """Return the folder of all that is kept."""
    return home() / "demonstrations"


def same_world(env_id: str, env_kwargs: Mapping[str, Any]) -> str:
    """Return a text that two ways to name a world have in common."""
    known = dict(env_kwargs)
    if is_table(env_id):
        try:
            known = dict(make_world(env_id, known).env_kwargs)
        except ArenaError:
            # A map that is gone: as it was named.
            known = dict(env_kwargs)
    return json.dumps([env_id, known], sort_keys=True, default=str)


def short_name(env_id: str, env_kwargs: Mapping[str, Any]) -> str:
    """Return what a world is called in the names of files and models."""
    named = str(env_kwargs.get("map") or env_id.rpartition("/")[2])
    plain = "".join(letter if letter.isalnum() or letter in "_-" else "-" for letter in named[:_MOST_LETTERS])
    return plain.strip("-") or "world"


def world_folder(env_id: str, env_kwargs: Mapping[str, Any]) -> Path:
    """Return the folder of what was played in a world; it need not exist."""
    digest = hashlib.sha256(same_world(env_id, env_kwargs).encode("utf-8")).hexdigest()[:12]
    return shelf_folder() / f"{short_name(env_id, env_kwargs)}-{digest}"


def new_file(env_id: str, env_kwargs: Mapping[str, Any]) -> Path:
    """Return a file of a sitting that is about to begin; its folder is made.

    Raises:
        RunError: If the folder cannot be made.
    """
    folder = world_folder(env_id, env_kwargs)
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Counted on from the last one, also from those put aside: what is brought back finds its place free.
        used = (int(file.stem) for file in folder.rglob(f"*{ENDING}") if file.stem.isdecimal() and file.stem.isascii())
        number = max(used, default=0) + 1
    return folder / f"{number:04d}{ENDING}"


def recordings(env_id: str, env_kwargs: Mapping[str, Any]) -> tuple[Recording, ...]:
    """Return what was played in a world, in its order; what cannot be read is left out."""
    try:
        files = sorted(world_folder(env_id, env_kwargs).glob(f"*{ENDING}"))[-MOST_READ:]
    except OSError:
        return ()
    found = []
    for file in files:
        try:
            found.append(read_recording(file))
        except ArenaError:
            continue
    return tuple(found)


def gathered(files: Sequence[str | Path]) -> Demonstrations:
    """Return the games of several files as those of one.

    Raises:
        UsageError: If they were not seen in the same way, or are too many.
        RunError: If one is missing or damaged.
    """
    parts = [read_demonstrations(file) for file in files]
    bytes_seen = sum(part.observations.nbytes for part in parts)
    if sum(part.steps for part in parts) > MOST_STEPS or bytes_seen > MOST_OBSERVATION_BYTES:
        raise UsageError("error.demonstrations.too_many")
    try:
        return together(parts)
    except ValueError as problem:
        raise UsageError("error.demonstrations.apart") from problem


def put_aside(file: Path) -> Path:
    """Keep a file out of what is imitated; :func:`bring_back` undoes it.

    Returns:
        Where it lies meanwhile.

    Raises:
        RunError: If it cannot be moved.
    """
    aside = file.parent / _ASIDE
    target = aside / file.name
    with told_plainly(file):
        aside.mkdir(exist_ok=True)
        file.rename(target)
        sync_folder(aside)
    return target


def bring_back(aside: Path, file: Path) -> None:
    """Move a file back that was put aside.

    Raises:
        RunError: If it cannot be moved.
    """
    with told_plainly(aside):
        aside.rename(file)
        sync_folder(file.parent)
