"""All that somebody's own agent did in a run, in one file that only grows: so the run rewinds without their code.

The file is ``head (16 bytes) · block · block …`` (:mod:`arena.runs.write_block`). A block is one write to the file, so
a kill leaves at most a torn last one, which readers ignore and the next writer cuts off.
"""

from __future__ import annotations

import contextlib
import os
import struct
from bisect import bisect_right
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple

from arena.errors import RunError
from arena.runs.safe_file import told_plainly
from arena.runs.write_block import BLOCK_MAGIC, HEAD, WriteBlock, from_bytes, head_from, to_bytes

VERSION = 1
FILE_MAGIC = b"ARENAWRT"
_FILE_HEAD = struct.Struct("<8sII")
_WHOLE_HEAD = _FILE_HEAD.pack(FILE_MAGIC, VERSION, 0)

_CHUNK = 2**20
_MOST_FALSE_STARTS = 10_000


class _Entry(NamedTuple):
    first_tick: int
    end: int
    offset: int
    size: int
    most_writes: int


class WriteLog:
    """A run's moves and writes, opened to append (the run's worker) or read-only (everybody else).

    A reader sees what was there when it opened the file; :meth:`refresh` looks for more. It holds no file between two
    calls, so there is nothing to let go of. A missing file is empty.

    Args:
        path: The file.
        read_only: Open to read.

    Raises:
        RunError: If it is no such file, or one of a newer version, or cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        self.path = Path(path)
        self.read_only = read_only
        self._entries: list[_Entry] = []
        self._firsts: list[int] = []
        self._size = _FILE_HEAD.size
        self._file: BinaryIO | None = None
        self._last: tuple[int, WriteBlock] | None = None
        if read_only:
            self.refresh()
            return
        with told_plainly(self.path):
            self.path.touch()
            self._file = self.path.open("r+b", buffering=0)
            try:
                self._begin(self._file)
            except BaseException:
                self.close()
                raise

    def _begin(self, file: BinaryIO) -> None:
        head = file.read(_FILE_HEAD.size)
        if len(head) == _FILE_HEAD.size:
            magic, version, _ = _FILE_HEAD.unpack(head)
            if magic != FILE_MAGIC:
                raise RunError("error.writes.not_writes", file=self._shown)
            if version > VERSION:
                raise RunError("error.run.newer", file=self._shown, found=version, known=VERSION)
        elif not _WHOLE_HEAD.startswith(head):
            raise RunError("error.writes.not_writes", file=self._shown)
        elif not self.read_only:
            # Killed while it was made; nothing can be in it.
            file.seek(0)
            file.truncate(0)
            file.write(_WHOLE_HEAD)
        self._scan(file)
        if not self.read_only and self._size < os.fstat(file.fileno()).st_size:
            file.truncate(self._size)

    @property
    def _shown(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"

    def _scan(self, file: BinaryIO) -> None:
        """Find the blocks behind those known; what is damaged is passed over."""
        end = os.fstat(file.fileno()).st_size
        position, false_starts = self._size, 0
        while end - position >= HEAD.size:
            file.seek(position)
            head = head_from(file.read(HEAD.size))
            if head is not None and head.first_tick >= self.end:
                size = HEAD.size + head.length
                if size > end - position:
                    # Torn: its writer was killed in the middle of it, or is just writing it.
                    break
                end_tick = head.first_tick + head.ticks
                self._entries.append(_Entry(head.first_tick, end_tick, position, size, head.most_writes))
                self._firsts.append(head.first_tick)
                position += size
                self._size = position
                continue
            false_starts += 1
            position = _next_magic(file, position + 1, end) if false_starts <= _MOST_FALSE_STARTS else -1
            if position < 0:
                break

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def end(self) -> int:
        """Clock after the last tick in it."""
        return self._entries[-1].end if self._entries else 0

    @property
    def most_writes(self) -> int:
        """Most writes of any one tick."""
        return max((entry.most_writes for entry in self._entries), default=0)

    def refresh(self) -> None:
        """Look for what was appended meanwhile."""
        if self.read_only and self.path.exists():
            with told_plainly(self.path), self.path.open("rb", buffering=0) as file:
                self._begin(file)

    def block_at(self, tick: int) -> WriteBlock | None:
        """Return the block that holds a tick, ``None`` if there is none or it is damaged."""
        index = bisect_right(self._firsts, tick) - 1
        if index < 0 or self._entries[index].end <= tick:
            return None
        if self._last is None or self._last[0] != index:
            found = self._read(self._entries[index])
            if found is None:
                return None
            self._last = (index, found)
        return self._last[1]

    def _read(self, entry: _Entry) -> WriteBlock | None:
        with told_plainly(self.path), self.path.open("rb", buffering=0) as file:
            file.seek(entry.offset)
            data = file.read(entry.size)
        head = head_from(data[: HEAD.size])
        return None if head is None else from_bytes(head, data[HEAD.size :])

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def append(self, block: WriteBlock) -> None:
        """Add a block; it survives the process from here on, and a power cut after :meth:`flush`.

        Args:
            block: Not earlier than the last one ends; an empty one is passed over.

        Raises:
            RunError: If it cannot be written; the file is as before then.
        """
        if not len(block.actions):
            return
        if block.first_tick < self.end:
            raise RunError("error.keyframes.order", tick=block.first_tick)
        data = to_bytes(block)
        file = self._writable()
        with told_plainly(self.path):
            try:
                file.seek(self._size)
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(self._size)
                raise
        self._entries.append(_Entry(block.first_tick, block.end, self._size, len(data), block.most_writes))
        self._firsts.append(block.first_tick)
        self._size += len(data)

    def flush(self) -> None:
        """Make everything appended survive a power cut.

        Raises:
            RunError: If the disk refuses.
        """
        with told_plainly(self.path):
            os.fsync(self._writable().fileno())

    def truncate_after(self, tick: int) -> None:
        """Forget all that was done from a tick on, for good.

        Raises:
            RunError: If it cannot be written.
        """
        kept = bisect_right(self._firsts, tick - 1)
        part = self.block_at(tick) if kept and self._entries[kept - 1].end > tick else None
        if kept and self._entries[kept - 1].end > tick:
            kept -= 1
        cut = self._entries[kept].offset if kept < len(self._entries) else self._size
        with told_plainly(self.path):
            file = self._writable()
            file.truncate(cut)
            os.fsync(file.fileno())
        del self._entries[kept:]
        del self._firsts[kept:]
        self._size, self._last = cut, None
        if part is not None:
            self.append(part.until(tick))

    def _writable(self) -> BinaryIO:
        if self.read_only:
            raise RunError("error.file.read_only", file=self._shown)
        if self._file is None:
            raise RunError("error.keyframes.closed", file=self._shown)
        return self._file

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> WriteLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _next_magic(file: BinaryIO, start: int, end: int) -> int:
    while start < end:
        file.seek(start)
        data = file.read(_CHUNK)
        place = data.find(BLOCK_MAGIC)
        if place >= 0:
            return start + place
        if len(data) < len(BLOCK_MAGIC):
            return -1
        start += len(data) - len(BLOCK_MAGIC) + 1
    return -1
