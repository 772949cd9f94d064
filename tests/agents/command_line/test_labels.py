"""``arena labels``: from run to run, and in plain numbers what came along and what did not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from arena.preferences.label_store import LabelStore
from arena.runs.run_folder import RunFolder
from tests.agents.command_line.commands import Arena
from tests.arena.preferences.label_samples import asked
from tests.arena.runs.run_samples import CONFIG

PLACE = replace(CONFIG, env_kwargs={"map": "cliff"})


@pytest.fixture
def old(tmp_path: Path) -> RunFolder:
    """A run with five labels of two raters, one taken back, and a pair that waits."""
    root = tmp_path / "home" / "runs"
    folder = RunFolder.create(root, PLACE)
    with LabelStore(root / "arena.db") as store:
        pairs = asked(store, folder.run_id, 5)
        for pair in pairs[:4]:
            store.answer(pair.pair_id, "left", "Ada")
        store.answer(pairs[0].pair_id, "equal", "王小明")
        store.take_back(store.labels(folder.run_id)[3].label_id)
    return folder


@pytest.fixture
def new(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "home" / "runs", replace(PLACE, seed=5))


def labels_of(folder: RunFolder) -> int:
    with LabelStore(folder.path.parent / "arena.db") as store:
        return len(store.labels(folder.run_id))


def test_that_labels_are_listed_by_run(arena: Arena, old: RunFolder) -> None:
    said = arena("labels", "list")
    assert said.code == 0
    line = said.out.splitlines()[1]
    assert line.split() == [old.run_id, "4", "2", "Ada,", "王小明"]
    said = arena("labels", "list", "--json", "-f", old.path.parent)
    assert json.loads(said.out) == [
        {
            "run": old.run_id, "labels": 4, "taken_back": 1, "raters": {"Ada": 3, "王小明": 1},
            "answers": {"left": 3, "equal": 1}, "pairs": 5, "open": 2, "unreadable": 0,
        }
    ]  # fmt: skip


def test_that_damaged_lines_are_said_and_cost_only_themselves(arena: Arena, old: RunFolder) -> None:
    (old.path.parent / "arena.db").unlink()
    with (old.path / "labels.jsonl").open("ab") as file:
        file.write(b"not a line\n")
    said = arena("labels", "list")
    assert said.out.splitlines()[1].split()[1] == "4"
    assert "1 damaged lines" in said.err


def test_that_no_labels_are_no_error(arena: Arena, tmp_path: Path) -> None:
    assert (arena("labels", "list").code, arena("labels", "list", "--json").out) == (0, "[]\n")
    said = arena("labels", "list", "-f", tmp_path / "nowhere")
    assert said.code == 1
    assert "nowhere" in said.sentence()


@pytest.mark.parametrize("name", ["set.zip", "a set"])
def test_that_labels_go_from_one_run_to_another(
    arena: Arena, old: RunFolder, new: RunFolder, tmp_path: Path, name: str
) -> None:
    said = arena("labels", "export", old.run_id, "--out", tmp_path / name)
    assert said.code == 0
    assert "4 labels of 3 pairs" in said.out
    said = arena("labels", "import", tmp_path / name, "--run", new.run_id, "-P")
    assert said.code == 0
    assert "4 labels came into" in said.out
    assert labels_of(new) == 4
    said = arena("labels", "import", tmp_path / name, "--run", new.path, "--json")
    assert said.code == 0
    assert json.loads(said.out)["left_out"] == {"duplicate": 4}
    assert json.loads(said.out)["examples"][0]["why"] == "duplicate"


def test_that_what_was_left_out_is_said_in_plain_numbers(
    arena: Arena, old: RunFolder, new: RunFolder, tmp_path: Path
) -> None:
    with LabelStore(old.path.parent / "arena.db") as store:
        clips = [entry.clip_id for entry in store.clips(old.run_id)]
    (old.clips_path / f"{clips[0]}.npz").unlink()
    with (old.path / "labels.jsonl").open("ab") as file:
        file.write(b'{"line":"label","version":1,"mood":"good"}\n')
    said = arena("labels", "import", old.path, "--run", new.run_id)
    assert said.code == 0
    assert "Left out: 1 lines" in said.out
    assert "Left out: 2 labels whose clip is missing" in said.out
    assert ": mood" in said.out
    assert labels_of(new) == 3


def test_that_a_set_of_another_world_is_a_failure_that_says_so(arena: Arena, old: RunFolder, tmp_path: Path) -> None:
    other = RunFolder.create(tmp_path / "home" / "runs", replace(PLACE, env_kwargs={"map": "maze"}, seed=9))
    said = arena("labels", "import", old.path, "--run", other.run_id)
    assert said.code == 1
    assert "Left out: 5 labels whose clip is of another world" in said.out
    assert labels_of(other) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("list", "RUN"), ("list", "--out", "x.zip"), ("export", "--out", "x.zip"), ("export", "RUN"),
        ("export", "RUN", "--out", "x.zip", "--run", "RUN"), ("import", "x.zip"), ("import", "--run", "RUN"),
        ("import", "x.zip", "y.zip", "--run", "RUN"), ("import", "x.zip", "--run", "RUN", "--out", "y.zip"),
    ],
)  # fmt: skip
def test_that_wrong_words_say_what_the_right_ones_are(arena: Arena, words: tuple[str, ...]) -> None:
    said = arena("labels", *words)
    assert said.code == 2
    assert f"arena labels {words[0]}" in said.sentence()


def test_that_what_is_not_there_is_said(arena: Arena, old: RunFolder, new: RunFolder, tmp_path: Path) -> None:
    elsewhere = RunFolder.create(tmp_path / "elsewhere", PLACE)
    (tmp_path / "folder").mkdir()
    for words, code, word in (
        (("export", tmp_path / "folder", "--out", tmp_path / "x.zip"), 1, "not a run"),
        (("export", "nothing like it", "--out", tmp_path / "x.zip"), 1, "nothing like it"),
        (("export", new.run_id, "--out", tmp_path / "x.zip"), 1, "no labels"),
        (("export", old.run_id, elsewhere.path, "--out", tmp_path / "x.zip"), 2, "one folder"),
        (("export", old.run_id, "--out", old.path), 1, "not empty"),
        (("import", tmp_path / "x.zip", "--run", new.run_id), 1, "x.zip"),
        (("import", tmp_path / "folder", "--run", new.run_id), 1, "no label set"),
    ):
        said = arena("labels", *words)
        assert (said.code, word in said.sentence()) == (code, True), said
