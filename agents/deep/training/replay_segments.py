"""A replay buffer on disk, in compressed segments named by what is in them: only what has changed is written again.

A buffer of 100,000 pictures is 0.7 GB, and two checkpoints of it would be twice that. Between two checkpoints a small
part of the ring is overwritten; what was not is the same segment and stays where it is.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import RunError
from arena.runs.safe_file import told_plainly, write_bytes

SEGMENT_BYTES = 4 * 2**20
"""About so many bytes before they are compressed."""

_PLAIN = (bool, int, float)
_LEVEL = 1


def save_replay(folder: Path, buffer: Any) -> dict[str, Any]:
    """Write what is in a replay buffer.

    Args:
        folder: Folder of the segments; made where missing.
        buffer: An SB3 ``ReplayBuffer`` or one of its kind: its state is its NumPy arrays and plain numbers.

    Returns:
        What :func:`load_replay` needs, ready for JSON.

    Raises:
        RunError: If it cannot be written.
    """
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: value for name, value in vars(buffer).items() if isinstance(value, np.ndarray)}
    return {
        "numbers": {name: value for name, value in vars(buffer).items() if type(value) in _PLAIN},
        "arrays": {name: _saved(folder, value) for name, value in arrays.items()},
    }


def _saved(folder: Path, array: NDArray[Any]) -> dict[str, Any]:
    names = []
    for piece in _pieces(array):
        data = np.ascontiguousarray(piece).tobytes()
        name = hashlib.sha256(data).hexdigest()
        if not (folder / name).exists():
            write_bytes(folder / name, zlib.compress(data, _LEVEL))
        names.append(name)
    return {"dtype": array.dtype.str, "shape": list(array.shape), "segments": names}


def _pieces(array: NDArray[Any]) -> Iterable[NDArray[Any]]:
    if not array.size:
        return
    rows = max(1, SEGMENT_BYTES // max(1, array.nbytes // len(array)))
    for start in range(0, len(array), rows):
        yield array[start : start + rows]


def load_replay(folder: Path, state: Mapping[str, Any], buffer: Any) -> None:
    """Fill a replay buffer made with the same settings with what was saved.

    Args:
        folder: Folder of the segments.
        state: What :func:`save_replay` returned.
        buffer: The buffer.

    Raises:
        RunError: If a segment is missing or damaged, or belongs to another buffer; what is in the buffer is of no use
            then.
    """
    own = vars(buffer)
    for name, known in state["arrays"].items():
        array = own.get(name)
        if (
            not isinstance(array, np.ndarray)
            or array.dtype.str != known["dtype"]
            or list(array.shape) != known["shape"]
        ):
            raise RunError("error.run.arrays", name=name)
        pieces = list(_pieces(array))
        if len(pieces) != len(known["segments"]):
            raise RunError("error.run.arrays", name=name)
        for piece, segment in zip(pieces, known["segments"], strict=True):
            piece[...] = np.frombuffer(_read(folder / segment, piece.nbytes), array.dtype).reshape(piece.shape)
    for name, value in state["numbers"].items():
        if type(own.get(name)) is not type(value):
            raise RunError("error.run.arrays", name=name)
        setattr(buffer, name, value)


def _read(path: Path, size: int) -> bytes:
    with told_plainly(path):
        packed = path.read_bytes()
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, size + 1)
    except zlib.error as problem:
        raise RunError("error.run.damaged", file=str(path)) from problem
    if len(data) != size or hashlib.sha256(data).hexdigest() != path.name:
        raise RunError("error.run.damaged", file=str(path))
    return data


def forget_segments(folder: Path, checkpoints: Iterable[Path]) -> None:
    """Delete the segments that no checkpoint needs any more.

    Args:
        folder: Folder of the segments.
        checkpoints: Folders of the checkpoints that are kept.
    """
    if not folder.is_dir():
        return
    needed: set[str] = set()
    for path in checkpoints:
        state = json.loads((path / "state.json").read_text("utf-8"))
        for array in (state.get("replay") or {"arrays": {}})["arrays"].values():
            needed.update(array["segments"])
    with told_plainly(folder):
        for path in folder.iterdir():
            if path.name not in needed:
                path.unlink()
