"""One record of a keyframe file: a head with its own checksum, then what a learner knew, as bytes with another.

Two checksums, because they answer different questions: a sound head says where the next record begins even where what
lies between is damaged.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from arena.errors import RunError
from arena.protocol.array_bytes import ALIGNMENT, dtype_description, pack, raw_bytes, unpack

RECORD_MAGIC = b"\x93KEYFRM\n"
LONGEST = 2**30
"""Bytes of one record's body; a longer one is none of ours."""

HEAD = struct.Struct("<8sQqqdII")
"""Magic, bytes of the body, tick, episode, largest change, crc32 of the body, crc32 of all before it in the head."""

_BEFORE_CRC = HEAD.size - 4
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, kw_only=True)
class Keyframe:
    """Everything a learner needs to continue exactly.

    Attributes:
        tick: The run's clock.
        episode: Episodes ended by then.
        largest_change: Largest change of a value since the keyframe before.
        state_hash: :func:`state_hash` of ``arrays``.
        arrays: Named arrays, plain numbers or flat structures of them; read-only where they come from a file.
    """

    tick: int
    episode: int
    largest_change: float
    state_hash: str
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a record.

    Attributes:
        length: Bytes of the body behind it.
        tick: The run's clock.
        episode: Episodes ended by then.
        largest_change: As in :class:`Keyframe`.
        crc: Checksum of the body.
    """

    length: int
    tick: int
    episode: int
    largest_change: float
    crc: int


def state_hash(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return a fingerprint of named arrays: equal exactly if names, dtypes, shapes and bytes are.

    Args:
        arrays: Arrays by name; their order does not matter.

    Returns:
        32 hexadecimal digits (blake2b, 16 bytes).

    Raises:
        RunError: If a dtype cannot be stored.
    """
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(arrays):
        array = arrays[name]
        try:
            digest.update(repr((name, dtype_description(array.dtype), array.shape)).encode("utf-8", "surrogatepass"))
        except ValueError as problem:
            raise RunError("error.keyframes.array", problem=str(problem)) from None
        digest.update(raw_bytes(array))
    return digest.hexdigest()


def to_bytes(keyframe: Keyframe) -> bytes:
    """Turn a keyframe into a record.

    Raises:
        RunError: If an array is of a dtype that cannot be stored, or all of it is too large.
    """
    try:
        described, pieces = pack(keyframe.arrays, structures=True)
    except ValueError as problem:
        raise RunError("error.keyframes.array", problem=str(problem)) from None
    text = json.dumps([keyframe.state_hash, described], separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % ALIGNMENT)
    body = b"".join([_LENGTH.pack(len(text)), text, *pieces])
    if len(body) > LONGEST:
        raise RunError("error.keyframes.array", problem=f"{len(body)} bytes")
    head = HEAD.pack(
        RECORD_MAGIC, len(body), keyframe.tick, keyframe.episode, keyframe.largest_change, zlib.crc32(body), 0
    )[:_BEFORE_CRC]
    return b"".join([head, zlib.crc32(head).to_bytes(4, "little"), body])


def head_from(data: bytes) -> Head | None:
    """Return what a record's head says, ``None`` if these bytes are no sound head."""
    if len(data) != HEAD.size:
        return None
    magic, length, tick, episode, change, crc, own = HEAD.unpack(data)
    if magic != RECORD_MAGIC or own != zlib.crc32(data[:_BEFORE_CRC]):
        return None
    if length > LONGEST or tick < 0 or episode < 0:
        return None
    return Head(length, tick, episode, change, crc)


def with_largest_change(data: bytes, change: float) -> bytes:
    """Return a sound head that says another largest change.

    Args:
        data: The bytes of the head.
        change: What it says then.
    """
    magic, length, tick, episode, _, crc, _ = HEAD.unpack(data)
    head = HEAD.pack(magic, length, tick, episode, change, crc, 0)[:_BEFORE_CRC]
    return head + zlib.crc32(head).to_bytes(4, "little")


def from_bytes(head: Head, body: bytes) -> Keyframe | None:
    """Put a keyframe together again, ``None`` if its body is damaged (or was never one of ours)."""
    if len(body) != head.length or zlib.crc32(body) != head.crc or len(body) < _LENGTH.size:
        return None
    start = _LENGTH.size + _LENGTH.unpack_from(body)[0]
    # The checksum finds accidents, not malice: whoever made the file may have made it up.
    if start > len(body) or start % ALIGNMENT:
        return None
    try:
        fingerprint, described = json.loads(body[_LENGTH.size : start])
        if not isinstance(fingerprint, str) or len(fingerprint) > 128:
            return None
        arrays, end = unpack(described, body, start, structures=True)
    except (ValueError, TypeError, RecursionError):
        return None
    if end != len(body):
        return None
    return Keyframe(
        tick=head.tick,
        episode=head.episode,
        largest_change=head.largest_change,
        state_hash=fingerprint,
        arrays=arrays,
    )
