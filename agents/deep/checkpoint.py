"""Checkpoints of a deep run: everything needed to go on exactly, as named arrays and plain JSON; no pickle anywhere.

A checkpoint is a folder that appears whole or not at all. Two are kept: if the newest is damaged, the run goes on from
the one before.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as tensors_of
from safetensors.torch import save as bytes_of
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

from agents.deep.weights import load_weights, named_weights, weights_of
from arena.errors import RunError
from arena.runs.safe_file import sync_folder, told_plainly, write_bytes, write_text

KEPT = 2
"""Checkpoints kept."""

_NAME = re.compile(r"\d{12}")
_TENSORS = ("weights.safetensors", "optimizer.safetensors", "luck.safetensors")


More = Mapping[str, Mapping[str, torch.Tensor]]
"""Further named arrays of a checkpoint, by the name of their file."""


def save_checkpoint(folder: Path, model: OnPolicyAlgorithm, state: Mapping[str, Any], more: More | None = None) -> Path:
    """Write a checkpoint and drop the oldest.

    Args:
        folder: Folder of checkpoints.
        model: The learner, between two updates.
        state: Plain values of the run; ``env_steps`` among them names the checkpoint.
        more: What this learner needs besides, arrays by name for each file; :func:`load_more` reads them.

    Returns:
        The checkpoint's folder.

    Raises:
        RunError: If it cannot be written; the older ones are as they were.
    """
    own = dict(zip(_TENSORS, (weights_of(model.policy), _optimizer(model), _luck()), strict=True))
    target = folder / f"{state['env_steps']:012d}"
    unfinished = folder / f".{target.name}.tmp"
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
    hashes = {}
    for name, values in {**own, **(more or {})}.items():
        data = bytes_of(dict(values))
        write_bytes(unfinished / name, data)
        hashes[name] = hashlib.sha256(data).hexdigest()
    write_text(unfinished / "state.json", json.dumps({**state, "sha256": hashes}, indent=1, allow_nan=False) + "\n")
    with told_plainly(target):
        shutil.rmtree(target, ignore_errors=True)
        unfinished.replace(target)
        sync_folder(folder)
        for old in checkpoints(folder)[:-KEPT]:
            shutil.rmtree(old)
    return target


def checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def load_checkpoint(path: Path, model: OnPolicyAlgorithm) -> dict[str, Any]:
    """Set a learner, its optimiser and all random numbers back to a checkpoint.

    Args:
        path: A checkpoint's folder.
        model: A learner made from the same recipe.

    Returns:
        The plain values that were given to :func:`save_checkpoint`.

    Raises:
        RunError: If a file is missing or damaged, or belongs to another network.
    """
    with told_plainly(path):
        data = {name: (path / name).read_bytes() for name in _TENSORS}
        text = (path / "state.json").read_text("utf-8")
    try:
        state: dict[str, Any] = json.loads(text)
        hashes = state.pop("sha256")
        if any(hashlib.sha256(data[name]).hexdigest() != hashes[name] for name in _TENSORS):
            raise RunError("error.run.damaged", file=str(path))
        weights, optimizer, luck = (tensors_of(data[name]) for name in _TENSORS)
    except (ValueError, KeyError, AttributeError, TypeError, SafetensorError) as problem:
        raise RunError("error.run.damaged", file=str(path)) from problem
    load_weights(model.policy, weights, str(path))
    _load_optimizer(model, optimizer)
    _load_luck(luck)
    return state


def load_more(path: Path, name: str) -> dict[str, torch.Tensor] | None:
    """Read arrays a learner needs besides its weights, its optimiser and its luck.

    Args:
        path: A checkpoint's folder.
        name: The file, as it was given to :func:`save_checkpoint`.

    Returns:
        Arrays by name; ``None`` if the checkpoint has no such file: those of older versions had none.

    Raises:
        RunError: If it is missing or damaged.
    """
    with told_plainly(path):
        text = (path / "state.json").read_text("utf-8")
    try:
        hashes = json.loads(text)["sha256"]
        if name not in hashes:
            return None
        with told_plainly(path):
            data = (path / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != hashes[name]:
            raise RunError("error.run.damaged", file=str(path))
        found: dict[str, torch.Tensor] = tensors_of(data)
    except (ValueError, KeyError, TypeError, SafetensorError) as problem:
        raise RunError("error.run.damaged", file=str(path)) from problem
    return found


def _optimizer(model: OnPolicyAlgorithm) -> dict[str, torch.Tensor]:
    held = model.policy.optimizer.state
    return {
        # Some optimisers count their steps with a plain number.
        f"{part}:{name}": torch.as_tensor(value).detach().clone(memory_format=torch.contiguous_format)
        for name, parameter in named_weights(model.policy)
        for part, value in held[parameter].items()
    }


def _load_optimizer(model: OnPolicyAlgorithm, arrays: Mapping[str, torch.Tensor]) -> None:
    held = model.policy.optimizer.state
    for name, parameter in named_weights(model.policy):
        mine = {key.partition(":")[0]: value for key, value in arrays.items() if key.partition(":")[2] == name}
        # A moment must lie in memory as its parameter does: the fused optimiser walks both at once.
        held[parameter] = {
            part: torch.empty_like(parameter).copy_(value).detach() if value.shape == parameter.shape else value.clone()
            for part, value in mine.items()
        }


def _luck() -> dict[str, torch.Tensor]:
    # SB3 shuffles batches with NumPy's global generator and draws actions with PyTorch's.
    _, keys, position, _, _ = np.random.get_state(legacy=True)  # noqa: NPY002
    return {
        "torch": torch.get_rng_state(),
        "numpy": torch.from_numpy(np.asarray(keys, np.uint32).view(np.int32).copy()),
        "numpy_position": torch.tensor([int(position)]),
    }


def _load_luck(luck: Mapping[str, torch.Tensor]) -> None:
    torch.set_rng_state(luck["torch"])
    keys = luck["numpy"].numpy().view(np.uint32)
    np.random.set_state(("MT19937", keys, int(luck["numpy_position"][0]), 0, 0.0))  # noqa: NPY002
