"""A stretch of what somebody's own agent did, as bytes: its moves and every number it wrote.

With the world, the seed and the arrays at its beginning this is all that is needed to do it again without the code that
did it: which outcome a move had is drawn from the seed.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import RunError
from arena.protocol.array_bytes import ALIGNMENT, pack, unpack

BLOCK_MAGIC = b"\x93WRITES\n"
LONGEST = 2**26
"""Bytes of a block, packed or not; a longer one is none of ours."""

HEAD = struct.Struct("<8sQqqqII")
"""Magic, bytes of the body, first tick, ticks, most writes in one tick, crc32 of the body, crc32 of all before it."""

_BEFORE_CRC = HEAD.size - 4
_LENGTH = struct.Struct("<Q")
_NAMES = ("actions", "counts", "indices", "values")


@dataclass(frozen=True, kw_only=True)
class WriteBlock:
    """What an agent did from one tick to another, n ticks with m writes.

    Attributes:
        first_tick: Clock before the first of them.
        actions: ``int32 [n]``, the move of each tick.
        counts: ``int32 [n]``, how many of the writes belong to each tick.
        indices: ``int64 [m]``, which number was written: its place in all arrays of the agent laid end to end.
        values: ``float64 [m]``, what was written.
    """

    first_tick: int
    actions: NDArray[np.int32]
    counts: NDArray[np.int32]
    indices: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def end(self) -> int:
        """Clock after the last tick."""
        return self.first_tick + len(self.actions)

    @property
    def most_writes(self) -> int:
        """Most writes of one tick."""
        return int(self.counts.max(initial=0))

    def until(self, tick: int) -> WriteBlock:
        """Return the part of it that lies before a tick."""
        ticks = max(0, min(tick, self.end) - self.first_tick)
        writes = int(self.counts[:ticks].sum())
        return WriteBlock(
            first_tick=self.first_tick,
            actions=self.actions[:ticks],
            counts=self.counts[:ticks],
            indices=self.indices[:writes],
            values=self.values[:writes],
        )


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a block: bytes of its body, first tick, ticks, most writes in a tick, checksum of the body."""

    length: int
    first_tick: int
    ticks: int
    most_writes: int
    crc: int


def to_bytes(block: WriteBlock) -> bytes:
    """Turn a block into bytes, its numbers in as few bytes as hold them.

    Raises:
        RunError: If it is too large.
    """
    arrays = {name: _smallest(getattr(block, name)) for name in _NAMES}
    described, pieces = pack(arrays, structures=False)
    text = json.dumps(described, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % ALIGNMENT)
    plain = b"".join([_LENGTH.pack(len(text)), text, *pieces])
    if len(plain) > LONGEST:
        raise RunError("error.keyframes.array", problem=f"{len(plain)} bytes")
    # The fastest level: values repeat or they do not.
    body = zlib.compress(plain, 1)
    head = HEAD.pack(
        BLOCK_MAGIC, len(body), block.first_tick, len(block.actions), block.most_writes, zlib.crc32(body), 0
    )[:_BEFORE_CRC]
    return b"".join([head, zlib.crc32(head).to_bytes(4, "little"), body])


def _smallest(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind == "f":
        return array
    top = int(array.max(initial=0))
    return array.astype("<u1" if top < 2**8 else "<u2" if top < 2**16 else "<u4" if top < 2**32 else "<i8")


def head_from(data: bytes) -> Head | None:
    """Return what a head says, ``None`` if these bytes are no sound head."""
    if len(data) != HEAD.size:
        return None
    magic, length, first, ticks, most, crc, own = HEAD.unpack(data)
    if magic != BLOCK_MAGIC or own != zlib.crc32(data[:_BEFORE_CRC]):
        return None
    if length > LONGEST or first < 0 or not 0 < ticks <= LONGEST or not 0 <= most <= LONGEST:
        return None
    return Head(length, first, ticks, most, crc)


def from_bytes(head: Head, body: bytes) -> WriteBlock | None:
    """Put a block together again, ``None`` if its body is damaged (or was never one of ours)."""
    if len(body) != head.length or zlib.crc32(body) != head.crc:
        return None
    # The checksum finds accidents, not malice: whoever made the file may have made up all that follows.
    try:
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(body, LONGEST + 1)
        if len(plain) > LONGEST or not unpacking.eof:
            return None
        start = _LENGTH.size + _LENGTH.unpack_from(plain)[0]
        if start > len(plain) or start % ALIGNMENT:
            return None
        arrays, end = unpack(json.loads(plain[_LENGTH.size : start]), plain, start, structures=False)
    except (zlib.error, struct.error, ValueError, TypeError, RecursionError):
        return None
    if end != len(plain) or tuple(arrays) != _NAMES or not _fits(arrays, head):
        return None
    return WriteBlock(
        first_tick=head.first_tick,
        actions=arrays["actions"].astype(np.int32),
        counts=arrays["counts"].astype(np.int32),
        indices=arrays["indices"].astype(np.int64),
        values=arrays["values"].astype(np.float64),
    )


def _fits(arrays: dict[str, NDArray[Any]], head: Head) -> bool:
    actions, counts, indices, values = (arrays[name] for name in _NAMES)
    if any(array.ndim != 1 for array in arrays.values()) or values.dtype != np.dtype("<f8"):
        return False
    if any(array.dtype.kind not in "iu" for array in (actions, counts, indices)):
        return False
    if any(array.size and (array.min() < 0 or array.max() >= 2**31) for array in (actions, counts, indices)):
        return False
    return (
        len(actions) == len(counts) == head.ticks
        and len(indices) == len(values) == int(counts.sum(dtype=np.int64))
        and int(counts.max(initial=0)) == head.most_writes
        and bool(np.isfinite(values).all())
    )
