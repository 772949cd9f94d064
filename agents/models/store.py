"""Weights of a model: saved, read back and put into a network that was built from the manifest's plain values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as tensors_of
from safetensors.torch import save as bytes_of

from agents.models.card import Card
from agents.models.folder import check_model, read_part, write_model
from agents.models.manifest import MOST_BYTES, WEIGHTS, Manifest, read_manifest
from agents.models.tensor_header import tensor_shapes
from arena.errors import ModelError

__all__ = ["check_model", "load_weights_of", "save_model", "weights_from"]


def save_model(
    folder: Path,
    manifest: Manifest,
    weights: Mapping[str, torch.Tensor],
    card: Card,
    ages: Mapping[str, Mapping[str, torch.Tensor]] | None = None,
    *,
    most: int = MOST_BYTES,
) -> Manifest:
    """Write a deep model's folder, whole or not at all.

    Args:
        folder: Folder to make; there must be none yet.
        manifest: What the model is; ``files`` are filled in here.
        weights: Each parameter of the network once, by name.
        card: What is told of it.
        ages: Weights of each age by the ``file`` the manifest gives it, except one that is the weights themselves.
        most: Bytes all files together may have.

    Returns:
        The manifest as it was written.

    Raises:
        ModelError: If there is something of that name, or it is too large.
        RunError: If it cannot be written.
    """
    parts = {WEIGHTS: weights, **(ages or {})}
    return write_model(folder, manifest, card, {name: _bytes(values) for name, values in parts.items()}, most=most)


def load_weights_of(folder: Path, age: int | str | None = None) -> dict[str, torch.Tensor]:
    """Read the weights of a model after holding them to its manifest.

    Args:
        folder: The model's folder.
        age: ``env_steps`` or file of an earlier age; the weights it plays with where not given.

    Returns:
        Parameters by name; they are held to a network when they are put into one
        (:func:`agents.deep.weights.load_weights`).

    Raises:
        ModelError: If there is no such age, or the file is not what was saved.
        RunError: If it cannot be read.
    """
    manifest = read_manifest(folder)
    name = WEIGHTS if age is None else _file_of(manifest, age)
    return weights_from(read_part(folder, name, manifest), f"{folder.name}/{name}")


def weights_from(data: bytes, shown: str) -> dict[str, torch.Tensor]:
    """Return the tensors in the bytes of a ``safetensors`` file.

    Raises:
        ModelError: If it is damaged, or a number in it is not finite.
    """
    tensor_shapes(data, shown)
    try:
        weights: dict[str, torch.Tensor] = tensors_of(data)
    except SafetensorError:
        raise ModelError("error.model.damaged", file=shown) from None
    for name, value in weights.items():
        if not bool(torch.isfinite(value).all()):
            raise ModelError("error.model.not_finite", file=shown, name=name)
    return weights


def _file_of(manifest: Manifest, age: int | str) -> str:
    for known in manifest.ages:
        if age in (known.env_steps, known.file):
            return known.file
    known_ages = ", ".join(f"{known.env_steps:,}" for known in manifest.ages)
    raise ModelError("error.model.no_age", age=age, known=known_ages or "–")


def _bytes(values: Mapping[str, Any]) -> bytes:
    data: bytes = bytes_of({name: value.detach().contiguous() for name, value in values.items()})
    return data
