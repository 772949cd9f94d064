"""The throwaway process that reads weights Stable-Baselines3 saved: limited, sealed, and it answers plain values.

Only ``policy.pth`` is given to PyTorch, with ``weights_only=True``, and the network those numbers must fit is built
from our own description, never from the file's. ``data`` is JSON; the pickles in it are text that nobody decodes.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import os
import signal
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from gymnasium import spaces
from safetensors.torch import save as bytes_of

from agents.deep.networks import policy_for
from agents.deep.places import Place, place_of
from agents.deep.weights import load_weights, weights_of
from agents.models.plain_file import read_bounded
from agents.models.sb3_archive import DATA, MOST_DATA, MOST_POLICY, POLICY
from agents.models.sb3_hints import Hints, hints_from
from agents.models.sb3_network import described, named_once
from agents.models.seal import Seal
from agents.models.spaces import observation_of
from arena.errors import ArenaError, ModelError

MEMORY = 2**29
"""Bytes it may take beyond its libraries."""

_MOST_TENSORS = 200
_MOST_NUMBERS = MOST_POLICY // 4


def read(connection: Connection, folder: str, wanted: Mapping[str, Any]) -> None:
    """Read what was copied out of a zip and answer with plain values, then with the bytes of the weights.

    Args:
        connection: Where to answer: JSON, then a ``safetensors`` file if it went well.
        folder: Where the members lie.
        wanted: ``agent`` (empty to be told from the weights), ``env_id``, ``env_kwargs`` and ``shown``, the name of the
            file for messages.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _say_nothing()
    try:
        policy = read_bounded(Path(folder) / POLICY, MOST_POLICY, wanted["shown"])
        data = read_bounded(Path(folder) / DATA, MOST_DATA, DATA) if (Path(folder) / DATA).exists() else b""
        place = place_of(wanted["env_id"], wanted["env_kwargs"])
        warm_up()
        _limit()
        seal = Seal()
        seal.shut()
        told, weights = answer(policy, data, place, wanted["agent"], wanted["shown"])
        if seal.broken:
            raise ModelError("error.model.sb3_tried", file=wanted["shown"])
    except ArenaError as problem:
        plain = {
            name: value if isinstance(value, (int, float)) else str(value) for name, value in problem.params.items()
        }
        told, weights = {"key": problem.key, "params": plain}, b""
    except MemoryError:
        told, weights = {"key": "error.model.not_sb3", "params": {"file": wanted["shown"]}}, b""
    connection.send_bytes(json.dumps(told).encode())
    if weights:
        connection.send_bytes(weights)


def warm_up() -> None:
    """Do once with weights of ours all that is done to a stranger's: what is imported late is imported by then."""
    # The names in a zip are decoded with it.
    codecs.lookup("cp437")
    file = io.BytesIO()
    torch.save(torch.nn.Linear(2, 2).state_dict(), file)
    policy = policy_for("ppo", spaces.Box(-1, 1, (2,)), 2, {"kind": "mlp", "layers": [4]})
    load_weights(policy, weights_of(policy), "")
    policy_for("dqn", spaces.Box(-1, 1, (2,)), 2, {"kind": "mlp", "layers": [4], "dueling": False})
    bytes_of(state_dict_from(file.getvalue(), ""))
    with contextlib.suppress(ModelError):
        state_dict_from(b"PK\x03\x04", "")


def answer(policy: bytes, data: bytes, place: Place, agent: str, shown: str) -> tuple[dict[str, Any], bytes]:
    """Return what a model is as plain values, and its weights as a ``safetensors`` file.

    Args:
        policy: Bytes of ``policy.pth``.
        data: Bytes of ``data``, empty for none.
        place: Where the model is said to play.
        agent: Which algorithm it is said to be; empty to be told from the weights.
        shown: Name of the file for messages.

    Raises:
        ModelError: If they are not the weights of a network we build, or do not fit the place.
    """
    hints = hints_from(data)
    given = state_dict_from(policy, shown)
    found, network = described(given, place.observation_space, len(place.action_names), agent, hints, shown)
    built = policy_for(found, place.observation_space, len(place.action_names), network)
    load_weights(built, named_once(built, given, shown), shown)
    told = {
        "agent": found,
        "network": network,
        "observation": asdict(observation_of(place.kind, place.observation_space)),
        "actions": list(place.action_names),
        "env_kwargs": dict(place.env_kwargs),
        "recipe_version": place.recipe.version if place.kind in ("pixels", "objects") else 0,
        **_remembered(hints),
    }
    return told, bytes_of(weights_of(built))


def _remembered(hints: Hints) -> dict[str, Any]:
    return {"env_steps": hints.env_steps, "seed": hints.seed, "hyperparameters": hints.hyperparameters}


def state_dict_from(data: bytes, shown: str) -> dict[str, torch.Tensor]:
    """Return the tensors in the bytes of a ``.pth`` file by name: nothing but plain 32-bit tensors in memory.

    Raises:
        ModelError: If it holds anything else.
    """
    try:
        _check_inner(data)
        found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception:
        # PyTorch raises all kinds of things at files that are none of its own; they come to the same.
        raise ModelError("error.model.sb3_weights", file=shown) from None
    if not isinstance(found, dict) or not 0 < len(found) <= _MOST_TENSORS:
        raise ModelError("error.model.sb3_weights", file=shown)
    left = _MOST_NUMBERS
    for name, value in found.items():
        if not isinstance(name, str) or not name.isprintable() or len(name) > 200 or not _is_plain(value):
            raise ModelError("error.model.sb3_weights", file=shown)
        left -= value.numel()
        if left < 0:
            # A tensor may say it is larger than what lies behind it: counted before anything is made of it.
            raise ModelError("error.model.sb3_weights", file=shown)
    return {name: value.detach() for name, value in found.items()}


def _is_plain(value: object) -> bool:
    return (
        type(value) in (torch.Tensor, torch.nn.Parameter)
        and isinstance(value, torch.Tensor)
        and value.dtype is torch.float32
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and value.numel() * 4 <= value.untyped_storage().nbytes()
    )


def _check_inner(data: bytes) -> None:
    """A ``.pth`` file is a zip itself, of parts that are not packed."""
    if not data.startswith(b"PK\x03\x04"):
        raise ValueError
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        plain = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
        if not plain or len(names) < len(entries) or sum(entry.file_size for entry in entries) > len(data):
            raise ValueError


def _limit() -> None:
    from agents.hosting.limits import limit_memory

    limit_memory(MEMORY)
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say_nothing() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
