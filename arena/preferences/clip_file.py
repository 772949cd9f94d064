"""A clip as a file of a run, ``clips/<clip id>.npz``: any numpy reads it, and a stranger's is checked byte by byte.

Members are ``observations``, ``actions``, ``rewards``, ``pictures`` (where there are any) and ``about``, the rest as
JSON in UTF-8.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

from arena.errors import RunError
from arena.preferences.clip import CLIP_ID, MOST_ARRAY_BYTES, MOST_STEPS, Clip, about_text
from arena.preferences.packed_arrays import ABOUT, packed, unpacked
from arena.runs.bounded_zip import NOT_A_ZIP
from arena.runs.safe_file import told_plainly, write_bytes

FOLDER = "clips"
"""Folder of a run, or of an exported label set, that holds clip files."""

MOST_FILE = 2 * MOST_ARRAY_BYTES + 2**20
"""Bytes of a clip file."""

_MOST: dict[str, int] = {
    ABOUT: 2**16,
    "observations": MOST_ARRAY_BYTES,
    "actions": 8 * MOST_STEPS,
    "rewards": 4 * MOST_STEPS,
    "pictures": MOST_ARRAY_BYTES,
}
# Pictures of a game are mostly one colour: only what is really large is looked at closely.
_SURE_BYTES = 16 * 2**20


def clip_path(folder: str | os.PathLike[str], clip_id: str) -> Path:
    """Return where a clip lies in a run folder or an exported label set.

    Raises:
        ValueError: If that is no clip's id (a path, perhaps).
    """
    if not CLIP_ID.fullmatch(clip_id):
        raise ValueError("clip_id")
    return Path(folder) / FOLDER / f"{clip_id}.npz"


def write_clip(folder: str | os.PathLike[str], clip: Clip) -> Path:
    """Write a clip into a run folder, whole and on disk when this returns; one that is there stays as it is.

    Args:
        folder: The run folder.
        clip: The clip.

    Raises:
        RunError: If it cannot be written.
    """
    path = clip_path(folder, clip.clip_id)
    with told_plainly(path):
        if path.is_file():
            return path
        path.parent.mkdir(exist_ok=True)
    write_bytes(path, clip_bytes(clip))
    return path


def clip_bytes(clip: Clip) -> bytes:
    """Return a clip as the bytes of its file."""
    return packed(about_text(clip.about()), clip.arrays())


def read_clip(path: str | os.PathLike[str]) -> Clip:
    """Read a clip file, which may come from anybody.

    Args:
        path: The file; where its name is a clip's id, the clip must be that one.

    Returns:
        The clip; its arrays are read-only.

    Raises:
        RunError: If it is missing, damaged, none of ours or another clip than its name says.
    """
    source = Path(path)
    with told_plainly(source), source.open("rb") as file:
        try:
            return _read(file, source.stem if CLIP_ID.fullmatch(source.stem) else "")
        except NOT_A_ZIP as problem:
            raise RunError("error.clip.damaged", file=source.name) from problem


def clip_from_bytes(data: bytes, clip_id: str) -> Clip:
    """Read a clip from the bytes of its file, which may come from anybody.

    Args:
        data: The bytes.
        clip_id: Which clip it must be.

    Raises:
        RunError: If it is damaged, none of ours or another clip.
    """
    try:
        return _read(io.BytesIO(data), clip_id)
    except NOT_A_ZIP as problem:
        raise RunError("error.clip.damaged", file=f"{clip_id}.npz") from problem


def _read(file: BinaryIO, clip_id: str) -> Clip:
    known, arrays = unpacked(file, _MOST, most_file=MOST_FILE, sure_bytes=_SURE_BYTES)
    try:
        return Clip(clip_id=clip_id, **known, **arrays)
    except (TypeError, RecursionError, OverflowError) as problem:
        # A field missing or unknown, or nested without end.
        raise ValueError(ABOUT) from problem
