"""Stdout and stderr that never fail for a character, and JSON that any program can read."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
from typing import Any


def write_any_character() -> None:
    """Let a console that lacks a character (Windows, a pipe) show ``?`` instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def tell_json(value: Any) -> None:
    """Print plain values as indented ASCII JSON; a number that is not finite becomes ``null``."""
    print(json.dumps(_finite(value), indent=1, allow_nan=False), flush=True)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def leave_closed_pipe() -> None:
    """Point stdout nowhere after its reader left, or Python complains once more when it flushes at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
