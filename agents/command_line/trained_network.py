"""Which network somebody means: a model by its name or folder, or a run of a deep agent."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena.errors import ArenaError, ModelError, RunError, UsageError

if TYPE_CHECKING:
    from agents.models.library import ModelEntry
    from agents.models.manifest import Manifest


def is_network(text: str) -> bool:
    """Say whether a word of the command line names a deep model or a run of a deep agent; nothing heavy is loaded."""
    entry = _model(text)
    if entry is not None:
        return entry.manifest.family == "deep"
    return _deep_run(text) is not None


def network_folder(text: str) -> Path:
    """Return the folder of a model or of a run of a deep agent.

    Raises:
        UsageError: If it is neither.
    """
    entry = _model(text)
    folder = _deep_run(text) if entry is None else entry.folder
    if folder is None:
        raise UsageError("error.model.no_network", name=text)
    return folder


def network_in(text: str, at: int | None) -> tuple[Manifest, Any]:
    """Return what a network is, and its weights as tensors by name.

    Args:
        text: Name or folder of a model, or a run.
        at: ``env_steps`` of an age that was kept; the newest weights where not given.

    Raises:
        UsageError: If there is no such model or run.
        ArenaError: If it is a table, has no such age, or is damaged.
    """
    entry = _model(text)
    if entry is not None:
        if entry.manifest.family != "deep":
            raise ModelError("error.model.table", name=entry.name)
        # By string: it loads PyTorch.
        return _aged(entry.manifest, at), import_module("agents.models.store").load_weights_of(entry.folder, at)
    folder = network_folder(text)
    from agents.models.from_run import source_of
    from agents.models.manifest import WEIGHTS

    source = source_of(folder, "run", at)
    return source.manifest, import_module("agents.models.store").weights_from(source.files[WEIGHTS], folder.name)


def _aged(manifest: Manifest, at: int | None) -> Manifest:
    from dataclasses import replace

    return manifest if at is None else replace(manifest, env_steps=at)


def _model(text: str) -> ModelEntry | None:
    from agents.models.library import find_model, is_model_folder
    from arena.runs.locations import runs_root

    path = Path(text).expanduser()
    if not is_model_folder(path) and (path.exists() or (runs_root() / text).is_dir()):
        return None
    try:
        return find_model(text)
    except UsageError:
        # Whoever opens it says that there is none; names of runs that are near may be meant.
        return None


def _deep_run(text: str) -> Path | None:
    from agents.catalog import agent
    from arena.runs.locations import runs_root
    from arena.runs.run_folder import RunFolder

    for folder in (Path(text).expanduser().absolute(), runs_root() / text):
        if (folder / "recipe.json").is_file():
            return folder
        try:
            config = RunFolder.open(folder).config
            return folder if agent(config.agent, config.own).family == "deep" else None
        except (RunError, ArenaError, OSError):
            continue
    return None
