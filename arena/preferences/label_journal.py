"""``labels.jsonl`` in a run folder: every clip, pair and answer of the run as a line, on disk before it counts.

Lines are only ever added. A label changed, taken back or restored is written again with a higher revision.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from arena.errors import RunError
from arena.preferences.label_lines import LONGEST_LINE, Entry, entry_from
from arena.runs.safe_file import sync_folder, told_plainly

JOURNAL = "labels.jsonl"
"""Name of the file."""

_ENDING = 1024


class LabelJournal:
    """The label lines of one run. Whoever adds to it holds the database's write lock.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL

    def size(self) -> int:
        """Return its bytes; 0 where there is none yet.

        Raises:
            RunError: If it cannot be looked at.
        """
        with told_plainly(self.path):
            try:
                return self.path.stat().st_size
            except FileNotFoundError:
                return 0

    def append(self, lines: list[bytes]) -> int:
        """Add lines; they are on disk when this returns.

        Args:
            lines: Each with its line break.

        Returns:
            Bytes of the journal now.

        Raises:
            RunError: If they cannot be written; the journal is as before then.
        """
        with told_plainly(self.path):
            fresh = not self.path.exists()
            # Appending is one indivisible act, also beside a process that holds the lock of a database moved aside.
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self.path, flags, 0o666)
            try:
                size = os.lseek(descriptor, 0, os.SEEK_END)
                self._write(descriptor, size, b"".join([self._break_after_torn(descriptor, size), *lines]))
                os.fsync(descriptor)
                end = os.lseek(descriptor, 0, os.SEEK_END)
            finally:
                os.close(descriptor)
            if fresh:
                sync_folder(self.path.parent)
            return end

    @staticmethod
    def _break_after_torn(descriptor: int, size: int) -> bytes:
        """A power cut may have left half a line: it gets its line break, and is passed over like any damaged one."""
        if not size:
            return b""
        os.lseek(descriptor, size - 1, os.SEEK_SET)
        return b"" if os.read(descriptor, 1) == b"\n" else b"\n"

    @staticmethod
    def _write(descriptor: int, size: int, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            # Half a line (a full disk) is nobody's answer.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
            raise

    def ending(self, offset: int) -> str:
        """Return a fingerprint of the last bytes before ``offset``, to tell whether it is still the same journal.

        Raises:
            RunError: If it cannot be read.
        """
        if offset == 0:
            return ""
        with told_plainly(self.path), self.path.open("rb") as file:
            file.seek(max(0, offset - _ENDING))
            return hashlib.sha256(file.read(min(offset, _ENDING))).hexdigest()[:16]

    def read(self, offset: int = 0) -> Iterator[tuple[Entry | None, str, int]]:
        """Read the whole lines from ``offset`` on.

        Args:
            offset: Where a line begins.

        Yields:
            The entry (``None`` for a line that cannot be read), the run it was written for, and where its line ends.

        Raises:
            RunError: If it cannot be read, or was written by a newer Arena.
        """
        with told_plainly(self.path):
            try:
                file = self.path.open("rb")
            except FileNotFoundError:
                return
            with file:
                file.seek(offset)
                # What is damaged may have no line break for gigabytes.
                while piece := file.readline(LONGEST_LINE):
                    whole = piece.endswith(b"\n")
                    while not whole and (more := file.readline(LONGEST_LINE)):
                        piece, whole = b"", more.endswith(b"\n")
                    if not whole:
                        return
                    yield *self._entry(piece), file.tell()

    def _entry(self, line: bytes) -> tuple[Entry | None, str]:
        try:
            return entry_from(line)
        except ValueError:
            return None, ""
        except RunError as problem:
            raise RunError("error.run.newer", file=f"{self.path.parent.name}/{JOURNAL}", **problem.params) from None
