"""A clip as a file of a run, ``clips/<clip id>.npz``: any numpy reads it, and a stranger's is checked byte by byte.

Members are ``observations``, ``actions``, ``rewards``, ``pictures`` (where there are any) and ``about``, the rest as
JSON in UTF-8.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from arena.errors import RunError
from arena.preferences.clip import CLIP_ID, MOST_ARRAY_BYTES, MOST_STEPS, Clip, about_text
from arena.protocol.array_bytes import dtype_from
from arena.runs.bounded_zip import NOT_A_ZIP, check_directory, check_members, member_pieces
from arena.runs.safe_file import told_plainly, write_bytes

FOLDER = "clips"
"""Folder of a run, or of an exported label set, that holds clip files."""

MOST_FILE = 2 * MOST_ARRAY_BYTES + 2**20
"""Bytes of a clip file."""

_HEADER = 256
_ABOUT = "about"
_MOST: dict[str, int] = {
    "about.npy": 2**16 + _HEADER,
    "observations.npy": MOST_ARRAY_BYTES + _HEADER,
    "actions.npy": 8 * MOST_STEPS + _HEADER,
    "rewards.npy": 4 * MOST_STEPS + _HEADER,
    "pictures.npy": MOST_ARRAY_BYTES + _HEADER,
}
# Pictures of a game are mostly one colour: only what is really large is looked at closely.
_SURE_BYTES = 16 * 2**20
_MAGIC = b"\x93NUMPY\x01\x00"
_DESCRIPTION = re.compile(
    rb"\{'descr': '([<>|=]?[a-z][0-9]{1,2})', 'fortran_order': False, 'shape': \(([0-9, ]{0,120})\), \} *\n"
)


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
    about = np.frombuffer(about_text(clip.about()).encode("utf-8"), np.uint8)
    made = io.BytesIO()
    # Level 1: the games wait meanwhile, and the frames of one clip repeat each other anyway.
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in {_ABOUT: about, **clip.arrays()}.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return made.getvalue()


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
    if file.seek(0, os.SEEK_END) > MOST_FILE:
        raise ValueError("size")
    check_directory(file, most_members=len(_MOST), most_list=2**12)
    with zipfile.ZipFile(file) as archive:
        members = check_members(archive, _MOST.get, sure_bytes=_SURE_BYTES)
        arrays: dict[str, Any] = {
            name.removesuffix(".npy"): _array(b"".join(member_pieces(archive, name, _MOST[name]))) for name in members
        }
    about = arrays.pop(_ABOUT)
    if about.dtype != np.uint8 or about.ndim != 1:
        raise ValueError(_ABOUT)
    try:
        known = json.loads(about.tobytes(), parse_constant=_no_number)
        return Clip(clip_id=clip_id, **known, **arrays)
    except (TypeError, RecursionError, OverflowError) as problem:
        # A field missing or unknown, or nested without end.
        raise ValueError(_ABOUT) from problem


def _array(data: bytes) -> NDArray[Any]:
    """Return the array of a ``.npy`` file as numpy writes it; nothing in it is evaluated."""
    start = len(_MAGIC) + 2
    end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
    described = _DESCRIPTION.fullmatch(data[start:end]) if end <= _HEADER else None
    if not data.startswith(_MAGIC) or described is None:
        raise ValueError("npy")
    dtype = dtype_from(described[1].decode("ascii"))
    shape = tuple(int(length) for length in described[2].decode("ascii").split(",") if length.strip())
    if math.prod(shape) * dtype.itemsize != len(data) - end or len(shape) > 8:
        raise ValueError("shape")
    array: NDArray[Any] = np.frombuffer(data, dtype, offset=end).reshape(shape)
    if dtype.kind == "b" and array.size and array.view(np.uint8).max() > 1:
        # A truth value other than 0 and 1 makes compiled code do what nobody wrote.
        raise ValueError("truth value")
    return array


def _no_number(name: str) -> float:
    raise ValueError(name)
