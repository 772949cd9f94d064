"""Reading files somebody else may have made: regular files of a bounded size, and JSON of a bounded depth."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from arena.errors import ModelError
from arena.runs.safe_file import told_plainly

MOST_JSON = 2**20
"""Bytes of a JSON file; a longer one is none of ours."""

_DEEPEST = 12
_MOST_VALUES = 50_000


def read_bounded(path: Path, most: int, shown: str) -> bytes:
    """Return the bytes of a file.

    Args:
        path: The file; a link, a pipe or a device is none, whatever it leads to.
        most: More bytes than that are not read.
        shown: Its name as a person knows it.

    Raises:
        ModelError: If it is no regular file, or too long.
        RunError: If it is missing or cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise ModelError("error.model.damaged", file=shown)
    with told_plainly(shown):
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise ModelError("error.model.damaged", file=shown)
            if about.st_size > most:
                raise ModelError("error.model.too_large", file=shown, most=f"{most / 2**20:g}")
            data = file.read(most + 1)
    if len(data) > most:
        # It grew while it was read.
        raise ModelError("error.model.too_large", file=shown, most=f"{most / 2**20:g}")
    return data


def plain_mapping(data: bytes, shown: str) -> dict[str, Any]:
    """Return the object a JSON text holds, if it is one and bounded in depth and number of values.

    Raises:
        ModelError: If it is not.
    """
    try:
        if len(data) > MOST_JSON:
            raise ValueError
        found = json.loads(data.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_each_once)
        if not isinstance(found, dict) or not is_plain(found):
            raise ValueError
    except (ValueError, RecursionError):
        raise ModelError("error.model.damaged", file=shown) from None
    return found


def is_plain(value: object) -> bool:
    """Say whether something is made of JSON's values only: finite, not deep, not many."""
    left = _MOST_VALUES
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        left -= 1
        if left < 0 or depth > _DEEPEST:
            return False
        if isinstance(item, Mapping):
            if not all(isinstance(key, str) and _is_text(key) for key in item):
                return False
            waiting += [(each, depth + 1) for each in item.values()]
        elif isinstance(item, (list, tuple)):
            waiting += [(each, depth + 1) for each in item]
        elif not _is_single(item):
            return False
    return True


def is_name(value: object, most: int = 200) -> bool:
    """Say whether something is a short printable text."""
    return isinstance(value, str) and 0 < len(value) <= most and value.isprintable()


def is_whole(value: object, low: int, high: int) -> bool:
    """Say whether something is a whole number between two bounds; a truth value is none."""
    return type(value) is int and low <= value <= high


def is_number(value: object) -> bool:
    """Say whether something is a finite number; a truth value is none."""
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


def _is_single(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return _is_text(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    return isinstance(value, float) and math.isfinite(value)


def _is_text(value: str) -> bool:
    return len(value) <= 20_000 and "\x00" not in value and value.encode("utf-8", "replace").decode("utf-8") == value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Who reads the first of two and who reads the last would see different files.
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found
