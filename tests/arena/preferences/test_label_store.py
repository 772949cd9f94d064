"""Labels are stored the moment they are given, by whoever gives them, and outlive their database."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from arena.errors import RunError, UsageError
from arena.preferences.clip_file import read_clip
from arena.preferences.label import Label, Pair, Votes
from arena.preferences.label_journal import JOURNAL
from arena.preferences.label_store import LabelStore
from arena.runs.database import Database
from arena.runs.database_schema import MIGRATIONS
from arena.runs.run_folder import RunFolder
from tests.arena.preferences.label_samples import asked, clip, run
from tests.arena.runs.run_samples import small_disk


@pytest.fixture
def home(tmp_path: Path) -> tuple[Path, RunFolder]:
    return tmp_path / "arena.db", run(tmp_path)


def answered(store: LabelStore, folder: RunFolder, count: int = 6) -> tuple[Label, ...]:
    pairs = asked(store, folder.run_id, count)
    for pair in pairs:
        store.answer(pair.pair_id, "left", "Ada", seconds=1.5)
    store.answer(pairs[0].pair_id, "right", "Bob", source="class", votes=Votes(left=2, right=5))
    store.answer(pairs[1].pair_id, "equal", "Ada")
    store.take_back(store.labels(folder.run_id)[2].label_id)
    return store.labels(folder.run_id)


def test_that_what_was_put_in_comes_out_in_its_order(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        pairs = asked(store, folder.run_id, 3)
        assert store.pairs(folder.run_id) == tuple(pairs)
        assert store.clips(folder.run_id) == tuple(clip(number).entry for number in range(4))
        assert read_clip(store.clip_file(folder.run_id, clip(2).clip_id)).clip_id == clip(2).clip_id
        assert store.open_pairs(folder.run_id) == tuple(pairs)
        label = store.answer(pairs[1].pair_id, "unclear", "  王小明 ", seconds=2, votes=Votes(unclear=3))
        assert (label.rater, label.answer, label.votes) == ("王小明", "unclear", Votes(unclear=3))
    with LabelStore(path) as store:
        assert store.labels(folder.run_id) == (label,)
        assert store.open_pairs(folder.run_id) == (pairs[0], pairs[2])
        assert store.open_pairs(folder.run_id, "Bob") == tuple(pairs)
        assert store.runs() == (folder.run_id,)
        assert (store.warning, store.unreadable(folder.run_id)) == (None, 0)


def test_that_the_same_rater_changes_and_another_one_adds(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        (pair,) = asked(store, folder.run_id, 1)
        first = store.answer(pair.pair_id, "left", "Ada")
        assert store.answer(pair.pair_id, "left", "Ada", seconds=9) == first
        second = store.answer(pair.pair_id, "right", " Ada")
        assert (second.label_id, second.revision) == (first.label_id, 1)
        other = store.answer(pair.pair_id, "left", "Bob")
        assert store.labels(folder.run_id) == (second, other)


def test_that_taking_back_opens_the_pair_again_and_answering_makes_it_count(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        (pair,) = asked(store, folder.run_id, 1)
        label = store.answer(pair.pair_id, "left", "Ada")
        assert store.open_pairs(folder.run_id) == ()
        assert store.take_back(label.label_id).taken_back
        assert store.take_back(label.label_id).revision == 1
        assert store.open_pairs(folder.run_id) == (pair,)
        assert not store.restore(label.label_id).taken_back
        assert store.change(label.label_id, "equal").answer == "equal"
        store.take_back(label.label_id)
        again = store.answer(pair.pair_id, "equal", "Ada")
        assert (again.taken_back, again.revision) == (False, 5)
        assert store.labels(folder.run_id) == (again,)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"answer": "both"}, "error.label.field"), ({"rater": " "}, "error.label.rater"),
        ({"rater": "x" * 61}, "error.label.rater"), ({"seconds": float("nan")}, "error.label.field"),
        ({"source": "Some Body"}, "error.label.field"), ({"votes": Votes(left=-1)}, "error.label.field"),
        ({"pair_id": "0" * 32}, "error.label.no_pair"), ({"pair_id": "'; DROP TABLE labels"}, "error.label.no_pair"),
    ],
)  # fmt: skip
def test_that_a_wrong_answer_is_refused_and_nothing_written(
    home: tuple[Path, RunFolder], arguments: dict[str, Any], key: str
) -> None:
    path, folder = home
    with LabelStore(path) as store:
        (pair,) = asked(store, folder.run_id, 1)
        before = (folder.path / JOURNAL).read_bytes()
        with pytest.raises((UsageError, RunError)) as problem:
            store.answer(**{"pair_id": pair.pair_id, "answer": "left", "rater": "Ada", **arguments})
        assert problem.value.key == key
        assert str(problem.value) != key
        assert store.labels(folder.run_id) == ()
        assert (folder.path / JOURNAL).read_bytes() == before


def test_that_a_pair_whose_clip_is_not_there_is_refused(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        store.add_clips(folder.run_id, [clip(1)])
        for wrong in (clip(2).clip_id, "../x", ""):
            with pytest.raises(RunError) as problem:
                store.add_pair(Pair(run_id=folder.run_id, left=clip(1).clip_id, right=wrong))
            assert problem.value.key == "error.label.no_clip"
        with pytest.raises(UsageError):
            store.add_pair(Pair(run_id=folder.run_id, left=clip(1).clip_id, right=clip(1).clip_id, details={"a": {1}}))
        assert store.pairs(folder.run_id) == ()


@pytest.mark.parametrize("run_id", ["nowhere", "..", "../x", "", ".", "a/b"])
def test_that_a_run_that_is_not_there_is_said(home: tuple[Path, RunFolder], run_id: str) -> None:
    with LabelStore(home[0]) as store:
        with pytest.raises(RunError) as problem:
            store.add_clips(run_id, [clip()])
        assert problem.value.key == "error.run.missing"
        assert store.labels(run_id) == ()
        with pytest.raises(RunError):
            store.change("0" * 32, "left")


def test_that_the_same_pair_offered_again_stays_as_it_was(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        pairs = asked(store, folder.run_id, 2)
        size = (folder.path / JOURNAL).stat().st_size
        store.add_pairs(folder.run_id, [replace(pair, details={"new": 1}) for pair in pairs])
        store.add_clips(folder.run_id, [clip(0), clip(1)])
        assert store.pairs(folder.run_id) == tuple(pairs)
        assert (folder.path / JOURNAL).stat().st_size == size


# ── the database goes, the labels stay ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("damage", ["garbage", "missing", "cut", "spoiled pages"])
def test_that_labels_outlive_their_database(home: tuple[Path, RunFolder], damage: str) -> None:
    path, folder = home
    with LabelStore(path) as store:
        before = answered(store, folder)
        pairs, clips = store.pairs(folder.run_id), store.clips(folder.run_id)
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        spoilt = {"garbage": b"no database" * 999, "cut": data[:9000], "spoiled pages": data[:4096] + b"\x55" * 30_000}
        path.write_bytes(spoilt[damage])
    with LabelStore(path) as store:
        assert (store.warning is None) == (damage == "missing")
        # Also by its id alone, before anybody has looked at the run.
        changed = store.change(before[0].label_id, "unclear")
        assert store.labels(folder.run_id) == (changed, *before[1:])
        assert store.pairs(folder.run_id) == pairs
        assert store.clips(folder.run_id) == clips


def test_that_a_database_moved_aside_by_another_is_written_no_more(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as old:
        pairs = asked(old, folder.run_id, 3)
        old.answer(pairs[0].pair_id, "left", "Ada")
        path.replace(path.with_name("aside"))
        with LabelStore(path) as new:
            new.answer(pairs[1].pair_id, "left", "Ada")
            old.answer(pairs[2].pair_id, "left", "Ada")
            assert len(new.labels(folder.run_id)) == 3
            assert new.labels(folder.run_id) == old.labels(folder.run_id)


def test_that_a_line_written_before_a_crash_is_taken_in(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        pairs = asked(store, folder.run_id, 2)
        shutil.copy(path, path.with_name("before"))
        store.answer(pairs[0].pair_id, "left", "Ada")
        labels = store.labels(folder.run_id)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    # As if the process had died between the journal and the end of the transaction.
    path.with_name("before").replace(path)
    with LabelStore(path) as store:
        assert store.labels(folder.run_id) == labels
        store.answer(pairs[1].pair_id, "left", "Ada")
        assert len(store.labels(folder.run_id)) == 2


@pytest.mark.parametrize("loss", ["missing", "cut", "older", "another"])
def test_that_a_journal_that_lost_lines_is_completed_from_the_database(home: tuple[Path, RunFolder], loss: str) -> None:
    path, folder = home
    journal = folder.path / JOURNAL
    with LabelStore(path) as store:
        before = answered(store, folder)
        data = journal.read_bytes()
        older = b"".join(data.splitlines(keepends=True)[:-3])
        kept = {"missing": b"", "cut": data[:700], "older": older, "another": b"{}\n" * len(data)}[loss]
        if loss == "missing":
            journal.unlink()
        else:
            journal.write_bytes(kept)
        assert store.labels(folder.run_id) == before
        assert store.rebuild_from(folder.path) == len(before)
        assert set(store.labels(folder.run_id)) == set(before)


def test_that_a_torn_or_damaged_line_costs_only_itself(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    journal = folder.path / JOURNAL
    with LabelStore(path) as store:
        before = answered(store, folder)
    lines = journal.read_bytes().splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if before[4].label_id.encode() in line)
    lines[number] = lines[number][:30] + b"\xff\x00" * 400_000 + b"\n"
    journal.write_bytes(b"".join(lines) + b'{"line": "label", "torn')
    path.unlink()
    with LabelStore(path) as store:
        assert store.labels(folder.run_id) == before[:4] + before[5:]
        assert store.unreadable(folder.run_id) == 1
        store.answer(before[4].pair_id, "left", "Ada")
        assert len(store.labels(folder.run_id)) == len(before)
    path.unlink()
    with LabelStore(path) as store:
        assert len(store.labels(folder.run_id)) == len(before)


def test_that_a_copied_run_has_labels_of_its_own(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    copy = folder.path.with_name("a-copy")
    with LabelStore(path) as store:
        before = answered(store, folder)
        shutil.copytree(folder.path, copy)
        copied = store.labels("a-copy")
        assert [label.answer for label in copied] == [label.answer for label in before]
        assert not {label.label_id for label in copied} & {label.label_id for label in before}
        assert {label.pair_id for label in copied} <= {pair.pair_id for pair in store.pairs("a-copy")}
        store.change(copied[0].label_id, "unclear")
        assert store.labels(folder.run_id) == before
        assert store.rebuild_from(copy) == len(before)
        assert store.labels("a-copy")[0].answer == "unclear"
        shutil.rmtree(copy)
        # What the index remembers of it can still be looked at, and nothing can be added.
        assert len(store.labels("a-copy")) == len(before)
        with pytest.raises(RunError):
            store.take_back(copied[0].label_id)


def test_that_labels_of_a_newer_arena_are_refused_and_kept(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with LabelStore(path) as store:
        (pair,) = asked(store, folder.run_id, 1)
        with (folder.path / JOURNAL).open("ab") as file:
            file.write(b'{"line":"label","version":2}\n')
        before = (folder.path / JOURNAL).read_bytes()
        for act in (lambda: store.labels(folder.run_id), lambda: store.answer(pair.pair_id, "left", "Ada")):
            with pytest.raises(RunError) as problem:
                act()
            assert problem.value.key == "error.run.newer"
        assert (folder.path / JOURNAL).read_bytes() == before


def test_that_an_older_database_keeps_its_runs(home: tuple[Path, RunFolder]) -> None:
    path, folder = home
    with closing(sqlite3.connect(path)) as old:
        old.executescript(MIGRATIONS[0])
        old.execute(
            "INSERT INTO runs VALUES ('gone', '/elsewhere/gone', 'E', '{}', 'ppo', '1', '2026-11-20T10:11:12+00:00',"
            " 7, 3, 'stopped', 5.0)"
        )
        old.execute("PRAGMA user_version = 1")
        old.commit()
    with LabelStore(path) as store:
        (pair,) = asked(store, folder.run_id, 1)
        store.answer(pair.pair_id, "left", "Ada")
        assert store.warning is None
    with Database(path) as database:
        assert [(found.run_id, found.env_steps) for found in database.runs()] == [("gone", 7)]


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(1024))


def answer_without_end(store: LabelStore, pair: Pair) -> None:
    for number in count():
        store.answer(pair.pair_id, "left", f"rater {number}")


def test_that_a_full_disk_is_said_and_no_label_shown_as_saved(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "300k") as disk:
        folder = run(disk)
        with LabelStore(disk / "arena.db") as store:
            pairs = asked(store, folder.run_id, 2)
            store.answer(pairs[0].pair_id, "left", "Ada")
            fill(disk / "filler")
            with pytest.raises(RunError) as problem:
                answer_without_end(store, pairs[1])
            assert problem.value.key in ("error.file.full", "error.database.failed")
            (disk / "filler").unlink()
            store.answer(pairs[1].pair_id, "right", "Ada")
            labels = store.labels(folder.run_id)
            assert {(label.rater, label.answer) for label in labels} >= {("Ada", "left"), ("Ada", "right")}
        (disk / "arena.db").unlink()
        with LabelStore(disk / "arena.db") as store:
            assert set(store.labels(folder.run_id)) >= set(labels)
