"""Deleting a model so that it can be had back: it is moved aside, and the oldest such ones are purged in the end."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path

from agents.models.library import ModelEntry, find_own_model, models_folder, new_folder, open_model
from agents.models.manifest import is_model_name
from arena.errors import ModelError
from arena.runs.safe_file import sync_folder, told_plainly

KEPT = 20
"""Deleted models kept."""


@dataclass(frozen=True, kw_only=True)
class DeletedModel:
    """A model that was deleted.

    Attributes:
        name: What it was called.
        folder: Where it lies meanwhile.
    """

    name: str
    folder: Path


def trash_folder() -> Path:
    """Return the folder of deleted models."""
    return models_folder() / ".trash"


def delete_model(name: str) -> DeletedModel:
    """Move a model of one's own aside; :func:`undelete_model` puts it back.

    Raises:
        UsageError: If there is no such model, or it ships.
        RunError: If it cannot be moved.
    """
    folder = models_folder() / name
    if not is_model_name(name) or not folder.is_dir():
        # A damaged one may be deleted too, so what is in it is not asked for before this.
        folder = find_own_model(name).folder
    trash = trash_folder()
    with told_plainly(folder):
        trash.mkdir(parents=True, exist_ok=True)
        # Counted, not timed: two deleted in one moment stay two, in their order.
        last = max((number for number, _ in _deleted()), default=0)
        for number in itertools.count(last + 1):
            target = trash / f"{number:06d}-{folder.name}"
            if not target.exists():
                break
        folder.rename(target)
        sync_folder(trash)
    for _, old in _deleted()[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return DeletedModel(name=folder.name, folder=target)


def undelete_model(deleted: DeletedModel) -> ModelEntry:
    """Put a deleted model back where it was.

    Raises:
        UsageError: If there is another one of its name by now.
        ModelError: If it has been purged.
        RunError: If it cannot be moved.
    """
    target = new_folder(deleted.name)
    if not deleted.folder.is_dir():
        raise ModelError("error.model.purged", name=deleted.name)
    with told_plainly(target):
        deleted.folder.rename(target)
        sync_folder(target.parent)
    return open_model(target)


def deleted_models() -> tuple[DeletedModel, ...]:
    """Return the deleted models that can be had back, newest first."""
    return tuple(DeletedModel(name=path.name.partition("-")[2], folder=path) for _, path in reversed(_deleted()))


def _deleted() -> list[tuple[int, Path]]:
    try:
        found = [item for item in trash_folder().iterdir() if item.name.partition("-")[0].isdigit() and item.is_dir()]
    except OSError:
        return []
    return sorted((int(item.name.partition("-")[0]), item) for item in found)
