"""What is known of somebody's own agent without running it: read from its file as text, or from a run's configuration.

Looking at a file, listing it and showing its form must run nothing of it. So the settings have to stand in the class as
plain numbers, and are found in the syntax tree.
"""

from __future__ import annotations

import ast
import hashlib
import keyword
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.configuration import Setting
from arena.errors import RunError, UsageError

MOST_BYTES = 2**18
"""A longer file is no agent somebody wrote."""

MOST_SETTINGS = 32
MOST_ARRAYS = 64
MOST_NUMBERS = 2**24
"""Numbers in all arrays of an agent together (128 MB)."""

LONGEST_NAME = 60

_KNOWN: Mapping[str, Mapping[str, Any]] = {
    "alpha": {"low": 0.0, "high": 1.0, "above": True},
    "gamma": {"low": 0.0, "high": 1.0},
    "epsilon": {"low": 0.0, "high": 1.0},
}
"""Names everybody gives the same meaning: their range, and the texts they have already."""

_TAKEN = {"choose", "learn", "start", "episode_over", "settings", "mover", "agent", "seed", "action", "world"}
_WIDEST = 1e12
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class OwnAgent:
    """An agent somebody wrote.

    Attributes:
        file: Name of its file.
        class_name: Name of its class.
        sha256: Fingerprint of the file.
        summary: First line of the file's docstring.
        settings: Its hyper-parameters.
        arrays: Name and shape of each array it has asked for; known once it has been started.
    """

    file: str
    class_name: str
    sha256: str
    summary: str = ""
    settings: tuple[Setting, ...] = ()
    arrays: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def name(self) -> str:
        """Its name: that of the file without ``.py``."""
        return self.file.removesuffix(".py")

    def with_arrays(self, arrays: tuple[tuple[str, tuple[int, ...]], ...]) -> OwnAgent:
        """Return it with the arrays it has asked for."""
        return replace(self, arrays=arrays)

    def plain(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "file": self.file,
            "class": self.class_name,
            "sha256": self.sha256,
            "summary": self.summary,
            "settings": [
                [item.name, item.default, item.low, item.high, item.above, item.remark] for item in self.settings
            ],
            "arrays": [[name, list(shape)] for name, shape in self.arrays],
        }

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> OwnAgent:
        """Read what :meth:`plain` returned, which may come from anybody.

        Raises:
            RunError: If it is none of ours.
        """
        try:
            return _from_plain(values)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise RunError("error.run.config", file="config.json", field="own") from None

    @classmethod
    def from_source(cls, source: bytes, file: str) -> OwnAgent:
        """Read an agent's file; nothing of it is run.

        Args:
            source: Bytes of the file.
            file: Its name.

        Raises:
            UsageError: If it is no agent; the sentence says where.
        """
        if not is_agent_file(file):
            raise UsageError("error.own.name", file=file)
        tree = _parsed(source, file)
        found = _agent_class(tree)
        if found is None:
            raise UsageError("error.own.no_class", file=file)
        lines = source.decode("utf-8", "replace").splitlines()
        return cls(
            file=file,
            class_name=found.name,
            sha256=fingerprint(source),
            summary=_first_line(ast.get_docstring(tree) or ""),
            settings=_settings(found, lines, file),
        )


def fingerprint(source: bytes) -> str:
    """Return the SHA-256 of a file's bytes, 64 hexadecimal digits: what consent is given to."""
    return hashlib.sha256(source).hexdigest()


def is_agent_file(file: str) -> bool:
    """Say whether a file may be an agent by its name: a Python name and ``.py``."""
    name = file.removesuffix(".py")
    return file.endswith(".py") and name.isidentifier() and not keyword.iskeyword(name) and len(name) <= LONGEST_NAME


def _first_line(text: str) -> str:
    line = next(iter(text.strip().splitlines()), "")
    return "".join(each for each in line if each.isprintable())[:200]


# ── from the text of a file ────────────────────────────────────────────────────────────────────────────────────────


def _parsed(source: bytes, file: str) -> ast.Module:
    if len(source) > MOST_BYTES:
        raise UsageError("error.own.too_long", file=file, most=MOST_BYTES // 1024)
    try:
        with warnings.catch_warnings():
            # An odd escape in a string is for its author's editor to complain of.
            warnings.simplefilter("ignore")
            return ast.parse(source, file)
    except SyntaxError as problem:
        raise UsageError("error.own.syntax", file=file, line=problem.lineno or 1, problem=problem.msg) from None
    except (ValueError, RecursionError, MemoryError) as problem:
        raise UsageError("error.own.syntax", file=file, line=1, problem=type(problem).__name__) from None


def _agent_class(tree: ast.Module) -> ast.ClassDef | None:
    """Return the last class of the file that can choose and learn."""
    for node in reversed(tree.body):
        if isinstance(node, ast.ClassDef):
            methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
            if {"choose", "learn"} <= methods:
                return node
    return None


def _settings(found: ast.ClassDef, lines: list[str], file: str) -> tuple[Setting, ...]:
    for node in found.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "settings" for target in targets):
            value = getattr(node, "value", None)
            if not isinstance(value, ast.Dict):
                raise UsageError("error.own.settings", file=file, line=node.lineno)
            made = tuple(_one(key, item, lines, file) for key, item in zip(value.keys, value.values, strict=True))
            if len(made) > MOST_SETTINGS or len({item.name for item in made}) < len(made):
                raise UsageError("error.own.settings", file=file, line=node.lineno)
            return made
    return ()


def _one(key: ast.expr | None, value: ast.expr, lines: list[str], file: str) -> Setting:
    try:
        name = ast.literal_eval(key) if key is not None else None
        given = ast.literal_eval(value)
        default, low, high = given if isinstance(given, tuple) else (given, None, None)
        _, _, remark = lines[(value.end_lineno or value.lineno) - 1].partition("#")
        return _setting(name, default, low, high, remark=_first_line(remark))
    except (ValueError, TypeError, RecursionError):
        raise UsageError("error.own.settings", file=file, line=value.lineno) from None


def _setting(
    name: object, default: object, low: object, high: object, above: bool | None = None, remark: object = ""
) -> Setting:
    """Make a setting; ``ValueError`` or ``TypeError`` where it cannot be one."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or len(name) > LONGEST_NAME:
        raise ValueError
    if name in _TAKEN or name.startswith("_") or not isinstance(remark, str):
        raise ValueError
    known = _KNOWN.get(name, {})
    lowest = known.get("low", -_WIDEST) if low is None else _number(low)
    highest = known.get("high", _WIDEST) if high is None else _number(high)
    excluded = bool(known.get("above", False)) if above is None and low is None else bool(above)
    value = _number(default)
    if known:
        value = float(value)
    if not lowest <= value <= highest or (excluded and value == lowest):
        raise ValueError
    return Setting(
        name=name, default=value, low=float(lowest), high=float(highest), above=excluded, main=True,
        label="" if known else name, remark="" if known else _first_line(remark),
    )  # fmt: skip


def _number(value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError
    if abs(value) > _WIDEST:
        raise ValueError
    return value


# ── from a run's configuration ─────────────────────────────────────────────────────────────────────────────────────


def _from_plain(values: Mapping[str, Any]) -> OwnAgent:
    if set(values) != {"file", "class", "sha256", "summary", "settings", "arrays"}:
        raise ValueError
    file, class_name, digest = values["file"], values["class"], values["sha256"]
    if not all(isinstance(each, str) for each in (file, class_name, digest)):
        raise ValueError
    if not is_agent_file(file) or not class_name.isidentifier() or not _SHA256.fullmatch(digest):
        raise ValueError
    settings = tuple(
        _setting(name, default, low, high, bool(above), remark)
        for name, default, low, high, above, remark in values["settings"]
    )
    arrays = tuple(checked_array(name, shape) for name, shape in values["arrays"])
    names = {item.name for item in settings}
    if len(settings) > MOST_SETTINGS or len(names) < len(settings) or len(dict(arrays)) < len(arrays):
        raise ValueError
    if len(arrays) > MOST_ARRAYS or sum(math.prod(shape) for _, shape in arrays) > MOST_NUMBERS:
        raise ValueError
    return OwnAgent(
        file=file,
        class_name=class_name,
        sha256=digest,
        summary=_first_line(str(values["summary"])),
        settings=settings,
        arrays=arrays,
    )


def checked_array(name: object, shape: Any) -> tuple[str, tuple[int, ...]]:
    """Return name and shape of an array if an agent may have one like it.

    Raises:
        ValueError: If it may not.
    """
    lengths = tuple(shape)
    if not isinstance(name, str) or not name.isidentifier() or len(name) > LONGEST_NAME or not 1 <= len(lengths) <= 4:
        raise ValueError(name)
    if any(type(length) is not int or not 1 <= length <= MOST_NUMBERS for length in lengths):
        raise ValueError(name)
    if math.prod(lengths) > MOST_NUMBERS:
        raise ValueError(name)
    return name, lengths
