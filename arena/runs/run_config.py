"""``config.json``: everything needed to repeat a run."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

from arena.errors import RunError

SCHEMA_VERSION = 1
"""Newest schema this Arena knows."""

MOST_BYTES = 2**20
"""A longer ``config.json`` is none of ours."""

LIBRARIES = ("arena-lab", "gymnasium", "numba", "numpy", "pygame-ce", "scipy")
"""What a tabular run's numbers may depend on."""

_DEEPEST = 20


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What a run is made of.

    Attributes:
        env_id: Gymnasium id of the world.
        env_kwargs: Its arguments, plain JSON values.
        agent: Catalog id.
        hyperparameters: Field values by name, at the beginning of the run.
        seed: Seed of all random numbers of the run, 0 to 2⁶⁴ − 1.
        created: ISO 8601 in UTC.
        parent: ``run`` (folder name), ``tick`` and ``changes`` of a fork, else ``None``. The changes are plain values
            by name: settings, ``agent``, ``seed``, ``action``, ``world.<argument>`` (``None`` for one taken away).
        versions: Libraries, Python, platform and processor it was begun with.
        own: What is known of somebody's own agent without running it (:class:`agents.own.declaration.OwnAgent`);
            ``None`` for the agents of the catalog.
        schema_version: Version of these fields.

    Raises:
        RunError: If a value is of the wrong type or out of range.
    """

    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int
    created: str
    parent: Mapping[str, Any] | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Any] | None = None
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        for name, well in _CHECKS.items():
            if not well(getattr(self, name)):
                raise RunError("error.run.config", file="config.json", field=name)

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON; what most runs have not is left out there."""
        return {name: value for name, value in asdict(self).items() if name != "own" or value is not None}

    def to_json(self) -> str:
        """Return the text of ``config.json``.

        Raises:
            RunError: If it is longer than :meth:`from_json` would read back.
        """
        text = json.dumps(self.plain(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        if len(text) > MOST_BYTES:
            raise RunError("error.run.config", file="config.json", field="env_kwargs")
        return text

    @classmethod
    def from_json(cls, text: str, source: str) -> RunConfig:
        """Read the text of a ``config.json``, which may come from anybody.

        Args:
            text: The text.
            source: File name for messages.

        Raises:
            RunError: If it is not a configuration, or one of a newer version.
        """
        if len(text) > MOST_BYTES:
            raise RunError("error.run.damaged", file=source)
        try:
            values = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise RunError("error.run.damaged", file=source) from None
        if not isinstance(values, dict):
            raise RunError("error.run.damaged", file=source)
        found = values.get("schema_version")
        if type(found) is int and found > SCHEMA_VERSION:
            raise RunError("error.run.newer", file=source, found=min(found, 2**63), known=SCHEMA_VERSION)
        known = {item.name for item in fields(cls)}
        for name in (*sorted(known - {"own"} - set(values)), *(name for name in values if name not in known)):
            raise RunError("error.run.config", file=source, field=f"{name:.40}")
        try:
            return cls(**values)
        except RunError as problem:
            raise RunError(problem.key, **{**problem.params, "file": source}) from None


def now_utc() -> str:
    """Return the present moment as ISO 8601 in UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def library_versions() -> dict[str, str]:
    """Return the versions a run's numbers depend on: libraries, Python, platform and processor."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            # Run from a checkout that was not installed, or without an optional library.
            continue
    versions["python"] = platform.python_version()
    versions["platform"] = platform.platform()
    versions["cpu"] = _processor()
    return versions


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


# ── what is allowed ────────────────────────────────────────────────────────────────────────────────────────────────


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_plain(value: object, depth: int = 0) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return "\x00" not in value and value.encode("utf-8", "replace").decode("utf-8") == value
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    if isinstance(value, float):
        return math.isfinite(value)
    if depth >= _DEEPEST:
        return False
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item, depth + 1) for item in value)
    return _is_mapping(value, depth)


def _is_mapping(value: object, depth: int = 0) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and _is_plain(key) and _is_plain(item, depth + 1) for key, item in value.items()
    )


def _is_settings(value: object) -> bool:
    return _is_mapping(value) and all(
        isinstance(item, (int, float, str))
        for item in value.values()  # type: ignore[attr-defined]
    )


def _is_changes(value: object) -> bool:
    return _is_mapping(value) and all(
        item is None or isinstance(item, (int, float, str))
        for item in value.values()  # type: ignore[attr-defined]
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


def _is_parent(value: object) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, Mapping)
        and set(value) == {"run", "tick", "changes"}
        and _is_name(value["run"])
        and type(value["tick"]) is int
        and 0 <= value["tick"] < 2**63
        and _is_changes(value["changes"])
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "schema_version": lambda value: type(value) is int and 1 <= value <= SCHEMA_VERSION,
    "env_id": _is_name,
    "env_kwargs": _is_mapping,
    "agent": _is_name,
    "hyperparameters": _is_settings,
    "seed": lambda value: type(value) is int and 0 <= value < 2**64,
    "created": _is_time,
    "parent": _is_parent,
    "own": lambda value: value is None or _is_mapping(value),
    "versions": lambda value: _is_mapping(value) and all(isinstance(item, str) for item in value.values()),
}
