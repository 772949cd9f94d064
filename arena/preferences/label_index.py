"""What has been said of the runs in a folder, to be looked at: ``arena.db``, kept true to each ``labels.jsonl``."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from arena.errors import RunError
from arena.preferences import label_rows
from arena.preferences.clip import ClipEntry
from arena.preferences.clip_file import clip_path
from arena.preferences.journal_index import is_current, take_in, unreadable_lines
from arena.preferences.label import Label, Pair
from arena.preferences.label_journal import JOURNAL
from arena.runs.database import Database


class LabelIndex:
    """The clips, pairs and labels of the runs in one folder; :class:`LabelStore` also writes them.

    Several processes may use it at once; each thread has its own.

    Args:
        path: ``arena.db`` in the folder that holds the run folders.

    Raises:
        RunError: If it cannot be opened, is busy, or is from a newer Arena.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self._database = Database(self.path)

    @property
    def warning(self) -> tuple[str, dict[str, str]] | None:
        """As :attr:`arena.runs.database.Database.warning`."""
        return self._database.warning

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def clips(self, run_id: str) -> tuple[ClipEntry, ...]:
        """Return the clips of a run in the order they were added.

        Raises:
            RunError: If the database or the run's journal cannot be read.
        """
        with self._reading(run_id) as connection:
            return tuple(map(label_rows.clip_entry, label_rows.of_run(connection, "clips", run_id)))

    def pairs(self, run_id: str) -> tuple[Pair, ...]:
        """Return the pairs of a run in the order they were added.

        Raises:
            RunError: If the database or the run's journal cannot be read.
        """
        with self._reading(run_id) as connection:
            return tuple(map(label_rows.pair, label_rows.of_run(connection, "pairs", run_id)))

    def open_pairs(self, run_id: str, rater: str = "") -> tuple[Pair, ...]:
        """Return the pairs that wait for an answer, the oldest first.

        Args:
            run_id: The run.
            rater: Whose answer they wait for; empty for anybody's: then one answer is enough.

        Raises:
            RunError: If the database or the run's journal cannot be read.
        """
        with self._reading(run_id) as connection:
            rows = connection.execute(
                """SELECT * FROM pairs WHERE run_id = ?1 AND NOT EXISTS (
                SELECT 1 FROM labels WHERE labels.pair_id = pairs.pair_id AND NOT taken_back AND ?2 IN ('', rater)
                ) ORDER BY position""",
                [run_id, rater.strip()],
            ).fetchall()
            return tuple(map(label_rows.pair, rows))

    def labels(self, run_id: str) -> tuple[Label, ...]:
        """Return the labels of a run in the order they were first given, also those taken back.

        A label whose pair is not known (its line was damaged) is of no use and left out.

        Raises:
            RunError: If the database or the run's journal cannot be read.
        """
        with self._reading(run_id) as connection:
            rows = connection.execute(
                """SELECT labels.* FROM labels JOIN pairs USING (pair_id)
                WHERE labels.run_id = ? ORDER BY labels.position""",
                [run_id],
            ).fetchall()
            return tuple(map(label_rows.label, rows))

    def clip_file(self, run_id: str, clip_id: str) -> Path:
        """Return where the file of a clip is, or would be.

        Raises:
            RunError: If there is no such run, or that is no clip's id.
        """
        try:
            return clip_path(self.run_folder(run_id), clip_id)
        except ValueError:
            raise RunError("error.label.no_clip", clip=f"{clip_id:.64}") from None

    def unreadable(self, run_id: str) -> int:
        """Return how many lines of the run's ``labels.jsonl`` are damaged.

        Raises:
            RunError: If the database or the run's journal cannot be read.
        """
        with self._reading(run_id) as connection:
            return unreadable_lines(connection, run_id)

    def runs(self) -> tuple[str, ...]:
        """Return the runs that have clips, pairs or labels, by name.

        Raises:
            RunError: If the folder or the database cannot be read.
        """
        with self._current().reading() as connection:
            rows = connection.execute("SELECT run_id FROM label_journals").fetchall()
            known = {str(row["run_id"]) for row in rows}
            here = {file.parent.name for file in self.path.parent.glob(f"*/{JOURNAL}")}
        return tuple(sorted(known | here))

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of a run.

        Raises:
            RunError: If it is not there.
        """
        folder = self._place(run_id)
        if folder is None or not folder.is_dir():
            raise RunError("error.run.missing", folder=run_id)
        return folder

    def close(self) -> None:
        """Let go of the database; a second call does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _current(self) -> Database:
        if self._database.moved_away:
            # Another process found it damaged and made a new one: what is written to the old one nobody reads.
            self._database.close()
            self._database = Database(self.path)
        return self._database

    def _place(self, run_id: str) -> Path | None:
        if not run_id or Path(run_id).name != run_id or run_id == "..":
            return None
        with self._current().reading() as connection:
            row = connection.execute("SELECT folder FROM runs WHERE run_id = ?", [run_id]).fetchone()
        return self.path.parent / (row["folder"] if row else run_id)

    @contextlib.contextmanager
    def _reading(self, run_id: str) -> Iterator[sqlite3.Connection]:
        folder = self._place(run_id)
        database = self._current()
        # A run whose folder is gone still has what the index remembers.
        if folder is not None and folder.is_dir():
            with database.reading() as connection:
                current = is_current(connection, run_id, folder)
            if not current:
                with database.writing() as connection:
                    take_in(connection, run_id, folder)
        with database.reading() as connection:
            yield connection

    def _run_of(self, table: str, column: str, wanted: str) -> str:
        for search in (False, True):
            for run_id in self.runs() if search else ():
                # A new database knows of no label before its run is looked at.
                with self._reading(run_id):
                    pass
            with self._current().reading() as connection:
                row = connection.execute(
                    f"SELECT run_id FROM {table} WHERE {column} = ?",  # noqa: S608 - our own names
                    [wanted],
                ).fetchone()
            if row is not None:
                return str(row["run_id"])
        raise RunError("error.label.no_pair" if table == "pairs" else "error.label.missing", label=f"{wanted:.64}")
