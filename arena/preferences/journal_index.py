"""Keeps the label tables of ``arena.db`` what the runs' ``labels.jsonl`` say; always inside a transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from arena.errors import UsageError
from arena.preferences import label_rows
from arena.preferences.clip import ClipEntry
from arena.preferences.label import Pair, label_id_of, moved_pair_id
from arena.preferences.label_journal import LabelJournal
from arena.preferences.label_lines import Entry, line_of

_LINES_AT_ONCE = 1_000


def is_current(connection: sqlite3.Connection, run_id: str, folder: Path) -> bool:
    """Say whether all of a run's journal has been taken in."""
    return LabelJournal(folder).size() == _known(connection, run_id).bytes


def unreadable_lines(connection: sqlite3.Connection, run_id: str) -> int:
    """Return how many lines of a run's journal could not be read."""
    return _known(connection, run_id).unreadable


def take_in(connection: sqlite3.Connection, run_id: str, folder: Path) -> None:
    """Take in what a run's journal has more than the index, and write into it what it has lost.

    Args:
        connection: In a transaction that writes.
        run_id: The run.
        folder: Its folder.

    Raises:
        RunError: If the journal cannot be read or completed, or was written by a newer Arena.
    """
    journal = LabelJournal(folder)
    known = _known(connection, run_id)
    size = journal.size()
    if size == known.bytes:
        return
    # Shorter than it was, or another one (a copy put back): read from its beginning, then completed.
    replaced = size < known.bytes or journal.ending(known.bytes) != known.ending
    end, unreadable = (0, 0) if replaced else (known.bytes, known.unreadable)
    for entry, written_for, line_end in journal.read(end):
        end = line_end
        try:
            if entry is None:
                raise ValueError
            label_rows.put(connection, _adopted(entry, written_for, run_id), run_id)
        except ValueError:
            # Damaged, or made up of what can be read and not written (half of a surrogate pair).
            unreadable += 1
    if replaced:
        rows = label_rows.entries(connection, run_id)
        while lines := [line_of(entry, run_id) for entry in islice(rows, _LINES_AT_ONCE)]:
            end = journal.append(lines)
    _note(connection, run_id, journal, end, unreadable)


class JournalWriter:
    """Writes entries of one run to the index, and at last their lines to its journal.

    Args:
        connection: In a transaction that writes; the journal is taken in already.
        run_id: The run.
        folder: Its folder.
    """

    def __init__(self, connection: sqlite3.Connection, run_id: str, folder: Path) -> None:
        self.connection = connection
        self._run_id = run_id
        self._journal = LabelJournal(folder)
        self._lines: list[bytes] = []

    def put(self, entry: Entry) -> None:
        """Write an entry.

        Raises:
            UsageError: If it is none that could be read again.
        """
        try:
            self._lines.append(line_of(entry, self._run_id))
        except ValueError as problem:
            raise UsageError("error.label.field", field=str(problem)) from None
        label_rows.put(self.connection, entry, self._run_id)

    def flush(self) -> None:
        """Bring the lines to the journal; they are on disk when this returns.

        Raises:
            RunError: If they cannot be written.
        """
        if not self._lines:
            return
        known = _known(self.connection, self._run_id)
        end = self._journal.append(self._lines)
        if end - known.bytes == sum(map(len, self._lines)):
            _note(self.connection, self._run_id, self._journal, end, known.unreadable)
        # Else there is more between than we wrote: the next look takes it in.
        self._lines = []


def forget(connection: sqlite3.Connection, run_id: str) -> None:
    """Take everything of a run out of the index."""
    for table in ("clips", "pairs", "labels", "label_journals"):
        connection.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])  # noqa: S608 - our own names


class _Known(NamedTuple):
    bytes: int
    ending: str
    unreadable: int


def _known(connection: sqlite3.Connection, run_id: str) -> _Known:
    found = connection.execute(
        "SELECT bytes, ending, unreadable FROM label_journals WHERE run_id = ?", [run_id]
    ).fetchone()
    return _Known(*found) if found else _Known(0, "", 0)


def _note(connection: sqlite3.Connection, run_id: str, journal: LabelJournal, end: int, unreadable: int) -> None:
    row = [run_id, end, journal.ending(end), unreadable]
    connection.execute("INSERT OR REPLACE INTO label_journals VALUES (?, ?, ?, ?)", row)


def _adopted(entry: Entry, written_for: str, run_id: str) -> Entry:
    """A folder that was copied or renamed brings lines of another run; ids are to be unique over all runs."""
    if written_for == run_id or isinstance(entry, ClipEntry):
        return entry
    pair_id = moved_pair_id(entry.pair_id, run_id)
    if isinstance(entry, Pair):
        return replace(entry, run_id=run_id, pair_id=pair_id)
    return replace(entry, pair_id=pair_id, label_id=label_id_of(pair_id, entry.rater))
