"""A model's folder on disk: written whole or not at all, and every byte held to its manifest when it is read."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from agents.models.card import Card
from agents.models.kept_evaluation import card_bytes, finish_card
from agents.models.manifest import (
    CARD,
    MANIFEST,
    MOST_BYTES,
    MOST_SHIPPED,
    FileMark,
    Manifest,
    check_files,
    read_manifest,
)
from agents.models.plain_file import read_bounded
from agents.models.tensor_header import tensor_shapes
from arena.errors import ModelError
from arena.runs.safe_file import sync_folder, told_plainly, write_bytes, write_json


def write_model(
    folder: Path, manifest: Manifest, card: Card, files: Mapping[str, bytes], *, most: int = MOST_BYTES
) -> Manifest:
    """Write a model's folder; it is there whole, or not at all.

    Args:
        folder: Folder to make; there must be none yet.
        manifest: What the model is; its ``files`` are filled in here.
        card: What is told of it.
        files: Bytes of what was learned by the file's name, without card and manifest.
        most: Bytes all files together may have.

    Returns:
        The manifest as it was written.

    Raises:
        ModelError: If there is something of that name, a file is missing or none of a model's, or it is too large.
        RunError: If it cannot be written.
    """
    whole = {**files, CARD: card_bytes(card)}
    made = replace(manifest, files={name: _mark(data) for name, data in sorted(whole.items())})
    check_files(made, MANIFEST)
    if sum(map(len, whole.values())) > most:
        raise ModelError("error.model.too_large", file=folder.name, most=f"{most / 2**20:g}")
    for name, data in files.items():
        if name.endswith(".safetensors"):
            tensor_shapes(data, name)
    with told_plainly(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        begun = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".saving-"))
    try:
        for name, data in whole.items():
            with told_plainly(folder):
                (begun / name).parent.mkdir(exist_ok=True)
            write_bytes(begun / name, data)
        write_json(begun / MANIFEST, made.plain())
        with told_plainly(folder):
            # mkdtemp gives nobody else a look; a model is to be opened by others.
            begun.chmod(0o755)
            _put(begun, folder)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    return made


def _put(begun: Path, folder: Path) -> None:
    if folder.exists() or folder.is_symlink():
        raise ModelError("error.model.taken", name=folder.name)
    begun.rename(folder)
    sync_folder(folder.parent)


def read_part(folder: Path, name: str, manifest: Manifest) -> bytes:
    """Return the bytes of a file of a model after holding them to its manifest.

    Args:
        folder: The model's folder.
        name: The file as the manifest lists it.
        manifest: Its manifest.

    Raises:
        ModelError: If it is not listed, too large, or other bytes than were saved.
        RunError: If it is missing or cannot be read.
    """
    mark = manifest.files.get(name)
    shown = f"{folder.name}/{name}"
    if mark is None:
        raise ModelError("error.model.no_file", file=shown)
    path = folder / name
    if path.parent != folder and path.parent.is_symlink():
        raise ModelError("error.model.damaged", file=shown)
    data = read_bounded(path, min(mark.size, MOST_BYTES), shown)
    # Held to what was read, not to the file: what is used is what was looked at.
    if _mark(data) != mark:
        raise ModelError("error.model.damaged", file=shown)
    if name.endswith(".safetensors"):
        tensor_shapes(data, shown)
    return data


def check_model(folder: Path) -> Manifest:
    """Read every file of a model and hold it to the manifest; whether the weights fit a network shows when it is built.

    Raises:
        ModelError: If something is missing, damaged, too large or of a newer Arena.
        RunError: If something cannot be read.
    """
    finish_card(folder)
    manifest = read_manifest(folder)
    for name in manifest.files:
        read_part(folder, name, manifest)
    return manifest


def shippable(folder: Path) -> bool:
    """Say whether a model is small enough to ship."""
    return sum(mark.size for mark in read_manifest(folder).files.values()) <= MOST_SHIPPED


def _mark(data: bytes) -> FileMark:
    return FileMark(size=len(data), sha256=hashlib.sha256(data).hexdigest())
