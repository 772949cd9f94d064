"""Writing a thinner copy of a keyframe file while the run goes on.

Half a gigabyte takes seconds to copy and to reach the disk; the thread that learns has 20 ms. So another thread copies,
in pieces large enough that it seldom has to wait for its turn, and the writer only adds what came meanwhile and swaps.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from arena.runs.keyframe_index import Entry
from arena.runs.keyframe_record import HEAD, head_from, with_largest_change

THINNED_TO = 0.8
"""Share of the size limit that thinning gets below, so that it is not due again at once."""

NOTHING: Mapping[int, float] = MappingProxyType({})

_PIECE = 8 * 2**20


def thinned(entries: Sequence[Entry], most_bytes: int) -> list[Entry]:
    """Choose what is kept: of the older half every second, again and again until the rest fits.

    The first and the last are always among them; the older a stretch, the wider apart its keyframes become.

    Args:
        entries: All records.
        most_bytes: Size limit of the file.
    """
    kept = list(entries)
    while sum(entry.size for entry in kept) > THINNED_TO * most_bytes and len(kept) > 2:
        half = max(len(kept) // 2, 2)
        kept = [entry for place, entry in enumerate(kept) if place >= half or place % 2 == 0]
    return kept


def inherited_changes(source: BinaryIO, entries: Sequence[Entry], kept: Sequence[Entry]) -> dict[int, float]:
    """Return the largest change since the keyframe before that each record kept has to tell from now on.

    Args:
        source: File to read heads from; its position is not kept.
        entries: All records.
        kept: Those that are kept.

    Returns:
        The change by the place of the record in ``source``, where one that is dropped before it had a larger one.
    """
    staying = {entry.offset for entry in kept}
    inherited: dict[int, float] = {}
    largest, dropped = 0.0, False
    for entry in entries:
        if entry.offset in staying and not dropped:
            continue
        source.seek(entry.offset)
        head = head_from(_read_fully(source, HEAD.size))
        change = head.largest_change if head is not None else 0.0
        if entry.offset not in staying:
            largest, dropped = max(largest, change), True
            continue
        if largest > change:
            inherited[entry.offset] = largest
        largest, dropped = 0.0, False
    return inherited


def copy_records(
    source: BinaryIO, target: BinaryIO, entries: Sequence[Entry], changes: Mapping[int, float] = NOTHING
) -> Iterator[Entry]:
    """Copy records to the end of another file, piece by piece.

    Args:
        source: File to read from; its position is not kept.
        target: File to write to.
        entries: What to copy, in order.
        changes: What :func:`inherited_changes` returned.

    Yields:
        Where each record lies now.
    """
    start = 0
    while start < len(entries):
        stop = start + 1
        while stop < len(entries) and entries[stop].offset + entries[stop].size - entries[start].offset <= _PIECE:
            stop += 1
        first = entries[start].offset
        source.seek(first)
        data = memoryview(_read_fully(source, entries[stop - 1].offset + entries[stop - 1].size - first))
        offset = target.tell()
        piece = entries[start:stop]
        records: list[bytes | memoryview] = []
        for entry in piece:
            record = data[entry.offset - first : entry.offset - first + entry.size]
            if entry.offset in changes:
                records.append(with_largest_change(bytes(record[: HEAD.size]), changes[entry.offset]))
                record = record[HEAD.size :]
            records.append(record)
        target.write(b"".join(records))
        for entry in piece:
            yield Entry(entry.tick, offset, entry.size)
            offset += entry.size
        start = stop


class Thinning(threading.Thread):
    """Makes a thinner copy; the run's writer looks now and then whether it is ready.

    Args:
        path: The keyframe file; only what lies there now is read.
        head: What the copy begins with.
        entries: All records there are now.
        kept: Those that are kept.

    Attributes:
        copy: The new file.
        seen: How many records there were when it began.
        entries: Where the records kept lie in the copy.
        complete: All of it is on disk; never true if it could not be written (no room, usually).
    """

    def __init__(self, path: Path, head: bytes, entries: Sequence[Entry], kept: list[Entry]) -> None:
        super().__init__(name="keyframe-thinning", daemon=True)
        self.copy = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        self.seen = len(entries)
        self.entries: list[Entry] = []
        self.complete = False
        self._path = path
        self._all = list(entries)
        self._head = head
        self._kept = kept
        self._cancelled = threading.Event()

    def run(self) -> None:
        """Copy and sync."""
        with contextlib.suppress(OSError):
            self._copy()
        if not self.complete:
            self.discard()

    def _copy(self) -> None:
        with self._path.open("rb", buffering=0) as source, self.copy.open("wb") as target:
            target.write(self._head)
            changes = inherited_changes(source, self._all, self._kept)
            for entry in copy_records(source, target, self._kept, changes):
                self.entries.append(entry)
                if self._cancelled.is_set():
                    return
            target.flush()
            os.fsync(target.fileno())
        self.complete = True

    def cancel(self) -> None:
        """Stop soon and leave nothing behind."""
        self._cancelled.set()
        self.join(timeout=2.0)
        self.discard()

    def discard(self) -> None:
        """Remove the copy."""
        with contextlib.suppress(OSError):
            self.copy.unlink(missing_ok=True)


def _read_fully(file: BinaryIO, size: int) -> bytes:
    pieces = []
    while size > 0 and (more := file.read(size)):
        pieces.append(more)
        size -= len(more)
    return b"".join(pieces)
