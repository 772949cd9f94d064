"""Where labels are kept: ``labels.jsonl`` of each run, and its index in ``arena.db``.

Every write is one transaction of the database (whose lock keeps other processes out), and inside it the lines are
appended to the run's journal and synced. So when a call returns, both are on disk; a process killed in between has
left a line that the next one takes in. The journal is the truth: a database that was moved aside, deleted or restored
from an old copy is brought up to it, and a journal that was cut or lost is completed from the database.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from arena.errors import RunError, UsageError
from arena.preferences import label_rows
from arena.preferences.clip import Clip, ClipEntry
from arena.preferences.clip_file import clip_path, write_clip
from arena.preferences.journal_index import JournalWriter, forget, take_in
from arena.preferences.label import Answer, Label, Pair, Votes, label_id_of
from arena.preferences.label_index import LabelIndex
from arena.preferences.label_lines import Entry, checked_rater
from arena.runs.run_config import now_utc


class LabelStore(LabelIndex):
    """The labels of the runs in one folder. Several processes may use it at once; each thread has its own.

    Args:
        path: ``arena.db`` in the folder that holds the run folders.

    Raises:
        RunError: If it cannot be opened, is busy, or is from a newer Arena.
    """

    # ── what is asked ──────────────────────────────────────────────────────────────────────────────────────────────

    def add_clips(self, run_id: str, clips: Iterable[Clip]) -> tuple[Path, ...]:
        """Write clips into the run folder and the index; those that are there already stay.

        Args:
            run_id: Name of the run's folder.
            clips: The clips.

        Returns:
            Their files, on disk.

        Raises:
            RunError: If the run is not there, or something cannot be written.
        """
        given = tuple(clips)
        folder = self.run_folder(run_id)
        # Before the transaction: nobody else has to wait for pictures to be packed.
        files = tuple(write_clip(folder, clip) for clip in given)
        with self._writing(run_id) as writer:
            for clip in given:
                if not _there(writer.connection, *_key_of(clip.entry), run_id):
                    writer.put(clip.entry)
        return files

    def add_pair(self, pair: Pair) -> Pair:
        """Write a pair that may be asked from now on; one that is there stays as it is.

        Args:
            pair: The pair; the files of its clips must be there.

        Returns:
            The pair.

        Raises:
            RunError: If the run or a clip is not there, or it cannot be written.
            UsageError: If a field is none that could be read again.
        """
        self.add_pairs(pair.run_id, (pair,))
        return pair

    def add_pairs(self, run_id: str, pairs: Iterable[Pair]) -> None:
        """Write several pairs of a run at once, as :meth:`add_pair`.

        Raises:
            RunError: As :meth:`add_pair`; none is written then.
            UsageError: As :meth:`add_pair`.
        """
        folder = self.run_folder(run_id)
        with self._writing(run_id) as writer:
            for pair in pairs:
                for clip_id in (pair.left, pair.right):
                    if not _clip_is_there(folder, clip_id):
                        raise RunError("error.label.no_clip", clip=f"{clip_id:.64}")
                if not _there(writer.connection, *_key_of(pair), run_id):
                    writer.put(replace(pair, run_id=run_id))

    def take_over(self, run_id: str, entries: Sequence[Entry]) -> list[int]:
        """Write what another run has said, with its ids, in one transaction; what is there already stays.

        Args:
            run_id: The run that takes it over.
            entries: Clips whose files are in the run folder, pairs of them, and labels of those, in this order.

        Returns:
            Which of the entries are labels that were there already, in this revision or a later one.

        Raises:
            RunError: If the run is not there, or it cannot be written; none is written then.
            UsageError: If a field is none that could be read again.
        """
        there: list[int] = []
        with self._writing(run_id) as writer:
            for index, entry in enumerate(entries):
                if isinstance(entry, Label):
                    old = _label(writer.connection, entry.label_id)
                    if old is not None and old.revision >= entry.revision:
                        there.append(index)
                        continue
                elif _there(writer.connection, *_key_of(entry), run_id):
                    continue
                writer.put(entry)
        return there

    # ── what is answered ───────────────────────────────────────────────────────────────────────────────────────────

    def answer(
        self,
        pair_id: str,
        answer: Answer,
        rater: str,
        *,
        seconds: float = 0.0,
        source: str = "person",
        votes: Votes | None = None,
    ) -> Label:
        """Write what a rater says of a pair; it is on disk when this returns.

        A second answer of the same rater to the same pair changes the first, and makes it count again if it was taken
        back. Another rater's is a label of its own.

        Args:
            pair_id: The pair.
            answer: What is said.
            rater: Who says it; a name of 1 to 60 characters.
            seconds: How long it took.
            source: Where it comes from, see :class:`Label`.
            votes: How a class voted.

        Raises:
            RunError: If there is no such pair, or it cannot be written.
            UsageError: If an argument is none that could be read again.
        """
        try:
            name = checked_rater(rater)
        except ValueError:
            raise UsageError("error.label.rater") from None
        label = Label(
            label_id=label_id_of(pair_id, name), pair_id=pair_id, answer=answer, rater=name, seconds=seconds,
            given=now_utc(), source=source, votes=votes,
        )  # fmt: skip
        with self._writing(self._run_of("pairs", "pair_id", pair_id)) as writer:
            old = _label(writer.connection, label.label_id)
            if old is not None:
                if (old.answer, old.votes, old.taken_back) == (answer, votes, False):
                    # The same key twice: nothing to refit for.
                    return old
                label = replace(label, revision=old.revision + 1)
            writer.put(label)
        return label

    def change(self, label_id: str, answer: Answer) -> Label:
        """Give a label another answer; it is on disk when this returns.

        Raises:
            RunError: If there is no such label, or it cannot be written.
            UsageError: If that is no answer.
        """
        return self._revised(label_id, answer=answer)

    def take_back(self, label_id: str) -> Label:
        """Make a label count no longer; its pair is open again where it was the only one.

        Raises:
            RunError: If there is no such label, or it cannot be written.
        """
        return self._revised(label_id, taken_back=True)

    def restore(self, label_id: str) -> Label:
        """Make a label that was taken back count again.

        Raises:
            RunError: If there is no such label, or it cannot be written.
        """
        return self._revised(label_id, taken_back=False)

    def _revised(self, label_id: str, *, answer: Answer | None = None, taken_back: bool | None = None) -> Label:
        with self._writing(self._run_of("labels", "label_id", label_id)) as writer:
            old = _label(writer.connection, label_id)
            if old is None:
                raise RunError("error.label.missing", label=f"{label_id:.64}")
            label = replace(
                old,
                answer=old.answer if answer is None else answer,
                taken_back=old.taken_back if taken_back is None else taken_back,
            )
            if label != old:
                label = replace(label, revision=old.revision + 1)
                writer.put(label)
        return label

    # ── putting right ──────────────────────────────────────────────────────────────────────────────────────────────

    def rebuild_from(self, folder: str | os.PathLike[str]) -> int:
        """Make the index of one run again from its ``labels.jsonl``.

        Args:
            folder: The run folder.

        Returns:
            How many labels it has.

        Raises:
            RunError: If it is not there, cannot be read or was written by a newer Arena.
        """
        run_id = Path(folder).absolute().name
        place = self.run_folder(run_id)
        with self._current().writing() as connection:
            forget(connection, run_id)
            take_in(connection, run_id, place)
        return len(self.labels(run_id))

    @contextlib.contextmanager
    def _writing(self, run_id: str) -> Iterator[JournalWriter]:
        folder = self.run_folder(run_id)
        with self._current().writing() as connection:
            take_in(connection, run_id, folder)
            writer = JournalWriter(connection, run_id, folder)
            yield writer
            writer.flush()


def _key_of(entry: ClipEntry | Pair) -> tuple[str, str, str]:
    return ("pairs", "pair_id", entry.pair_id) if isinstance(entry, Pair) else ("clips", "clip_id", entry.clip_id)


def _there(connection: sqlite3.Connection, table: str, column: str, wanted: str, run_id: str) -> bool:
    found = connection.execute(
        f"SELECT 1 FROM {table} WHERE run_id = ? AND {column} = ?",  # noqa: S608 - our own names
        [run_id, wanted],
    ).fetchone()
    return found is not None


def _label(connection: sqlite3.Connection, label_id: str) -> Label | None:
    row = connection.execute("SELECT * FROM labels WHERE label_id = ?", [label_id]).fetchone()
    return None if row is None else label_rows.label(row)


def _clip_is_there(folder: Path, clip_id: str) -> bool:
    try:
        return clip_path(folder, clip_id).is_file()
    except ValueError:
        return False
