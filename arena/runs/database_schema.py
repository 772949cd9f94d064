"""What ``arena.db`` looks like, and how an older one becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from arena.errors import RunError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE runs (
        run_id TEXT PRIMARY KEY,
        folder TEXT NOT NULL,
        env_id TEXT NOT NULL,
        env_kwargs TEXT NOT NULL,
        agent TEXT NOT NULL,
        seed TEXT NOT NULL,
        created TEXT NOT NULL,
        env_steps INTEGER NOT NULL,
        episodes INTEGER NOT NULL,
        phase TEXT NOT NULL,
        touched REAL NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_touched ON runs (touched DESC);
    """,
    """
    CREATE TABLE clips (
        position INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL,
        clip_id TEXT NOT NULL,
        env_id TEXT NOT NULL,
        env_kwargs TEXT NOT NULL,
        kind TEXT NOT NULL,
        env_step INTEGER NOT NULL,
        game INTEGER NOT NULL,
        length INTEGER NOT NULL,
        UNIQUE (run_id, clip_id)
    ) STRICT;
    CREATE TABLE pairs (
        position INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL,
        pair_id TEXT NOT NULL UNIQUE,
        left_clip TEXT NOT NULL,
        right_clip TEXT NOT NULL,
        why TEXT NOT NULL,
        details TEXT NOT NULL,
        env_step INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX pairs_by_run ON pairs (run_id, position);
    CREATE TABLE labels (
        position INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL,
        label_id TEXT NOT NULL UNIQUE,
        pair_id TEXT NOT NULL,
        answer TEXT NOT NULL,
        rater TEXT NOT NULL,
        seconds REAL NOT NULL,
        given TEXT NOT NULL,
        source TEXT NOT NULL,
        votes TEXT NOT NULL,
        taken_back INTEGER NOT NULL,
        revision INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX labels_by_run ON labels (run_id, position);
    CREATE INDEX labels_by_pair ON labels (pair_id);
    CREATE TABLE label_journals (
        run_id TEXT PRIMARY KEY,
        bytes INTEGER NOT NULL,
        ending TEXT NOT NULL,
        unreadable INTEGER NOT NULL
    ) STRICT;
    """,
)
"""Scripts that make version n + 1 of version n; ``PRAGMA user_version`` counts how many have been done.

``seed`` is text because SQLite's integers end at 2⁶³. The tables of labels are an index of the runs' ``labels.jsonl``;
``label_journals.bytes`` says how much of each has been taken in.
"""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedDatabaseError(Exception):
    """The file is no database, or not whole."""


def is_damage(problem: BaseException) -> bool:
    """Tell damage of the file from anything else that goes wrong with SQLite."""
    if isinstance(problem, UnicodeDecodeError):
        # SQLite quotes names of a damaged schema in what it complains of.
        return True
    code = getattr(problem, "sqlite_errorcode", None)
    # Extended codes carry the plain one in their low byte.
    return code is not None and (code & 0xFF) in _DAMAGED


def bring_up_to_date(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[str], fill: Callable[[sqlite3.Connection], None]
) -> None:
    """Give a database the newest schema; an older one is copied to ``<name>.v<version>.backup`` first.

    Args:
        connection: In autocommit mode.
        path: Its file.
        migrations: As :data:`MIGRATIONS`.
        fill: Fills a new database, in the transaction that makes it: there is never an empty one by accident.

    Raises:
        RunError: If it is from a newer Arena.
        DamagedDatabaseError: If it is not whole.
        sqlite3.Error: Anything else.
    """
    found = _version(connection)
    if found > len(migrations):
        raise RunError("error.run.newer", file=path.name, found=found, known=len(migrations))
    if [row[0] for row in connection.execute("PRAGMA quick_check(1)")] != ["ok"]:
        raise DamagedDatabaseError
    if found == len(migrations):
        return
    if found:
        with closing(sqlite3.connect(path.with_name(f"{path.name}.v{found}.backup"))) as copy:
            connection.backup(copy)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have done it while this one waited for its turn.
        now = _version(connection)
        for number in range(now, len(migrations)):
            for statement in _statements(migrations[number]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        if now == 0:
            fill(connection)
        connection.execute("COMMIT")
    except BaseException:
        # Some failures (a full disk) have rolled back by themselves.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def choose_journal(connection: sqlite3.Connection) -> None:
    """Use a write-ahead log where the file system can (readers then never wait), else the plain journal."""
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        # Network homes may say yes and then fail to share memory: only a read tells.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as problem:
        if is_damage(problem):
            raise
        mode = ""
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    # executescript() would commit the transaction it runs in. Our scripts hold no semicolon inside a statement.
    return [part for part in script.split(";") if part.strip()]
