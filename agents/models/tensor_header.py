"""What a ``safetensors`` file says it holds, held to its size before any library gets it; needs no PyTorch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from agents.models.plain_file import is_whole
from arena.errors import ModelError

DTYPE = "F32"
"""The one kind of number our weights are made of."""

_BYTES = 4
_MOST_HEADER = 2**18
_MOST_TENSORS = 512
_MOST_DIMENSIONS = 6


def tensor_shapes(data: bytes | memoryview, shown: str) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor in a file by name.

    Args:
        data: The whole file.
        shown: Its name as a person knows it.

    Raises:
        ModelError: If it is no such file, its parts overlap, leave holes or end elsewhere than the file does, or they
            are not 32-bit floats.
    """
    try:
        length = int.from_bytes(data[:8], "little")
        if len(data) < 8 or not 2 <= length <= min(_MOST_HEADER, len(data) - 8):
            raise ValueError
        header = json.loads(bytes(data[8 : 8 + length]).decode("utf-8"))
        if not isinstance(header, dict):
            raise TypeError
        header.pop("__metadata__", None)
        if not 0 < len(header) <= _MOST_TENSORS:
            raise ValueError
        return _shapes(header, len(data) - 8 - length)
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        raise ModelError("error.model.damaged", file=shown) from None


def _shapes(header: Mapping[str, Mapping[str, Any]], room: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    spans: list[tuple[int, int]] = []
    for name, told in header.items():
        shape, (begin, end) = told["shape"], told["data_offsets"]
        if told["dtype"] != DTYPE or not isinstance(shape, list) or len(shape) > _MOST_DIMENSIONS:
            raise ValueError
        if not all(is_whole(side, 1, 2**31) for side in shape) or not is_whole(begin, 0, room):
            raise ValueError
        if not is_whole(end, begin, room) or end - begin != _BYTES * math.prod(shape):
            raise ValueError
        found[name] = tuple(shape)
        spans.append((begin, end))
    edges = [0, *(edge for span in sorted(spans) for edge in span), room]
    if any(left != right for left, right in zip(edges[::2], edges[1::2], strict=True)):
        raise ValueError
    return found
