"""All keyframes of a run in one file that only grows at its end.

The file is ``head (16 bytes) · record · record …`` (:mod:`arena.runs.keyframe_record`). A record is one write, so a
kill leaves at most a torn last one, which readers ignore and the next writer cuts off. Thinning writes a new file
beside it and renames that over the old one: there is no moment with half of either.

Opening reads the heads only. A record whose body is damaged stays in the index and is passed over when it is asked for;
where a head is damaged, reading goes on at the next sound one.
"""

from __future__ import annotations

import contextlib
import os
import struct
from bisect import bisect_right
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from arena.errors import RunError
from arena.runs.keyframe_index import Entry, scan
from arena.runs.keyframe_record import HEAD, Keyframe, from_bytes, head_from, state_hash, to_bytes
from arena.runs.keyframe_thinning import Thinning, copy_records, thinned
from arena.runs.safe_file import sync_folder, told_plainly

__all__ = ["Keyframe", "KeyframeFile", "state_hash"]

VERSION = 1
FILE_MAGIC = b"ARENAKEY"
_FILE_HEAD = struct.Struct("<8sII")
_WHOLE_HEAD = _FILE_HEAD.pack(FILE_MAGIC, VERSION, 0)


class KeyframeFile:
    """A run's keyframes, opened to append (the run's worker) or read-only (everybody else).

    A reader sees the keyframes that were there when it opened the file, whatever the writer does to it meanwhile. A
    missing file is an empty one.

    Args:
        path: The file.
        max_bytes: Size above which every second of the oldest keyframes is dropped.
        read_only: Open to read.

    Raises:
        RunError: If it is not a keyframe file, or one of a newer version, or cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str], max_bytes: int = 512 * 2**20, *, read_only: bool = False) -> None:
        self.path = Path(path)
        self.max_bytes = max_bytes
        self.read_only = read_only
        self._entries: list[Entry] = []
        self._ticks: list[int] = []
        self._gaps: list[int] = []
        self._size = 0
        self._file: BinaryIO | None = None
        self._thin_at = max_bytes
        self._thinning: Thinning | None = None
        with told_plainly(self.path):
            if read_only and not self.path.exists():
                return
            self._open()

    def _open(self) -> None:
        if not self.read_only:
            # What a killed writer left: it held the run alone, and so does this one.
            for left in self.path.parent.glob(f".{self.path.name}.*.tmp"):
                left.unlink(missing_ok=True)
            self.path.touch()
        self._file = self.path.open("rb", buffering=0) if self.read_only else self.path.open("r+b", buffering=0)
        try:
            self._index()
        except BaseException:
            self.close()
            raise

    def _index(self) -> None:
        file = self._opened()
        head = file.read(_FILE_HEAD.size)
        if len(head) < _FILE_HEAD.size:
            if not _WHOLE_HEAD.startswith(head):
                raise RunError("error.keyframes.not_keyframes", file=self._shown)
            # Killed while it was made; nothing can be in it.
            self._size = _FILE_HEAD.size
            if not self.read_only:
                file.seek(0)
                file.truncate(0)
                file.write(_WHOLE_HEAD)
            return
        magic, version, _ = _FILE_HEAD.unpack(head)
        if magic != FILE_MAGIC:
            raise RunError("error.keyframes.not_keyframes", file=self._shown)
        if version > VERSION:
            raise RunError("error.run.newer", file=self._shown, found=version, known=VERSION)
        found = scan(file, _FILE_HEAD.size)
        if found is None:
            raise RunError("error.keyframes.not_keyframes", file=self._shown)
        self._entries, self._gaps, self._size = found
        self._ticks = [entry.tick for entry in self._entries]
        if not self.read_only and self._size < os.fstat(file.fileno()).st_size:
            file.truncate(self._size)

    @property
    def _shown(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise RunError("error.keyframes.closed", file=self._shown)
        return self._file

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def ticks(self) -> list[int]:
        """Clock of each keyframe, in order; several may share one."""
        return self._ticks.copy()

    def largest_changes(self) -> list[float]:
        """Return the largest change of a value before each keyframe since the one before, in the order of ticks."""
        file = self._opened()
        changes: list[float] = []
        with told_plainly(self.path):
            for entry in self._entries:
                file.seek(entry.offset)
                head = head_from(file.read(HEAD.size))
                changes.append(head.largest_change if head is not None else 0.0)
        return changes

    def read(self, index: int) -> Keyframe:
        """Return one keyframe.

        Args:
            index: Its place in :attr:`ticks`.

        Raises:
            RunError: If it is damaged, or there is none.
        """
        if not 0 <= index < len(self._entries):
            raise RunError("error.run.no_keyframe", folder=self.path.parent.name)
        found = self._read(index)
        if found is None:
            raise RunError("error.keyframes.damaged", file=self._shown, tick=self._ticks[index])
        return found

    def newest_at_or_before(self, tick: int) -> tuple[Keyframe, int]:
        """Return the newest sound keyframe that is not later than a tick, and how many damaged ones were passed over.

        Raises:
            RunError: If there is none.
        """
        start = bisect_right(self._ticks, tick)
        for index in range(start - 1, -1, -1):
            found = self._read(index)
            if found is not None:
                lost_between = sum(1 for gap in self._gaps if index < gap <= start)
                return found, start - 1 - index + lost_between
        raise RunError("error.run.no_keyframe", folder=self.path.parent.name)

    def _read(self, index: int) -> Keyframe | None:
        with told_plainly(self.path):
            data = self._record(self._entries[index])
        head = head_from(data[: HEAD.size])
        return None if head is None else from_bytes(head, data[HEAD.size :])

    def _record(self, entry: Entry) -> bytes:
        file = self._opened()
        file.seek(entry.offset)
        # A file gives all that was asked for unless it ends; then the checksum will tell.
        return file.read(entry.size)

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def append(self, keyframe: Keyframe) -> None:
        """Add a keyframe; it survives the process from here on, and a power cut after :meth:`flush`.

        Args:
            keyframe: Not earlier than the last one.

        Raises:
            RunError: If it cannot be written; the file is as before then.
        """
        data = to_bytes(keyframe)
        if keyframe.tick < (self._ticks[-1] if self._ticks else 0):
            raise RunError("error.keyframes.order", tick=keyframe.tick)
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
        self._entries.append(Entry(keyframe.tick, self._size, len(data)))
        self._ticks.append(keyframe.tick)
        self._size += len(data)
        if self._thinning is None:
            if self._size > self._thin_at:
                self._begin_thinning()
        elif not self._thinning.is_alive():
            self._finish_thinning(self._thinning)

    def flush(self) -> None:
        """Make everything appended survive a power cut.

        Raises:
            RunError: If the disk refuses.
        """
        with told_plainly(self.path):
            os.fsync(self._writable().fileno())

    def truncate_after(self, tick: int) -> None:
        """Forget all keyframes later than a tick, for good.

        Raises:
            RunError: If it cannot be written.
        """
        self._stop_thinning()
        kept = bisect_right(self._ticks, tick)
        end = self._entries[kept].offset if kept < len(self._entries) else self._size
        with told_plainly(self.path):
            file = self._writable()
            file.truncate(end)
            os.fsync(file.fileno())
        del self._entries[kept:]
        del self._ticks[kept:]
        # A damaged stretch before the cut stays in the file, and stays counted.
        self._gaps = [gap for gap in self._gaps if gap <= kept]
        self._size = end

    def _writable(self) -> BinaryIO:
        if self.read_only:
            raise RunError("error.file.read_only", file=self._shown)
        return self._opened()

    @property
    def thinning(self) -> bool:
        """Whether a thinner copy is being made."""
        return self._thinning is not None and self._thinning.is_alive()

    # ── thinning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin_thinning(self) -> None:
        kept = thinned(self._entries, self.max_bytes)
        if len(kept) == len(self._entries):
            # Nothing left to drop (a few very large keyframes): look again when it has doubled.
            self._thin_at = 2 * self._size
            return
        self._thinning = Thinning(self.path, _WHOLE_HEAD, self._entries, kept)
        self._thinning.start()

    def _finish_thinning(self, thinning: Thinning) -> None:
        self._thinning = None
        try:
            if not thinning.complete:
                raise OSError
            with thinning.copy.open("r+b") as copy:
                copy.seek(0, os.SEEK_END)
                entries = [*thinning.entries, *copy_records(self._opened(), copy, self._entries[thinning.seen :])]
                copy.flush()
                os.fsync(copy.fileno())
            self._swap(thinning.copy)
        except OSError:
            # No room for a second file, or a reader holds the old one (Windows). All keyframes are still there.
            thinning.discard()
            self._thin_at = self._size + max(self.max_bytes // 4, 1)
            return
        self._entries, self._gaps, self._thin_at = entries, [], self.max_bytes
        self._ticks = [entry.tick for entry in entries]
        self._size = entries[-1].offset + entries[-1].size

    def _swap(self, copy: Path) -> None:
        # Closed first: Windows renames over no open file. Whichever file is there afterwards is a whole one.
        self._opened().close()
        self._file = None
        try:
            copy.replace(self.path)
        finally:
            self._file = self.path.open("r+b", buffering=0)
        sync_folder(self.path.parent)

    def _stop_thinning(self) -> None:
        if self._thinning is not None:
            if self._thinning.is_alive():
                self._thinning.cancel()
                self._thinning = None
            else:
                self._finish_thinning(self._thinning)

    # ── the end ────────────────────────────────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Let go of the file; a second call does nothing. Thinning that is not done is left to the next writer."""
        if self._file is not None:
            self._stop_thinning()
            self._file.close()
            self._file = None

    def __enter__(self) -> KeyframeFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
