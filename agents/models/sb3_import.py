"""Taking in a model Stable-Baselines3 saved, without running anything of its sender's.

Two members of the zip are copied out within bounds; a throwaway process reads the weights and builds the network they
must fit; what it answers is held to our own manifest, and only numbers are kept. No learning library is loaded here.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from agents.models.card import Card
from agents.models.folder import write_model
from agents.models.library import ModelEntry, free_name, new_folder, open_model
from agents.models.manifest import WEIGHTS, manifest_from
from agents.models.plain_file import MOST_JSON, plain_mapping
from agents.models.sb3_archive import MOST_POLICY, copy_out
from agents.runtime.client import enter
from arena.errors import ModelError
from arena.runs.run_config import now_utc
from arena.texts import catalog

READER = "agents.models.sb3_reading:read"

SECONDS = 120.0
"""So long reading may take, loading PyTorch included; on a busy machine that alone takes many seconds."""

_MOST_WEIGHTS = MOST_POLICY + 2**20


def import_model(
    file: str | Path,
    *,
    env_id: str,
    env_kwargs: Mapping[str, Any] | None = None,
    agent: str = "",
    name: str = "",
    seconds: float = SECONDS,
) -> ModelEntry:
    """Import a zip of SB3's PPO, A2C or DQN into the library.

    Args:
        file: The zip, which may come from anybody.
        env_id: What the model plays; only its sender knows.
        env_kwargs: Arguments of that.
        agent: ``ppo``, ``a2c`` or ``dqn``; told from the weights where not given.
        name: What to call it; after the file where not given.
        seconds: How long reading may take.

    Returns:
        The model in the library.

    Raises:
        UsageError: If there is no such place, or the name is taken or none.
        ModelError: If it is no such zip, or the weights fit no network of ours or other spaces.
        RunError: If something cannot be read or written.
    """
    source = Path(file).expanduser()
    if not source.is_file():
        raise ModelError("error.model.no_zip", file=str(file))
    target = new_folder(name or free_name(source.stem))
    wanted = {"agent": agent, "env_id": env_id, "env_kwargs": dict(env_kwargs or {}), "shown": source.name}
    with tempfile.TemporaryDirectory(prefix="arena-import-") as folder:
        copy_out(source, Path(folder))
        told, weights = _read(folder, wanted, seconds)
    values = {
        "format_version": 1,
        "name": target.name,
        "family": "deep",
        "origin": "imported",
        "env_id": env_id,
        "created": now_utc(),
        "versions": {},
        "ages": [],
        "files": {name: {"size": 1, "sha256": "0" * 64} for name in (WEIGHTS, "card.json")},
        **told,
    }
    manifest = manifest_from(values, source.name)
    card = Card(
        env_steps=manifest.env_steps,
        seed=manifest.seed,
        source=source.name if source.name.isprintable() and len(source.name) <= 200 else "",
        limits=("imported", "no_optimizer"),
    )
    write_model(target, manifest, card, {WEIGHTS: weights})
    return open_model(target)


_ANSWERED = {
    "agent", "network", "observation", "actions", "env_kwargs", "recipe_version", "env_steps", "seed",
    "hyperparameters",
}  # fmt: skip


def _read(folder: str, wanted: Mapping[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=enter, args=(READER, theirs, folder, wanted), name="arena-import", daemon=True)
    process.start()
    theirs.close()
    try:
        with ours:
            return _answer(ours, wanted["shown"], seconds)
    finally:
        process.kill()
        process.join(10.0)


def _answer(ours: Connection, shown: str, seconds: float) -> tuple[dict[str, Any], bytes]:
    try:
        if not ours.poll(seconds):
            raise ModelError("error.model.sb3_time", file=shown, seconds=f"{seconds:g}")
        told = plain_mapping(ours.recv_bytes(MOST_JSON), shown)
        if set(told) == {"key", "params"}:
            _raise(told, shown)
        weights = ours.recv_bytes(_MOST_WEIGHTS) if ours.poll(seconds) else b""
    except (EOFError, OSError):
        # It ended by itself: out of the memory it may take, most likely.
        raise ModelError("error.model.sb3_died", file=shown) from None
    if set(told) != _ANSWERED:
        raise ModelError("error.model.sb3_died", file=shown)
    return told, weights


def _raise(told: Mapping[str, Any], shown: str) -> None:
    """Say what the process could not do, as far as that is one of our sentences."""
    key, params = told["key"], told["params"]
    if not isinstance(key, str) or not key.startswith("error.") or key not in catalog("en"):
        raise ModelError("error.model.sb3_died", file=shown)
    if not isinstance(params, dict) or "key" in params or "self" in params:
        raise ModelError("error.model.sb3_died", file=shown)
    raise ModelError(
        key, **{name: value if type(value) is int else f"{value!s:.300}" for name, value in params.items()}
    )
