"""``bookmarks.json``: moments of a run somebody wants to find again, each with a note."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from arena.errors import RunError
from arena.runs.safe_file import told_plainly, write_text

SCHEMA_VERSION = 1
MOST_BOOKMARKS = 1_000
LONGEST_NOTE = 500
_MOST_BYTES = 4 * 2**20


@dataclass(frozen=True, order=True)
class Bookmark:
    """A moment and what is remarkable about it.

    Attributes:
        at: The run's clock.
        note: One line.
    """

    at: int
    note: str = ""


def read_bookmarks(path: str | os.PathLike[str]) -> tuple[Bookmark, ...]:
    """Return the bookmarks of a run in order; none where there is no file.

    Raises:
        RunError: If the file is damaged, or one of a newer version.
    """
    file = Path(path)
    source = f"{file.parent.name}/{file.name}"
    with told_plainly(file):
        if not file.exists():
            return ()
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError
        content = json.loads(data)
        version, rows = content["schema_version"], content["bookmarks"]
        if type(version) is int and version > SCHEMA_VERSION:
            raise RunError("error.run.newer", file=source, found=min(version, 2**63), known=SCHEMA_VERSION)
        if version != SCHEMA_VERSION or not isinstance(rows, list) or len(rows) > MOST_BOOKMARKS:
            raise ValueError
        return tuple(sorted(_bookmark(row) for row in rows))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RunError("error.run.damaged", file=source) from None


def _bookmark(row: dict[str, object]) -> Bookmark:
    at, note = row["at"], row["note"]
    if type(at) is not int or not 0 <= at < 2**63 or not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise ValueError
    return Bookmark(at, note)


def write_bookmarks(path: str | os.PathLike[str], bookmarks: tuple[Bookmark, ...]) -> None:
    """Replace the bookmarks of a run.

    Raises:
        RunError: If the file cannot be written; it is as before then.
    """
    rows = [asdict(each) for each in sorted(bookmarks)[:MOST_BOOKMARKS]]
    write_text(
        Path(path), json.dumps({"schema_version": SCHEMA_VERSION, "bookmarks": rows}, indent=1, ensure_ascii=False)
    )
