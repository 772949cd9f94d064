"""Where compiled kernels are kept on disk, and the decorators that compile them.

Numba notices a change in the decorated function's own file only; a kernel that calls a changed function of another
file would be taken from disk as it was. So the cache folder carries a hash of all kernel sources.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from platformdirs import user_cache_path

F = TypeVar("F", bound=Callable[..., Any])


def _source_hash() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _cache_folder() -> Path | None:
    """Return the first folder that can be written to, or None: then kernels are compiled anew in each process."""
    name = Path("kernels") / _source_hash()
    home = os.environ.get("ARENA_CACHE")
    roots = [Path(home)] if home else [user_cache_path("arena"), Path(tempfile.gettempdir()) / "arena"]
    for root in roots:
        try:
            (root / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=root / name):
                return root / name
        except OSError:
            continue
    return None


CACHE = _cache_folder()
if CACHE is not None:
    numba.config.CACHE_DIR = str(CACHE)  # type: ignore[attr-defined]


def compiled(function: F) -> F:
    """Compile a function called from Python; it releases the GIL and is kept on disk."""
    made: F = numba.njit(function, cache=CACHE is not None, nogil=True)
    return made


def inlined(function: F) -> F:
    """Compile a small function into whatever compiled function calls it."""
    made: F = numba.njit(function, inline="always")
    return made


def called(function: F) -> F:
    """Compile a function that only compiled functions call."""
    made: F = numba.njit(function)
    return made
