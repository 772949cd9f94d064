"""A label set as it travels: a folder or a zip with ``labels.jsonl`` and ``clips/<clip id>.npz``; so is a run folder.

A set may come from anybody. Nothing in it is used as a path, and nothing is unpacked but what is asked for by a clip's
id.
"""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from arena.errors import RunError
from arena.preferences.clip import CLIP_ID
from arena.preferences.clip_file import FOLDER, MOST_FILE, clip_path
from arena.preferences.label_journal import JOURNAL
from arena.preferences.label_lines import LONGEST_LINE
from arena.runs.bounded_zip import NOT_A_ZIP, check_directory, check_members, member_pieces
from arena.runs.safe_file import told_plainly

MOST_LINES = 4 * 2**30
"""Bytes of ``labels.jsonl``; ten million labels have as many."""

MOST_MEMBERS = 65_535
"""Files of a plain zip; a set with more clips travels as a folder."""

ENDING = ".zip"

_MOST_LIST = 16 * 2**20
_SURE_BYTES = 2**25
_CLIP_NAME = re.compile(rf"{FOLDER}/({CLIP_ID.pattern})\.npz")
_CHUNK = 2**20


class LabelSet(Protocol):
    """A set that is open for reading."""

    size: int
    """Bytes of its lines."""

    def pieces(self) -> Iterator[bytes]:
        """Read ``labels.jsonl`` piece by piece."""

    def clip(self, clip_id: str) -> bytes | None:
        """Return the bytes of a clip's file, ``None`` where there is none."""


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[LabelSet]:
    """Open a set.

    Args:
        path: A folder or a zip.

    Raises:
        RunError: If there is none, or something in it can no set's be.
    """
    source = Path(path)
    if not source.exists():
        raise RunError("error.file.missing", file=str(path))
    if source.is_dir():
        yield FolderSet(source)
        return
    with told_plainly(source):
        file = source.open("rb")
    with file:
        try:
            check_directory(file, most_members=MOST_MEMBERS, most_list=_MOST_LIST)
            found = ZipSet(zipfile.ZipFile(file), source.name)
        except NOT_A_ZIP as problem:
            raise RunError("error.labels.not_a_set", file=source.name) from problem
        yield found


class FolderSet:
    """A set in a folder.

    Args:
        folder: The folder.

    Raises:
        RunError: If it has no ``labels.jsonl``, or one that is too large.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        lines = folder / JOURNAL
        with told_plainly(lines):
            if not lines.is_file():
                raise RunError("error.labels.not_a_set", file=folder.name)
            self.size = lines.stat().st_size
        if self.size > MOST_LINES:
            raise RunError("error.labels.too_large", file=folder.name, most=f"{MOST_LINES / 2**30:g}")

    def pieces(self) -> Iterator[bytes]:
        """See :meth:`LabelSet.pieces`."""
        path = self._folder / JOURNAL
        with told_plainly(path), path.open("rb") as file:
            left = self.size
            while left > 0 and (piece := file.read(min(left, _CHUNK))):
                left -= len(piece)
                yield piece

    def clip(self, clip_id: str) -> bytes | None:
        """See :meth:`LabelSet.clip`; one byte more than a clip may have is enough to be refused."""
        path = clip_path(self._folder, clip_id)
        with told_plainly(path):
            if not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(MOST_FILE + 1)


class ZipSet:
    """A set in a zip.

    Args:
        archive: The zip.
        name: What it is called.

    Raises:
        ValueError: If a member is none of a set's.
        KeyError: If it has no lines.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._members = check_members(archive, _most, sure_bytes=_SURE_BYTES)
        self.size = self._members[JOURNAL].file_size

    def pieces(self) -> Iterator[bytes]:
        """See :meth:`LabelSet.pieces`.

        Raises:
            RunError: If it is damaged.
        """
        try:
            yield from member_pieces(self._archive, JOURNAL, MOST_LINES)
        except NOT_A_ZIP as problem:
            raise RunError("error.labels.not_a_set", file=self._name) from problem

    def clip(self, clip_id: str) -> bytes | None:
        """See :meth:`LabelSet.clip`; one that does not unpack is empty."""
        name = f"{FOLDER}/{clip_id}.npz"
        if name not in self._members:
            return None
        try:
            return b"".join(member_pieces(self._archive, name, MOST_FILE))
        except NOT_A_ZIP:
            return b""


def _most(name: str) -> int | None:
    if name == JOURNAL:
        return MOST_LINES
    if name == f"{FOLDER}/":
        # Some programs that pack give a folder a member of its own.
        return 0
    return MOST_FILE if _CLIP_NAME.fullmatch(name) else None


def lines_of(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Split pieces of a file into its lines, however long they are.

    Args:
        pieces: The bytes.

    Yields:
        The line, empty if it is longer than one of ours can be, and how many bytes there were up to its end.
    """
    rest = b""
    done = 0
    too_long = False
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            done += len(line) + 1
            yield b"" if too_long or len(line) >= LONGEST_LINE else line, done
            too_long = False
        if len(rest) >= LONGEST_LINE:
            done += len(rest)
            rest, too_long = b"", True
    if rest or too_long:
        yield b"" if too_long else rest, done + len(rest)
