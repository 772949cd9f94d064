"""Where runs are kept, and whether that place can be written to."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path

import platformdirs

from arena.errors import RunError
from arena.runs.safe_file import told_plainly

LEAST_FREE = 16 * 2**20
"""Bytes that must be free before a run begins."""


def home() -> Path:
    """Return Arena's own folder: ``ARENA_HOME`` if set, else the user data folder."""
    wanted = os.environ.get("ARENA_HOME", "")
    if wanted:
        return Path(wanted).expanduser().absolute()
    return platformdirs.user_data_path("arena", appauthor=False)


def runs_root(log_folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds run folders.

    Args:
        log_folder: What a person asked for; ``None`` or empty for the usual one.
    """
    if log_folder is not None and os.fspath(log_folder):
        return Path(log_folder).expanduser().absolute()
    return home() / "runs"


def agents_folder() -> Path:
    """Return the folder of a person's own agents."""
    return home() / "agents"


def ensure_writable(folder: str | os.PathLike[str]) -> None:
    """Make a folder if it is not there, and prove by writing that runs can be kept in it.

    Args:
        folder: Folder that holds, or is to hold, run folders.

    Raises:
        RunError: If it cannot be made, listed or written to, or its disk is full.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise RunError("error.file.not_a_folder", file=str(place))
    with told_plainly(place):
        place.mkdir(parents=True, exist_ok=True)
        with os.scandir(place):
            pass
        # Written for real: rights alone say nothing about read-only mounts, and root is refused nothing.
        probe = place / f".probe-{secrets.token_hex(8)}.tmp"
        try:
            with probe.open("xb") as file:
                file.write(bytes(64 * 1024))
                file.flush()
                os.fsync(file.fileno())
        finally:
            probe.unlink(missing_ok=True)
        if shutil.disk_usage(place).free < LEAST_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
