"""Finding the records of a keyframe file without reading what is in them."""

from __future__ import annotations

import os
from typing import BinaryIO, NamedTuple

from arena.runs.keyframe_record import HEAD, RECORD_MAGIC, head_from

MOST_RECORDS = 4_000_000
"""A file with more is none of ours (512 MB of the smallest keyframes are 0.5 million)."""

_MOST_FALSE_STARTS = 10_000
_CHUNK = 2**20


class Entry(NamedTuple):
    """Where a record lies: the run's clock, its first byte, and its bytes with its head."""

    tick: int
    offset: int
    size: int


def scan(file: BinaryIO, start: int) -> tuple[list[Entry], list[int], int] | None:
    """Find all records.

    A record that is cut short by the end of the file is torn, not damaged, and left out. One with an earlier clock than
    the one before it cannot be true and counts as damaged.

    Args:
        file: Opened unbuffered, in binary.
        start: Where the first record begins.

    Returns:
        Records in order; the places in that list before which something damaged was passed over; where the last sound
        record ends. ``None`` if this is no keyframe file.
    """
    end = os.fstat(file.fileno()).st_size
    entries: list[Entry] = []
    gaps: list[int] = []
    position = sound_end = start
    false_starts = last_tick = 0
    file.seek(position)
    while end - position >= HEAD.size:
        file.seek(position)
        head = head_from(file.read(HEAD.size))
        size = HEAD.size + head.length if head else 0
        if head is not None and head.tick >= last_tick:
            if size > end - position:
                # Torn: the writer was killed in the middle of it.
                break
            entries.append(Entry(head.tick, position, size))
            last_tick = head.tick
            position += size
            sound_end = position
            if len(entries) > MOST_RECORDS:
                return None
            continue
        if not gaps or gaps[-1] != len(entries):
            gaps.append(len(entries))
        false_starts += 1
        found = _next_magic(file, position + 1, end) if false_starts <= _MOST_FALSE_STARTS else -1
        if found < 0:
            break
        position = found
    return entries, gaps, sound_end


def _next_magic(file: BinaryIO, start: int, end: int) -> int:
    while start < end:
        file.seek(start)
        data = file.read(_CHUNK)
        place = data.find(RECORD_MAGIC)
        if place >= 0:
            return start + place
        if len(data) < len(RECORD_MAGIC):
            return -1
        start += len(data) - len(RECORD_MAGIC) + 1
    return -1
