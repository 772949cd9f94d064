"""``manifest.json``: what a model is and what its files must be, as plain values; reading it loads no learning library.

A model is a folder. Names in its manifest are looked up in lists of ours and numbers are held to bounds, so a manifest
can choose among what is built here and cannot bring anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agents.models.plain_file import MOST_JSON, is_name, is_number, is_plain, is_whole, plain_mapping, read_bounded
from arena.errors import ModelError

FORMAT_VERSION = 1
"""Newest format this Arena knows."""

MANIFEST, WEIGHTS, CARD, RUN = "manifest.json", "weights.safetensors", "card.json", "run.arena-handin.zip"
"""Files of a model: a deep one has weights, a tabular one its whole run."""

MOST_BYTES = 64 * 2**20
"""Bytes of a file of a model that may be read."""

MOST_SHIPPED = 10 * 2**20
"""Bytes of a model that ships."""

MOST_AGES = 32

FAMILIES = ("deep", "tabular")
DEEP_AGENTS = ("dqn", "qr_dqn", "ppo", "a2c", "trpo", "deep_reinforce", "grpo")
ORIGINS = ("trained", "distilled", "imported")
OBSERVATIONS = ("pixels", "objects", "states", "vector")
DTYPES = ("uint8", "float32", "int64")
SCHEDULES = ("constant", "linear")
NETWORKS = ("nature", "mlp")

_AGE = re.compile(r"ages/[0-9]{9,15}\.safetensors")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NEEDED: Final = {"deep": WEIGHTS, "tabular": RUN}
_WIDEST, _LARGEST_LAYER, _MOST_LAYERS = 2.0, 4096, 8


@dataclass(frozen=True, kw_only=True)
class FileMark:
    """What a file of a model must be.

    Attributes:
        size: Bytes.
        sha256: Of all its bytes, in hexadecimal.
    """

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What a model sees, as numbers.

    Attributes:
        kind: ``pixels``, ``objects``, ``states`` (one of a world's states, as a one-hot vector) or ``vector``.
        shape: Of one observation.
        dtype: ``uint8``, ``float32``, or ``int64`` for one number below ``shape[0]``.
    """

    kind: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, kw_only=True)
class Age:
    """Weights of an earlier moment of the same training.

    Attributes:
        env_steps: When.
        file: Its file in the folder.
        score: Mean raw score of whole games then; −1 if unknown.
    """

    env_steps: int
    file: str
    score: float = -1.0


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a model is made of.

    Attributes:
        name: Name it was saved under; its folder may be renamed.
        family: ``deep`` or ``tabular``.
        agent: Catalog id.
        origin: ``trained`` from nothing here, ``distilled`` from another agent, or ``imported``.
        env_id: Gymnasium id of what it plays.
        env_kwargs: Its arguments, plain values.
        recipe_version: Version of the preprocessing between game and network, 0 where there is none.
        observation: What it sees.
        actions: Name of each action.
        network: Arguments the network is built with, plain values; ``kind`` is one of ours. Empty for a table.
        hyperparameters: What it was trained with, plain values; one that changes is ``{kind, start, end}``.
        seed: Seed of its training, ``None`` if unknown.
        env_steps: Decisions it was trained for.
        created: ISO 8601 in UTC.
        versions: Libraries it was trained with.
        ages: Weights of earlier moments, oldest first.
        files: Size and SHA-256 of every other file of the folder.
        format_version: Version of these fields.

    Raises:
        ModelError: If a value is of the wrong type, out of range or no name of ours.
    """

    name: str
    family: str
    agent: str
    origin: str
    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    recipe_version: int = 0
    observation: Observation
    actions: tuple[str, ...]
    network: Mapping[str, Any] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    env_steps: int
    created: str
    versions: Mapping[str, str] = field(default_factory=dict)
    ages: tuple[Age, ...] = ()
    files: Mapping[str, FileMark] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION

    def __post_init__(self) -> None:
        for name, well in _CHECKS.items():
            if not well(getattr(self, name)):
                raise ModelError("error.model.field", file=MANIFEST, field=name)
        if self.agent not in agents_of(self.family):
            raise ModelError("error.model.field", file=MANIFEST, field="agent")
        if (self.family == "deep") != _is_network(self.network):
            raise ModelError("error.model.field", file=MANIFEST, field="network")

    @property
    def main_file(self) -> str:
        """The file that holds what was learned."""
        return _NEEDED[self.family]

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return asdict(self)


def read_manifest(folder: Path, name: str = MANIFEST) -> Manifest:
    """Read the manifest of a model's folder, which may come from anybody.

    Args:
        folder: The model's.
        name: Of the file.

    Raises:
        ModelError: If it is none of ours, says something that cannot be, or is of a newer Arena.
        RunError: If there is none, or it cannot be read.
    """
    shown = f"{folder.name}/{name}"
    return manifest_from(plain_mapping(read_bounded(folder / name, MOST_JSON, shown), shown), shown)


def manifest_from(values: Mapping[str, Any], shown: str) -> Manifest:
    """Make a manifest of plain values.

    Args:
        values: As :meth:`Manifest.plain` gives them.
        shown: Name of the file for messages.

    Raises:
        ModelError: As :func:`read_manifest`.
    """
    found = values.get("format_version")
    if type(found) is int and found > FORMAT_VERSION:
        raise ModelError("error.model.newer", file=shown, found=min(found, 2**63), known=FORMAT_VERSION)
    names = {item.name for item in fields(Manifest)}
    for name in sorted(names ^ set(values)):
        raise ModelError("error.model.field", file=shown, field=f"{name:.40}")
    try:
        seen = dict(values["observation"])
        made = {
            **values,
            "observation": Observation(**{**seen, "shape": _tupled(seen.get("shape"))}),
            "actions": _tupled(values["actions"]),
            "ages": tuple(Age(**age) for age in _tupled(values["ages"])),
            "files": {name: FileMark(**mark) for name, mark in values["files"].items()},
        }
        manifest = Manifest(**made)
    except (TypeError, ValueError, AttributeError):
        raise ModelError("error.model.damaged", file=shown) from None
    except ModelError as problem:
        raise ModelError(problem.key, **{**problem.params, "file": shown}) from None
    check_files(manifest, shown)
    return manifest


def check_files(manifest: Manifest, shown: str) -> None:
    """See that a manifest lists the files its model needs and no others.

    Raises:
        ModelError: If it does not.
    """
    needed = {manifest.main_file, CARD, *(age.file for age in manifest.ages)}
    if set(manifest.files) != needed:
        raise ModelError("error.model.field", file=shown, field="files")


def agents_of(family: str) -> tuple[str, ...]:
    """Return the names of the agents of a family a model can be of."""
    if family == "deep":
        return DEEP_AGENTS
    from agents.catalog import CATALOG

    return tuple(entry.id for entry in CATALOG if entry.family == "tabular")


def is_model_name(name: object) -> bool:
    """Say whether a model can be called that: a name every file system takes, and none of a command's options."""
    if not isinstance(name, str) or not 0 < len(name) <= 60 or not name.isprintable() or name != name.strip():
        return False
    if name[0] in ".-~" or name[-1] == "." or any(letter in '/\\:*?"<>|' for letter in name):
        return False
    return re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name.lower()) is None


# ── what is allowed ────────────────────────────────────────────────────────────────────────────────────────────────


def _tupled(value: object) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise TypeError
    return tuple(value)


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping) and is_plain(value)


def _is_observation(value: Observation) -> bool:
    shape = value.shape
    return (
        value.kind in OBSERVATIONS
        and value.dtype in DTYPES
        and 1 <= len(shape) <= 3
        and all(is_whole(side, 1, 100_000) for side in shape)
        and math.prod(shape) <= 2_000_000
    )


def _is_network(value: Mapping[str, Any]) -> bool:
    width, layers = value.get("width", 1.0), value.get("layers", [])
    return (
        value.get("kind") in NETWORKS
        and len(value) <= 20
        and is_number(width)
        and 0 < width <= _WIDEST
        and isinstance(layers, (list, tuple))
        and len(layers) <= _MOST_LAYERS
        and all(is_whole(units, 1, _LARGEST_LAYER) for units in layers)
        and is_whole(value.get("quantiles", 1), 0, 1000)
    )


def _is_hyperparameters(value: object) -> bool:
    if not _is_mapping(value):
        return False
    changing = [item for item in value.values() if isinstance(item, Mapping)]  # type: ignore[attr-defined]
    return all(
        set(item) == {"kind", "start", "end"}
        and item["kind"] in SCHEDULES
        and is_number(item["start"])
        and is_number(item["end"])
        for item in changing
    )


def _is_ages(value: tuple[Age, ...]) -> bool:
    times = [age.env_steps for age in value]
    return (
        len(value) <= MOST_AGES
        and all(is_whole(time, 0, 2**62) for time in times)
        and times == sorted(set(times))
        and all(isinstance(age.file, str) and (_AGE.fullmatch(age.file) or age.file == WEIGHTS) for age in value)
        and all(is_number(age.score) for age in value)
    )


def _is_files(value: Mapping[str, FileMark]) -> bool:
    return all(
        (name in (WEIGHTS, CARD, RUN) or _AGE.fullmatch(name) is not None)
        and is_whole(mark.size, 1, MOST_JSON if name == CARD else MOST_BYTES)
        and isinstance(mark.sha256, str)
        and _SHA256.fullmatch(mark.sha256) is not None
        for name, mark in value.items()
    )


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or len(value) > 40:
        return False
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    offset = moment.utcoffset()
    return offset is not None and not offset


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "format_version": lambda value: is_whole(value, 1, FORMAT_VERSION),
    "name": is_model_name,
    "family": lambda value: value in FAMILIES,
    "origin": lambda value: value in ORIGINS,
    "env_id": is_name,
    "env_kwargs": _is_mapping,
    "recipe_version": lambda value: is_whole(value, 0, 1_000_000),
    "observation": _is_observation,
    "actions": lambda value: 1 <= len(value) <= 256 and all(is_name(name, 60) for name in value),
    "network": _is_mapping,
    "hyperparameters": _is_hyperparameters,
    "seed": lambda value: value is None or is_whole(value, 0, 2**64 - 1),
    "env_steps": lambda value: is_whole(value, 0, 2**62),
    "created": _is_time,
    "versions": lambda value: _is_mapping(value) and all(isinstance(item, str) for item in value.values()),
    "ages": _is_ages,
    "files": _is_files,
}
