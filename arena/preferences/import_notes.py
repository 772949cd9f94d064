"""What an import has seen so far, on disk: a million lines are not to fill the memory."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self

from arena.preferences.label import Pair
from arena.preferences.label_lines import entry_from, line_of


class ImportNotes:
    """Pairs, clips and labels of a set by their ids in it, in a temporary database without a name."""

    def __init__(self) -> None:
        # An empty name: on disk as soon as it is large, and gone with the connection.
        self._connection = sqlite3.connect("", isolation_level=None)
        for table in (
            "pairs (id TEXT PRIMARY KEY, line BLOB, left_out TEXT, here TEXT)",
            "clips (id TEXT PRIMARY KEY, left_out TEXT)",
            "labels (id TEXT PRIMARY KEY, revision INT, counts INT)",
            "labels_left_out (id TEXT PRIMARY KEY)",
        ):
            self._connection.execute(f"CREATE TABLE {table} WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def add_pair(self, pair: Pair) -> None:
        """Note a pair of the set; the first one of an id counts.

        Raises:
            ValueError: If it could be read and cannot be written.
        """
        line = line_of(pair, pair.run_id)
        self._connection.execute("INSERT OR IGNORE INTO pairs VALUES (?, ?, NULL, NULL)", [pair.pair_id, line])

    def pair(self, pair_id: str) -> Pair | None:
        """Return a pair of the set."""
        row = self._connection.execute("SELECT line FROM pairs WHERE id = ?", [pair_id]).fetchone()
        if row is None:
            return None
        pair, _ = entry_from(row[0])
        assert isinstance(pair, Pair)
        return pair

    def decision(self, pair_id: str) -> tuple[str, str] | None:
        """Return why a pair is left out, empty for one taken in, and its id here; ``None`` if nothing was decided."""
        query = "SELECT left_out, here FROM pairs WHERE id = ? AND left_out IS NOT NULL"
        row = self._connection.execute(query, [pair_id]).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def decide_pair(self, pair_id: str, left_out: str, here: str) -> None:
        """Note why a pair is left out, empty for one that is taken in, and its id in the run that takes it."""
        self._connection.execute("UPDATE pairs SET left_out = ?, here = ? WHERE id = ?", [left_out, here, pair_id])

    def clip(self, clip_id: str) -> str | None:
        """Return why a clip is left out, empty for one taken in, ``None`` for one not looked at."""
        row = self._connection.execute("SELECT left_out FROM clips WHERE id = ?", [clip_id]).fetchone()
        return None if row is None else str(row[0])

    def decide_clip(self, clip_id: str, left_out: str) -> None:
        """Note why a clip is left out; empty for one that is taken in."""
        self._connection.execute("INSERT OR REPLACE INTO clips VALUES (?, ?)", [clip_id, left_out])

    def revision(self, label_id: str) -> int:
        """Return the highest revision of a label seen, −1 for none."""
        row = self._connection.execute("SELECT revision FROM labels WHERE id = ?", [label_id]).fetchone()
        return -1 if row is None else int(row[0])

    def add_label(self, label_id: str, revision: int, *, counts: bool) -> None:
        """Note a label that was taken in, and whether it counts or was taken back."""
        self._connection.execute("INSERT OR REPLACE INTO labels VALUES (?, ?, ?)", [label_id, revision, int(counts)])

    def drop_label(self, label_id: str) -> None:
        """Note that a label did not come in after all."""
        self._connection.execute("DELETE FROM labels WHERE id = ?", [label_id])

    def is_first_left_out(self, label_id: str) -> bool:
        """Note that a label is left out; say whether for the first time, as its changes are lines of their own."""
        done = self._connection.execute("INSERT OR IGNORE INTO labels_left_out VALUES (?)", [label_id])
        return done.rowcount > 0

    def labels(self) -> tuple[int, int]:
        """Return how many labels were taken in that count, and how many that were taken back."""
        count, counting = self._connection.execute("SELECT count(*), coalesce(sum(counts), 0) FROM labels").fetchone()
        return int(counting), int(count) - int(counting)

    def taken_in(self, table: str) -> int:
        """Return how many ``pairs`` or ``clips`` were taken in."""
        row = self._connection.execute(f"SELECT count(*) FROM {table} WHERE left_out = ''").fetchone()  # noqa: S608
        return int(row[0])

    def close(self) -> None:
        """Drop everything."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
