"""The models there are: those that ship, one's own and imported ones. Looking at them loads no learning library."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from agents.models.card import Card, Evaluation, read_card
from agents.models.kept_evaluation import evaluation_beside, finish_card
from agents.models.manifest import MANIFEST, Manifest, is_model_name, read_manifest
from arena.errors import ArenaError, UsageError
from arena.runs.locations import home
from arena.runs.safe_file import sync_folder, told_plainly, write_json

SHIPPED, OWN, IMPORTED, ELSEWHERE = "shipped", "own", "imported", "elsewhere"
"""Where a model is from; ``elsewhere`` is a folder somebody named by its path."""


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """A model in the library.

    Attributes:
        name: What it is called: the name of its folder.
        folder: Where it is.
        origin: ``shipped``, ``own``, ``imported`` or ``elsewhere``.
        manifest: What it is.
        card: What is told of it.
        here: Whole games a model that ships played on this computer, ``None`` where it has not.
    """

    name: str
    folder: Path
    origin: str
    manifest: Manifest
    card: Card
    here: Evaluation | None = None


def models_folder() -> Path:
    """Return the folder of a person's own and imported models."""
    return home() / "models"


def shipped_folder() -> Path:
    """Return the folder of the models that ship."""
    return Path(str(resources.files("saved_models")))


def models() -> tuple[ModelEntry, ...]:
    """Return the models there are by name, those that ship first; damaged ones are left out (:func:`damaged_models`).

    What was learned is not read for this: a damaged file of weights shows when the model is opened.
    """
    return tuple(entry for entry in (_entry(folder) for folder in _folders()) if isinstance(entry, ModelEntry))


def damaged_models() -> tuple[tuple[Path, ArenaError], ...]:
    """Return the folders in the library that cannot be shown, and why."""
    found = ((folder, _entry(folder)) for folder in _folders())
    return tuple((folder, problem) for folder, problem in found if isinstance(problem, ArenaError))


def find_model(name_or_path: str) -> ModelEntry:
    """Return a model by its name, or by the path of its folder.

    Raises:
        UsageError: If there is none; the nearest names are given.
        ArenaError: If there is one, but it is damaged or of a newer Arena.
    """
    if is_model_name(name_or_path):
        for folder in (models_folder(), shipped_folder()):
            if (folder / name_or_path / MANIFEST).is_file():
                return open_model(folder / name_or_path)
    path = Path(name_or_path).expanduser().absolute()
    if (path / MANIFEST).is_file():
        return open_model(path)
    names = [entry.name for entry in models()]
    near = difflib.get_close_matches(name_or_path, names, n=3, cutoff=0.4) or names
    raise UsageError("error.model.unknown", name=name_or_path, near=", ".join(near) or "–")


def open_model(folder: Path) -> ModelEntry:
    """Return the model in a folder.

    Raises:
        ArenaError: If it is none, damaged or of a newer Arena.
    """
    finish_card(folder)
    manifest = read_manifest(folder)
    origin = ELSEWHERE
    if folder.parent == shipped_folder():
        origin = SHIPPED
    elif folder.parent == models_folder():
        origin = IMPORTED if manifest.origin == "imported" else OWN
    here = evaluation_beside(manifest) if origin == SHIPPED else None
    return ModelEntry(
        name=folder.name, folder=folder, origin=origin, manifest=manifest, card=read_card(folder), here=here
    )


def is_model_folder(path: Path) -> bool:
    """Say whether a folder looks like a model's."""
    return (path / MANIFEST).is_file()


def new_folder(name: str) -> Path:
    """Return the folder a new model of that name is to be written to.

    Raises:
        UsageError: If a model cannot be called that, or one is.
    """
    if not is_model_name(name):
        raise UsageError("error.model.name", name=f"{name:.60}")
    for folder in (models_folder(), shipped_folder()):
        if (folder / name).exists():
            raise UsageError("error.model.taken", name=name)
    return models_folder() / name


def free_name(wanted: str) -> str:
    """Return a name no model has yet: the wanted one, or that with a number behind it."""
    base = "".join(letter if is_model_name(f"x{letter}x") else "-" for letter in wanted).strip(" .-~")[:50] or "model"
    name, number = base, 1
    while any((folder / name).exists() for folder in (models_folder(), shipped_folder())) or not is_model_name(name):
        number += 1
        name = f"{base}-{number}"
    return name


def rename_model(name: str, new: str) -> ModelEntry:
    """Give a model of one's own another name.

    Raises:
        UsageError: If there is no such model, it ships, or the other name is taken or none.
        RunError: If it cannot be written.
    """
    entry = find_own_model(name)
    target = new_folder(new)
    with told_plainly(entry.folder):
        entry.folder.rename(target)
        sync_folder(target.parent)
    # The folder's name is what it is called; the manifest follows.
    write_json(target / MANIFEST, replace(entry.manifest, name=new).plain())
    return open_model(target)


def find_own_model(name: str) -> ModelEntry:
    """Return a model that may be changed: one's own or an imported one.

    Raises:
        UsageError: If there is none of that name, or it ships.
        ArenaError: If it is damaged.
    """
    entry = find_model(name)
    if entry.origin not in (OWN, IMPORTED):
        raise UsageError("error.model.not_yours", name=entry.name)
    return entry


def _folders() -> Iterator[Path]:
    for place in (shipped_folder(), models_folder()):
        try:
            found = sorted(item for item in place.iterdir() if is_model_name(item.name))
        except OSError:
            continue
        yield from (folder for folder in found if is_model_folder(folder))


def _entry(folder: Path) -> ModelEntry | ArenaError:
    try:
        return open_model(folder)
    except ArenaError as problem:
        return problem
