"""``arena.db``: the index of runs, so that a list of them opens at once, and of what was said of their clips.

The run folders are the truth. The index is made again from them where it is missing or damaged; its part about labels
belongs to :mod:`arena.preferences.label_store`.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from arena.errors import RunError
from arena.runs.database_schema import (
    MIGRATIONS,
    DamagedDatabaseError,
    bring_up_to_date,
    choose_journal,
    is_damage,
)
from arena.runs.event_log import last_event
from arena.runs.file_lock import FileLock
from arena.runs.run_folder import CONFIG, RunFolder
from arena.runs.safe_file import run_error, told_plainly

BUSY_SECONDS = 5.0
"""How long to wait for another process."""

_LABEL_TABLES = ("clips", "pairs", "labels", "label_journals")

_COLUMNS = "run_id, folder, env_id, env_kwargs, agent, seed, created, env_steps, episodes, phase"


@dataclass(frozen=True, kw_only=True)
class IndexedRun:
    """What the index knows of a run.

    Attributes:
        run_id: Name of its folder.
        folder: The folder.
        env_id: Gymnasium id of its world.
        env_kwargs: The world's arguments.
        agent: Catalog id.
        seed: Seed.
        created: ISO 8601 in UTC.
        env_steps: The clock when the index last heard of it.
        episodes: Episodes ended by then.
        phase: As in ``PhaseChanged``.
    """

    run_id: str
    folder: str
    env_id: str
    env_kwargs: Mapping[str, Any]
    agent: str
    seed: int
    created: str
    env_steps: int
    episodes: int
    phase: str


class Database:
    """The index of the runs in one folder; several processes may have it open at once.

    Args:
        path: The file, in the folder that holds the run folders; made from them where missing.
        migrations: Scripts that make its schema.

    Attributes:
        moved_aside: Where a damaged file was moved to before the index was made again; ``None`` if it was sound.

    Raises:
        RunError: If it cannot be opened, is busy, or is from a newer Arena.
    """

    def __init__(self, path: str | os.PathLike[str], *, migrations: Sequence[str] = MIGRATIONS) -> None:
        self.path = Path(path).absolute()
        self.moved_aside: Path | None = None
        self._migrations = migrations
        # One at a time through this door: two processes that find damage must not move each other's new file away.
        door = FileLock(self.path.with_name(f"{self.path.name}.lock"))
        if not door.acquire(BUSY_SECONDS):
            raise RunError("error.database.busy", file=str(self.path))
        with door, self._plainly():
            try:
                self._connection = self._opened()
            except DamagedDatabaseError:
                self._move_aside()
                self._connection = self._opened()
            self._file = _identity(self.path)

    @property
    def warning(self) -> tuple[str, dict[str, str]] | None:
        """Translation key and placeholder values of what a person should know about opening it; usually ``None``."""
        if self.moved_aside is None:
            return None
        return "warning.database.rebuilt", {"file": self.moved_aside.name}

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _opened(self) -> sqlite3.Connection:
        # Autocommit: each statement is its own transaction unless one is begun by hand.
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            bring_up_to_date(connection, self.path, self._migrations, self._fill)
            self._probe(connection)
            # Last: it writes to the file, and a newer or a foreign one is not to be touched.
            choose_journal(connection)
        except BaseException as problem:
            connection.close()
            if is_damage(problem):
                raise DamagedDatabaseError from problem
            raise
        return connection

    @staticmethod
    def _probe(connection: sqlite3.Connection) -> None:
        try:
            connection.execute(f"SELECT {_COLUMNS}, touched FROM runs LIMIT 0")  # noqa: S608 - our own constant
            for table in _LABEL_TABLES:
                connection.execute(f"SELECT run_id FROM {table} LIMIT 0")  # noqa: S608 - our own constants
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                # Sound, of our version, and without our table: somebody else's, or half of one.
                raise DamagedDatabaseError from problem
            raise

    def _move_aside(self) -> None:
        self.moved_aside = self.path.with_name(f"{self.path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
        with told_plainly(self.path):
            self.path.replace(self.moved_aside)
        for ending in ("-wal", "-shm", "-journal"):
            # They belong to the old file; beside a new one they would spoil it.
            with contextlib.suppress(OSError):
                self.path.with_name(self.path.name + ending).replace(
                    self.moved_aside.with_name(self.moved_aside.name + ending)
                )

    def _fill(self, connection: sqlite3.Connection) -> None:
        for folder in sorted(self.path.parent.iterdir()):
            with contextlib.suppress(RunError):
                _put(connection, *self._row_of(folder))

    def _row_of(self, path: Path) -> tuple[list[Any], float]:
        run = RunFolder.open(path)
        config = run.config
        last = last_event(run.events_path)
        touched = datetime.fromisoformat(config.created).timestamp()
        with contextlib.suppress(OSError):
            touched = run.events_path.stat().st_mtime
        row = [run.run_id, path.name, config.env_id, json.dumps(config.env_kwargs), config.agent, str(config.seed)]
        steps, episodes = (last.env_steps, last.episodes) if last else (0, 0)
        return [*row, config.created, steps, episodes, "stopped"], touched

    # ── for those who keep more in it ──────────────────────────────────────────────────────────────────────────────

    @property
    def moved_away(self) -> bool:
        """Whether the file that is open no longer has this name: somebody found it damaged, or took it away."""
        return _identity(self.path) != self._file

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to read with.

        Raises:
            RunError: If the database cannot be read.
        """
        with self._plainly():
            yield self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction: on disk when the block ends, or, if it raises, never begun.

        No other process writes meanwhile.

        Raises:
            RunError: If the database cannot be written.
        """
        with self._plainly():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # Some failures (a full disk) have rolled back by themselves.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # ── the index ──────────────────────────────────────────────────────────────────────────────────────────────────

    def upsert_run(
        self,
        *,
        run_id: str,
        folder: str | os.PathLike[str],
        env_id: str,
        agent: str,
        seed: int,
        created: str,
        env_steps: int,
        episodes: int,
        phase: str,
        env_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Note how a run stands; it becomes the most recent one.

        Arguments are the attributes of :class:`IndexedRun`.

        Raises:
            RunError: If the index cannot be written.
        """
        row = [run_id, self._stored(Path(folder)), env_id, json.dumps(dict(env_kwargs or {})), agent, str(seed)]
        with self._plainly():
            _put(self._connection, [*row, created, env_steps, episodes, phase], time.time())

    def _stored(self, folder: Path) -> str:
        # Relative where it can be: the whole folder of runs may be moved or handed on.
        folder = folder.absolute()
        return str(folder.relative_to(self.path.parent) if folder.is_relative_to(self.path.parent) else folder)

    def runs(self) -> list[IndexedRun]:
        """Return all runs in the index, the one last worked on first, whether their folders are still there or not.

        Raises:
            RunError: If the index cannot be read.
        """
        return list(self._rows())

    def recent_runs(self, limit: int = 20) -> list[IndexedRun]:
        """Return the runs last worked on, newest first; those whose folder has vanished are left out.

        Args:
            limit: How many at most.

        Raises:
            RunError: If the index cannot be read.
        """
        there = (run for run in self._rows() if (Path(run.folder) / CONFIG).is_file())
        return list(islice(there, limit))

    def delete_run(self, run_id: str) -> None:
        """Forget a run; its folder stays as it is. An unknown one is no error.

        Args:
            run_id: Name of its folder.

        Raises:
            RunError: If the index cannot be written.
        """
        with self._plainly():
            self._connection.execute("DELETE FROM runs WHERE run_id = ?", [run_id])

    def _rows(self) -> Iterator[IndexedRun]:
        with self._plainly():
            # All at once: an open cursor would hold up other processes for as long as the caller takes.
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM runs ORDER BY touched DESC, run_id DESC"  # noqa: S608 - our own constant
            ).fetchall()
            for row in rows:
                values = {**dict(row), "folder": str(self.path.parent / row["folder"]), "seed": int(row["seed"])}
                yield IndexedRun(**{**values, "env_kwargs": json.loads(row["env_kwargs"])})

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
            busy = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if busy:
                raise RunError("error.database.busy", file=str(self.path)) from problem
            key = {
                sqlite3.SQLITE_FULL: "error.file.full",
                sqlite3.SQLITE_READONLY: "error.file.read_only",
            }.get(code, "error.database.failed")
            raise RunError(key, file=str(self.path), problem=str(problem)) from problem
        except OSError as problem:
            raise run_error(problem, self.path) from problem
        except ValueError as problem:
            # Damage that SQLite has no checksum for: text that is none, a number that is none.
            raise RunError("error.database.failed", file=str(self.path), problem=str(problem)) from problem


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _put(connection: sqlite3.Connection, row: Sequence[Any], touched: float) -> None:
    marks = ", ".join("?" * (len(row) + 1))
    connection.execute(
        f"INSERT OR REPLACE INTO runs ({_COLUMNS}, touched) VALUES ({marks})",  # noqa: S608 - our own constants
        [*row, touched],
    )
