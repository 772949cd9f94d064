"""Clips, pairs and labels as lines of JSON, and back: the lines of ``labels.jsonl`` in a run and in a label set.

Lines may come from anybody: each field is checked, and nothing unknown is taken.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from arena.errors import RunError
from arena.preferences.clip import CLIP_ID, KINDS, MOST_STEPS, ClipEntry, about_text
from arena.preferences.label import ANSWERS, LONGEST_RATER, REASONS, Label, Pair, Votes

VERSION = 1
"""Version of the lines; a reader refuses newer ones."""

LONGEST_LINE = 2**16
"""Bytes of a line; a longer one is none of ours."""

Entry: TypeAlias = ClipEntry | Pair | Label

_TYPES: Mapping[str, type[Entry]] = {"clip": ClipEntry, "pair": Pair, "label": Label}
_LINES = {kind: name for name, kind in _TYPES.items()}
_ID = re.compile(r"[0-9a-f]{8,64}")
_SOURCE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_NAME = 200
# A number beyond it is damage, which costs a line, and not a newer Arena, which ends the reading.
_MOST_VERSION = 999
_INT_BOUND = 2**63


def line_of(entry: Entry, run_id: str) -> bytes:
    """Return an entry as a line, its line break included.

    Args:
        entry: A clip, pair or label.
        run_id: Whose it is.

    Raises:
        ValueError: If it holds something that would not be read back, or is too long.
    """
    fields = {item.name: _plain(getattr(entry, item.name)) for item in dataclasses.fields(entry)}
    line = (
        about_text({"line": _LINES[type(entry)], "version": VERSION, **fields, "run_id": run_id}).encode("utf-8")
        + b"\n"
    )
    entry_from(line)
    return line


def entry_from(line: bytes) -> tuple[Entry, str]:
    """Read a line, which may come from anybody.

    Returns:
        The entry, and the run whose it was.

    Raises:
        ValueError: If it is none of ours; it names the field.
        RunError: If it comes from a newer Arena.
    """
    try:
        fields = _DECODER.decode(line.decode("utf-8")) if len(line) <= LONGEST_LINE else None
    except RecursionError as problem:
        raise ValueError("line") from problem
    if not isinstance(fields, dict):
        raise ValueError("line")
    version = fields.pop("version", None)
    if type(version) is not int or not 1 <= version <= _MOST_VERSION:
        raise ValueError("version")
    if version > VERSION:
        raise RunError("error.label.newer", found=version, known=VERSION)
    name = fields.pop("line", None)
    kind = _TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError("line")
    return _entry(kind, fields)


def _entry(kind: type[Entry], fields: dict[str, Any]) -> tuple[Entry, str]:
    checks = _CHECKS[kind]
    for field, value in fields.items():
        if field not in checks or not checks[field](value):
            raise ValueError(f"{field:.40}")
    if len(fields) < len(checks):
        raise ValueError(next(field for field in checks if field not in fields))
    run_id: str = fields["run_id"]
    if kind is not Pair:
        del fields["run_id"]
    if kind is Label and fields["votes"] is not None:
        fields["votes"] = Votes(**fields["votes"])
    return kind(**fields), run_id


def _plain(value: Any) -> Any:
    if isinstance(value, Votes):
        return dataclasses.asdict(value)
    return dict(value) if isinstance(value, Mapping) else value


def checked_rater(name: str) -> str:
    """Return a rater's name without blanks around it.

    Raises:
        ValueError: If it is empty, too long or holds signs that cannot be shown.
    """
    tidy = name.strip()
    if not _rater(tidy):
        raise ValueError("rater")
    return tidy


def _no_number(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text[:40])
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)


# ── what each field may be ─────────────────────────────────────────────────────────────────────────────────────────


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < _INT_BOUND


def _steps(value: Any) -> bool:
    return _whole(value) and 0 < value <= MOST_STEPS


def _id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _clip_id(value: Any) -> bool:
    return isinstance(value, str) and CLIP_ID.fullmatch(value) is not None


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MOST_NAME and value.isprintable()


def _rater(value: Any) -> bool:
    return _name(value) and len(value) <= LONGEST_RATER and value == value.strip()


def _source(value: Any) -> bool:
    return isinstance(value, str) and _SOURCE.fullmatch(value) is not None


def _seconds(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and value >= 0


def _moment(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 40:
        return False
    try:
        return datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        return False


def _mapping(value: Any) -> bool:
    # Its own size is bounded by that of the line.
    return isinstance(value, dict)


def _votes(value: Any) -> bool:
    names = {"left", "right", "equal", "unclear"}
    return value is None or (
        isinstance(value, dict) and set(value) == names and all(_whole(count) for count in value.values())
    )


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in choices


_CHECKS: Mapping[type[Entry], Mapping[str, Callable[[Any], bool]]] = {
    ClipEntry: {
        "run_id": _name, "clip_id": _clip_id, "env_id": _name, "env_kwargs": _mapping, "kind": _one_of(KINDS),
        "env_step": _whole, "game": _whole, "length": _steps,
    },
    Pair: {
        "run_id": _name, "pair_id": _id, "left": _clip_id, "right": _clip_id, "why": _one_of(REASONS),
        "details": _mapping, "env_step": _whole,
    },
    Label: {
        "run_id": _name, "label_id": _id, "pair_id": _id, "answer": _one_of(ANSWERS), "rater": _rater,
        "seconds": _seconds, "given": _moment, "source": _source, "votes": _votes,
        "taken_back": lambda value: isinstance(value, bool), "revision": _whole,
    },
}  # fmt: skip
