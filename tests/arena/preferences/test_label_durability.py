"""No answer that was acknowledged is ever lost, however the one who gave it dies."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from arena.preferences.label_store import LabelStore
from benchmarks.kill_labels import RUN, Acknowledged, is_intact, kill_once, lost, lost_without_database, prepare
from tests.arena.preferences.label_samples import asked, run
from tests.arena.runs.run_samples import child


@pytest.mark.timeout(300)
def test_that_no_acknowledged_label_is_lost_when_raters_are_killed(tmp_path: Path) -> None:
    prepare(tmp_path, pairs=20)
    luck = random.Random(1)
    told: Acknowledged = {}
    for _ in range(3):
        now, _ = kill_once(tmp_path, luck, ("Ada", "Bob", "Cem", "Dao"))
        assert now
        told.update(now)
        assert lost(tmp_path, told) == 0
    assert is_intact(tmp_path)
    assert lost_without_database(tmp_path, told) == 0
    assert len(told) > 20
    # That a lost one would be seen:
    assert lost(tmp_path, {**told, "0" * 32: ("left", False, 0)}) == 1
    assert lost(tmp_path, {next(iter(told)): ("left", False, 10**6)}) == 1


RATER = """
import sys
from arena.preferences.label_store import LabelStore
path, run_id, rater, answer = sys.argv[1:]
with LabelStore(path) as store:
    for pair in store.pairs(run_id):
        store.answer(pair.pair_id, answer, rater)
"""


def test_that_raters_may_answer_at_once_and_the_same_name_twice_is_one(tmp_path: Path) -> None:
    path, folder = tmp_path / "arena.db", run(tmp_path)
    with LabelStore(path) as store:
        pairs = asked(store, folder.run_id, 30)
        with (
            child(RATER, path, folder.run_id, "Ada", "left") as first,
            child(RATER, path, folder.run_id, "Ada", "right") as second,
            child(RATER, path, folder.run_id, "Bob", "equal") as third,
        ):
            assert [process.wait(100) for process in (first, second, third)] == [0, 0, 0]
        labels = store.labels(folder.run_id)
    assert len(labels) == 2 * len(pairs)
    ada = [label for label in labels if label.rater == "Ada"]
    assert {label.revision for label in ada} == {1}
    assert {label.answer for label in labels if label.rater == "Bob"} == {"equal"}
    path.unlink()
    with LabelStore(path) as store:
        assert set(store.labels(folder.run_id)) == set(labels)


def test_that_a_run_with_nothing_said_has_nothing(tmp_path: Path) -> None:
    folder = run(tmp_path)
    with LabelStore(tmp_path / "arena.db") as store:
        assert store.labels(folder.run_id) == store.pairs(folder.run_id) == store.clips(RUN) == ()
        assert store.runs() == ()
