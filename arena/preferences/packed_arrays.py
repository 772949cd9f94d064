"""Plain numbers by name in one ``.npz`` file, with what is known of them as JSON: any numpy reads it.

A file may come from anybody: which members there may be and how large they are is settled by whoever reads it, nothing
is unpickled, and nothing in a header is evaluated.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from arena.protocol.array_bytes import dtype_from
from arena.runs.bounded_zip import check_directory, check_members, member_pieces

HEADER = 256
"""Bytes of the head of an array, at most."""

ABOUT = "about"
"""Name of the member that holds the JSON, as its bytes in UTF-8."""

_MAGIC = b"\x93NUMPY\x01\x00"
_DESCRIPTION = re.compile(
    rb"\{'descr': '([<>|=]?[a-z][0-9]{1,2})', 'fortran_order': False, 'shape': \(([0-9, ]{0,120})\), \} *\n"
)


def packed(about: str, arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of a file.

    Args:
        about: JSON.
        arrays: Plain numbers by name.
    """
    text = np.frombuffer(about.encode("utf-8"), np.uint8)
    made = io.BytesIO()
    # Level 1: the games wait meanwhile, and the frames of one clip repeat each other anyway.
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in {ABOUT: text, **arrays}.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return made.getvalue()


def unpacked(
    file: BinaryIO, most: Mapping[str, int], *, most_file: int, sure_bytes: int, only: Collection[str] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a file.

    Args:
        file: The file, open.
        most: Bytes of each array that may be in it, by name; that of :data:`ABOUT` too.
        most_file: Bytes of the file.
        sure_bytes: As for :func:`arena.runs.bounded_zip.check_members`.
        only: Arrays to read; all of them where not given. The file is held to its bounds all the same.

    Returns:
        What is known of the arrays, and the arrays, read-only.

    Raises:
        KeyError: If there is nothing known of them.
        ValueError: If it is none of ours; :data:`arena.runs.bounded_zip.NOT_A_ZIP` names what else is raised then.
    """
    if file.seek(0, os.SEEK_END) > most_file:
        raise ValueError("size")
    check_directory(file, most_members=len(most), most_list=2**12)
    with zipfile.ZipFile(file) as archive:
        members = check_members(archive, _bounds(most), sure_bytes=sure_bytes)
        arrays: dict[str, Any] = {
            name.removesuffix(".npy"): array_of(
                b"".join(member_pieces(archive, name, most[name.removesuffix(".npy")] + HEADER))
            )
            for name in members
            if only is None or name.removesuffix(".npy") in (ABOUT, *only)
        }
    about = arrays.pop(ABOUT)
    if about.dtype != np.uint8 or about.ndim != 1:
        raise ValueError(ABOUT)
    try:
        known = json.loads(about.tobytes(), parse_constant=_no_number)
    except RecursionError as problem:
        raise ValueError(ABOUT) from problem
    if not isinstance(known, dict):
        raise ValueError(ABOUT)
    return known, arrays


def _bounds(most: Mapping[str, int]) -> Callable[[str], int | None]:
    members = {f"{name}.npy": size + HEADER for name, size in most.items()}
    return members.get


def array_of(data: bytes) -> NDArray[Any]:
    """Return the array of a ``.npy`` file as numpy writes it.

    Raises:
        ValueError: If it is none, or holds anything but plain numbers and truth values.
    """
    start = len(_MAGIC) + 2
    end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
    described = _DESCRIPTION.fullmatch(data[start:end]) if end <= HEADER else None
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
