"""Files that are never seen half written: temporary file in the same folder, fsync, rename over, fsync the folder."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from arena.errors import RunError

_KEYS = {
    errno.ENOSPC: "error.file.full",
    errno.EDQUOT: "error.file.full",
    errno.EFBIG: "error.file.full",
    errno.EROFS: "error.file.read_only",
    errno.EACCES: "error.file.permission",
    errno.EPERM: "error.file.permission",
    errno.ENOENT: "error.file.missing",
    errno.ENOTDIR: "error.file.missing",
}


def run_error(problem: OSError, path: str | os.PathLike[str]) -> RunError:
    """Say what the operating system complains of as one of our errors.

    Args:
        problem: What it raised.
        path: File or folder as a person knows it.
    """
    key = _KEYS.get(problem.errno or 0, "error.file.failed")
    return RunError(key, file=os.fspath(path), problem=problem.strerror or str(problem))


@contextlib.contextmanager
def told_plainly(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn an ``OSError`` inside the block into a :class:`RunError` that names ``path``."""
    try:
        yield
    except OSError as problem:
        raise run_error(problem, path) from problem


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a file to write piece by piece; it stands in the place of the old one when the block ends, or not at all.

    Args:
        path: File; its folder must exist.

    Raises:
        RunError: If it cannot be written. After that, or whatever else the block raises, the old file is as it was and
            the temporary one is gone.
    """
    target = Path(path)
    with told_plainly(target):
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            # mkstemp gives nobody else a look; a run is to be handed in and opened by others.
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(target.parent)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file as a whole or not at all; what was there before stays until the new one is safely on disk.

    Args:
        path: File; its folder must exist.
        data: Everything it is to hold.

    Raises:
        RunError: If it cannot be written; the temporary file is gone then.
    """
    with replacing(path) as file:
        file.write(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file in UTF-8 as :func:`write_bytes` does.

    Raises:
        RunError: As :func:`write_bytes`.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write plain values as indented JSON, as :func:`write_bytes` does.

    Raises:
        RunError: As :func:`write_bytes`.
        TypeError: If a value is none that JSON knows.
        ValueError: If a number is not finite.
    """
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut, where the operating system knows how."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    # Some network file systems refuse to sync a folder; the rename itself has happened.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    # There is no way to ask without setting it; two threads that do this both set the same again.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
