"""Numpy arrays as a description (plain JSON values) and raw bytes, and back: for messages and keyframes alike.

Bytes may come from a stranger's file: dtypes are on an allow list, sizes are exact, and nothing is ever unpickled.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
"""Every array begins at a multiple of this many bytes."""

MOST_DIMENSIONS = 16
MOST_FIELDS = 1024
MOST_ARRAYS = 4096

_PLAIN = frozenset(
    np.dtype(order + kind).str
    for kind in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
    for order in "<>"
)


@lru_cache(maxsize=256)
def dtype_description(dtype: np.dtype[Any]) -> str | tuple[tuple[str, str], ...]:
    """Describe a dtype as in ``np.dtype.descr``: its code, or ``(name, code)`` of each field.

    Padding of an aligned structure has an empty name and a ``|V`` code.

    Raises:
        ValueError: If it is neither plain numbers or truth values nor a flat structure of them.
    """
    if dtype.names is None:
        if dtype.str not in _PLAIN:
            raise ValueError(f"dtype {dtype}")
        return dtype.str
    fields = tuple((str(name), str(code)) for name, code, *_ in dtype.descr)
    if dtype_from(fields) != dtype:
        raise ValueError(f"dtype {dtype}")
    return fields


def dtype_from(described: Any) -> np.dtype[Any]:
    """Return the dtype of a description that may come from anybody.

    Raises:
        ValueError: If it is not on the allow list.
    """
    if isinstance(described, str):
        return np.dtype(_plain_code(described))
    if not isinstance(described, (list, tuple)) or not 0 < len(described) <= MOST_FIELDS:
        raise ValueError("dtype")
    fields = []
    for entry in described:
        if not isinstance(entry, (list, tuple)) or len(entry) != 2:
            raise ValueError("dtype")
        name, code = entry
        if not isinstance(name, str) or not isinstance(code, str):
            raise ValueError("dtype")
        fields.append((name, code))
    return _structure(tuple(fields))


def _plain_code(code: str) -> str:
    if code not in _PLAIN:
        raise ValueError("dtype")
    return code


@lru_cache(maxsize=256)
def _structure(entries: tuple[tuple[str, str], ...]) -> np.dtype[Any]:
    names: list[str] = []
    formats: list[str] = []
    offsets: list[int] = []
    size = 0
    for name, code in entries:
        if name == "":
            size += _padding(code)
            continue
        names.append(name)
        formats.append(_plain_code(code))
        offsets.append(size)
        size += np.dtype(code).itemsize
    # numpy refuses names given twice with a ValueError, as wanted.
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})


def _padding(code: str) -> int:
    digits = code[2:] if code.startswith("|V") else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3):
        raise ValueError("dtype")
    return int(digits)


def pack(arrays: Mapping[str, NDArray[Any]], *, structures: bool) -> tuple[list[list[Any]], list[bytes | memoryview]]:
    """Turn named arrays into descriptions and the bytes that follow each other, padded to :data:`ALIGNMENT`.

    Args:
        arrays: Arrays of any shape; what is not contiguous is copied.
        structures: Whether flat structured dtypes are allowed beside plain ones.

    Returns:
        ``[name, dtype, shape]`` of each array, and the pieces to be joined.

    Raises:
        ValueError: If something is no array, or of a dtype that does not travel.
    """
    described: list[list[Any]] = []
    pieces: list[bytes | memoryview] = []
    for name, given in arrays.items():
        if not isinstance(name, str) or not isinstance(given, np.ndarray) or given.ndim > MOST_DIMENSIONS:
            raise ValueError(f"array {name!s:.60}")
        if given.dtype.names is not None and not structures:
            raise ValueError(f"dtype {given.dtype}")
        described.append([name, dtype_description(given.dtype), given.shape])
        pieces.append(raw_bytes(given))
        if missing := -given.nbytes % ALIGNMENT:
            pieces.append(bytes(missing))
    if len(described) > MOST_ARRAYS:
        raise ValueError("too many arrays")
    return described, pieces


def raw_bytes(array: NDArray[Any]) -> memoryview:
    """Return the bytes of an array in C order, without copying where it lies like that."""
    # As numbers of one byte: a buffer that names the fields of a structure may not have just any names.
    return np.asarray(array, order="C").reshape(-1).view(np.uint8).data


def unpack(
    described: Any, data: bytes | memoryview, offset: int, *, structures: bool
) -> tuple[dict[str, NDArray[Any]], int]:
    """Return the arrays of :func:`pack`, read-only and without copying.

    Args:
        described: What :func:`pack` described, possibly from a stranger.
        data: Bytes that hold the arrays.
        offset: Where the first one begins.
        structures: Whether flat structured dtypes are allowed.

    Returns:
        Arrays by name, and where the bytes after the last one begin.

    Raises:
        ValueError: If a description is not one, or the bytes do not suffice.
    """
    if not isinstance(described, list) or len(described) > MOST_ARRAYS:
        raise ValueError("arrays")
    arrays: dict[str, NDArray[Any]] = {}
    for entry in described:
        name, dtype, shape = _entry(entry, structures)
        count = math.prod(shape)
        end = offset + count * dtype.itemsize
        if name in arrays or end > len(data):
            raise ValueError("arrays")
        arrays[name] = _array(dtype, shape, count, data, offset)
        offset = end + -end % ALIGNMENT
    return arrays, offset


def _entry(entry: Any, structures: bool) -> tuple[str, np.dtype[Any], Sequence[int]]:
    if not isinstance(entry, list) or len(entry) != 3:
        raise ValueError("arrays")
    name, described, shape = entry
    if not isinstance(name, str) or not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS:
        raise ValueError("arrays")
    if any(type(length) is not int or not 0 <= length < 2**40 for length in shape):
        raise ValueError("shape")
    if not structures and not isinstance(described, str):
        raise ValueError("dtype")
    dtype = dtype_from(described)
    # numpy bounds the product of all lengths that are not 0, also where one is.
    if math.prod(length for length in shape if length) * max(1, dtype.itemsize) >= 2**62:
        raise ValueError("shape")
    return name, dtype, shape


def _array(
    dtype: np.dtype[Any], shape: Sequence[int], count: int, data: bytes | memoryview, offset: int
) -> NDArray[Any]:
    if count * dtype.itemsize == 0:
        array: NDArray[Any] = np.zeros(shape, dtype)
        array.flags.writeable = False
        return array
    array = np.frombuffer(data, dtype, count, offset).reshape(shape)
    for name in dtype.names or ():
        _check_truth(array[name])
    _check_truth(array)
    return array


def _check_truth(array: NDArray[Any]) -> None:
    # A truth value other than 0 and 1 makes compiled code do what nobody wrote.
    if array.dtype.kind == "b" and array.size and array.view(np.uint8).max() > 1:
        raise ValueError("truth value")
