"""How watching reads models. By string: models are built of the networks of this package and stand on it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

MANIFEST, WEIGHTS = "manifest.json", "weights.safetensors"
"""Files of a model; a run keeps its newest weights under the same name."""


def manifest_of(folder: Path) -> Any:
    """Return :func:`agents.models.manifest.read_manifest`'s answer."""
    return import_module("agents.models.manifest").read_manifest(folder)


def card_of(folder: Path) -> dict[str, Any]:
    """Return the card of a model as plain values."""
    plain: dict[str, Any] = import_module("agents.models.card").read_card(folder).plain()
    return plain


def bytes_of(folder: Path, file: Path, shown: str) -> bytes:
    """Return the bytes of a file of weights; a model's are held to its manifest.

    Args:
        folder: Folder of the model or run.
        file: The file in it.
        shown: Its name for messages.

    Raises:
        ModelError: If it is damaged, too large or none of the model's.
        RunError: If it cannot be read.
    """
    data: bytes
    if (folder / MANIFEST).is_file():
        name = file.resolve().relative_to(folder.resolve()).as_posix()
        data = import_module("agents.models.folder").read_part(folder, name, manifest_of(folder))
    else:
        most = import_module("agents.models.manifest").MOST_BYTES
        data = import_module("agents.models.plain_file").read_bounded(file, most, shown)
    return data


def tensors_of(data: bytes, shown: str) -> dict[str, Any]:
    """Return the tensors in the bytes of a ``safetensors`` file.

    Raises:
        ModelError: If it is damaged, or a number in it is not finite.
    """
    tensors: dict[str, Any] = import_module("agents.models.store").weights_from(data, shown)
    return tensors
