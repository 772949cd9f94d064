"""Clips, pairs and labels as rows of ``arena.db``, and back."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from arena.preferences.clip import ClipEntry, about_text
from arena.preferences.label import Label, Pair, Votes
from arena.preferences.label_lines import Entry

_PUT_CLIP = """INSERT OR IGNORE INTO clips (run_id, clip_id, env_id, env_kwargs, kind, env_step, game, length)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_PUT_PAIR = """INSERT OR IGNORE INTO pairs (run_id, pair_id, left_clip, right_clip, why, details, env_step)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
# A label keeps its place in the order in which labels were given, whatever becomes of it.
_PUT_LABEL = """INSERT INTO labels
    (run_id, label_id, pair_id, answer, rater, seconds, given, source, votes, taken_back, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (label_id) DO UPDATE SET answer = excluded.answer, seconds = excluded.seconds, given = excluded.given,
    source = excluded.source, votes = excluded.votes, taken_back = excluded.taken_back, revision = excluded.revision
    WHERE excluded.revision >= labels.revision"""


def put(connection: sqlite3.Connection, entry: Entry, run_id: str) -> None:
    """Write an entry; a clip or pair that is there stays, and so does a label of a higher revision."""
    if isinstance(entry, ClipEntry):
        arguments = about_text(dict(entry.env_kwargs))
        place = [run_id, entry.clip_id, entry.env_id, arguments, entry.kind]
        connection.execute(_PUT_CLIP, [*place, entry.env_step, entry.game, entry.length])
    elif isinstance(entry, Pair):
        details = about_text(dict(entry.details))
        row = [run_id, entry.pair_id, entry.left, entry.right, entry.why, details, entry.env_step]
        connection.execute(_PUT_PAIR, row)
    else:
        votes = json.dumps(dataclasses.asdict(entry.votes)) if entry.votes else ""
        what = [run_id, entry.label_id, entry.pair_id, entry.answer, entry.rater, float(entry.seconds), entry.given]
        connection.execute(_PUT_LABEL, [*what, entry.source, votes, int(entry.taken_back), entry.revision])


def clip_entry(row: sqlite3.Row) -> ClipEntry:
    """Return a row of ``clips``."""
    fields = _fields(row)
    del fields["run_id"]
    return ClipEntry(**{**fields, "env_kwargs": json.loads(row["env_kwargs"])})


def pair(row: sqlite3.Row) -> Pair:
    """Return a row of ``pairs``."""
    fields = _fields(row)
    sides = {"left": fields.pop("left_clip"), "right": fields.pop("right_clip")}
    return Pair(**{**fields, **sides, "details": json.loads(row["details"])})


def label(row: sqlite3.Row) -> Label:
    """Return a row of ``labels``."""
    fields = _fields(row)
    del fields["run_id"]
    votes = Votes(**json.loads(row["votes"])) if row["votes"] else None
    return Label(**{**fields, "votes": votes, "taken_back": bool(row["taken_back"])})


def _fields(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in row.keys() if name != "position"}  # noqa: SIM118 - a row iterates its values


def entries(connection: sqlite3.Connection, run_id: str) -> Iterator[Entry]:
    """Return everything of a run, clips before pairs before labels, each in its order."""
    yield from map(clip_entry, of_run(connection, "clips", run_id))
    yield from map(pair, of_run(connection, "pairs", run_id))
    yield from map(label, of_run(connection, "labels", run_id))


def of_run(connection: sqlite3.Connection, table: str, run_id: str) -> sqlite3.Cursor:
    """Return the rows that a table has of a run, in their order."""
    return connection.execute(
        f"SELECT * FROM {table} WHERE run_id = ? ORDER BY position",  # noqa: S608 - our own names
        [run_id],
    )
