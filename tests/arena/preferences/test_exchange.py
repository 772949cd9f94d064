"""Label sets travel from run to run; what is no label of this place stays out and is counted."""

from __future__ import annotations

import io
import json
import random
import shutil
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arena.errors import RunError
from arena.preferences import label_set
from arena.preferences.clip import Clip
from arena.preferences.clip_file import clip_bytes
from arena.preferences.exchange import Imported, WantedClips, import_labels, wanted_by
from arena.preferences.label import Label, Pair, Votes, label_id_of
from arena.preferences.label_export import export_labels
from arena.preferences.label_lines import LONGEST_LINE, Entry, line_of
from arena.preferences.label_store import LabelStore
from arena.runs.run_folder import RunFolder
from tests.arena.mutations import spoiled, spoiled_json
from tests.arena.preferences.label_samples import asked, clip, run
from tests.arena.runs.run_samples import CONFIG

WANTED = WantedClips(env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"})


class Place:
    """A folder of runs with a run that has labels (``old``) and one that has none (``new``)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = LabelStore(root / "arena.db")
        self.old, self.new = run(root, 1).run_id, run(root, 2).run_id
        pairs = asked(self.store, self.old, 5)
        for pair in pairs:
            self.store.answer(pair.pair_id, "left", "Ada", seconds=2.5)
        self.store.answer(pairs[0].pair_id, "equal", "王", source="class", votes=Votes(left=4, right=4))
        self.store.take_back(self.store.labels(self.old)[2].label_id)

    def bring(self, path: Path, **options: Any) -> Imported:
        return import_labels(path, self.store, self.new, wanted=WANTED, **options)

    def said(self, run_id: str) -> set[tuple[Any, ...]]:
        pairs = {pair.pair_id: pair for pair in self.store.pairs(run_id)}
        return {
            (pairs[label.pair_id].left, pairs[label.pair_id].right, pairs[label.pair_id].why, label.answer, label.rater,
             label.seconds, label.given, label.votes)
            for label in self.store.labels(run_id)
            if not label.taken_back
        }  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Any:
    (tmp_path / "runs").mkdir()
    made = Place(tmp_path / "runs")
    with made.store:
        yield made


def lines(*entries: Entry | bytes | str | dict[str, Any]) -> bytes:
    return b"\n".join(map(a_line, entries)) + b"\n"


def a_line(entry: Entry | bytes | str | dict[str, Any]) -> bytes:
    if isinstance(entry, dict):
        return json.dumps(entry).encode()
    if isinstance(entry, str):
        return entry.encode()
    return entry if isinstance(entry, bytes) else line_of(entry, "far").rstrip(b"\n")


def a_set(folder: Path, content: bytes, clips: tuple[Clip, ...] = ()) -> Path:
    (folder / "clips").mkdir(parents=True)
    (folder / "labels.jsonl").write_bytes(content)
    for one in clips:
        (folder / "clips" / f"{one.clip_id}.npz").write_bytes(clip_bytes(one))
    return folder


def a_pair(left: int = 1, right: int = 2, **changed: Any) -> Pair:
    return Pair(**{"run_id": "far", "left": clip(left).clip_id, "right": clip(right).clip_id, **changed})


def a_label(pair: Pair, rater: str = "Ada", **changed: Any) -> Label:
    fields: dict[str, Any] = {"answer": "left", "given": "2026-11-21T10:11:12+00:00", **changed}
    return Label(label_id=label_id_of(pair.pair_id, rater), pair_id=pair.pair_id, rater=rater, **fields)


@pytest.mark.parametrize("name", ["set.zip", "a set"])
def test_that_a_set_brings_what_went_into_it(place: Place, tmp_path: Path, name: str) -> None:
    done: list[float] = []
    out = export_labels(place.store, [place.old, place.old], tmp_path / name, progress=done.append)
    assert (out.labels, out.pairs, out.clips, out.left_out, out.cancelled) == (5, 4, 6, {}, False)
    found = place.bring(tmp_path / name, progress=done.append)
    assert (found.labels, found.pairs, found.clips, found.left_out) == (5, 4, 6, {})
    assert done.count(1.0) == 2 and done[-1] == 1.0
    assert place.said(place.new) == place.said(place.old)
    assert {label.source for label in place.store.labels(place.new)} == {"import"}
    assert all(pair.details["imported_from"] == place.old for pair in place.store.pairs(place.new))
    assert wanted_by_clip(place)


def wanted_by_clip(place: Place) -> bool:
    (place.root / "third").mkdir()
    shutil.copy(place.root / place.new / "labels.jsonl", place.root / "third")
    shutil.copytree(place.root / place.new / "clips", place.root / "third" / "clips")
    (place.root / "third" / "config.json").write_text(replace(CONFIG, env_kwargs={"map": "maze"}).to_json())
    wanted = wanted_by(place.store, "third")
    return (wanted.env_kwargs, wanted.kind, wanted.shape) == ({"map": "maze"}, "states", ())


def test_that_a_runs_own_folder_is_a_set_with_what_became_of_each_label(place: Place) -> None:
    found = place.bring(place.root / place.old)
    assert (found.labels, found.taken_back, found.pairs, found.left_out) == (5, 1, 5, {})
    assert place.said(place.new) == place.said(place.old)
    assert len(place.store.labels(place.new)) == 6
    again = place.bring(place.root / place.old)
    assert (again.labels, again.taken_back, again.left_out) == (0, 0, {"duplicate": 6})


def test_that_the_same_set_twice_brings_nothing_new(place: Place, tmp_path: Path) -> None:
    export_labels(place.store, [place.old], tmp_path / "set.zip")
    place.bring(tmp_path / "set.zip")
    changed = place.store.change(place.store.labels(place.new)[0].label_id, "unclear")
    journal = (place.root / place.new / "labels.jsonl").read_bytes()
    found = place.bring(tmp_path / "set.zip")
    assert (found.labels, found.left_out) == (0, {"duplicate": 5})
    assert place.store.labels(place.new)[0] == changed
    assert (place.root / place.new / "labels.jsonl").read_bytes() == journal
    # Also into the run it came from.
    back = import_labels(tmp_path / "set.zip", place.store, place.old, wanted=WANTED)
    assert (back.labels, back.left_out) == (0, {"duplicate": 5})


def test_that_each_thing_left_out_is_counted_and_named(place: Place, tmp_path: Path) -> None:
    pair = a_pair()
    foreign = clip(6, env_kwargs={"map": "maze"})
    longer = clip(7, observations=np.zeros((5, 3)), kind="vector")
    damaged, missing = a_pair(1, 3), a_pair(1, 4)
    strange, other_kind = a_pair(1, right=6), a_pair(1, 7)
    strange = replace(strange, right=foreign.clip_id, pair_id="")
    other_kind = replace(other_kind, right=longer.clip_id, pair_id="")
    good = json.loads(line_of(a_label(pair, "Bob"), "far"))
    content = lines(
        clip(1).entry, pair, damaged, missing, strange, other_kind, a_label(pair), a_label(pair), a_label(damaged),
        a_label(missing), a_label(missing, "Bob"), a_label(strange), a_label(other_kind), a_label(a_pair(8, 9)),
        {**good, "note": "hello"}, {**good, "seconds": "1"}, {**good, "seconds": 1e999}, "", "not json", b"\xff\xfe",
        {**good, "rater": "\ud800"}, "x" * (3 * LONGEST_LINE), good,
    )  # fmt: skip
    folder = a_set(tmp_path / "set", content, (clip(1), clip(2), clip(3), foreign, longer))
    (folder / "clips" / f"{clip(3).clip_id}.npz").write_bytes(b"PK no clip")
    found = place.bring(folder)
    assert (found.labels, found.taken_back, found.pairs, found.clips, found.lines) == (2, 0, 1, 2, 23)
    assert found.left_out == {
        "line": 8, "duplicate": 1, "no_pair": 1, "missing_clip": 2, "damaged_clip": 1, "foreign_clip": 2,
    }  # fmt: skip
    named = {(example.line, example.why): example.what for example in found.examples}
    assert named[15, "line"] == "note" and named[16, "line"] == "seconds"
    assert named[8, "duplicate"] == a_label(pair).label_id
    assert place.store.open_pairs(place.new) == ()
    assert not (place.root / place.new / "clips" / f"{foreign.clip_id}.npz").exists()


def test_that_actions_the_place_does_not_have_are_foreign(place: Place, tmp_path: Path) -> None:
    clips = (clip(1), clip(2, actions=np.array([0, 1, 2, 3, 4])), clip(3, actions=np.array([0, 0, 0, 0, -2])))
    pairs = [replace(a_pair(1), right=other.clip_id, pair_id="") for other in clips[1:]]
    folder = a_set(tmp_path / "set", lines(*pairs, *map(a_label, pairs)), clips)
    found = import_labels(folder, place.store, place.new, wanted=replace(WANTED, actions=4))
    assert found.left_out == {"foreign_clip": 2}


def test_that_a_clip_that_rests_at_the_end_of_a_game_belongs_to_its_place(place: Place, tmp_path: Path) -> None:
    clips = (clip(1), clip(2, actions=np.array([0, 1, 2, -1, -1])))
    pair = replace(a_pair(1), right=clips[1].clip_id, pair_id="")
    folder = a_set(tmp_path / "set", lines(pair, a_label(pair)), clips)
    assert import_labels(folder, place.store, place.new, wanted=replace(WANTED, actions=4)).labels == 1


def test_that_a_crafted_pair_that_only_just_fits_still_fits(place: Place, tmp_path: Path) -> None:
    room = LONGEST_LINE - len(line_of(a_pair(), "far")) - 20
    pair = a_pair(details={"a": "x" * room})
    folder = a_set(tmp_path / "set", lines(pair, a_label(pair)), (clip(1), clip(2)))
    assert place.bring(folder).labels == 1
    assert place.store.pairs(place.new)[0].details == {"imported_from": "far"}


def test_that_a_set_of_a_newer_arena_is_said_to_be_one(place: Place, tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", lines(a_pair()).replace(b'"version":1', b'"version":7'))
    with pytest.raises(RunError) as problem:
        place.bring(folder)
    assert problem.value.key == "error.label.newer"


def test_that_many_lines_take_no_more_memory_than_few(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.preferences.exchange.LINES_AT_ONCE", 200)

    def peak(count: int) -> int:
        pair = a_pair()
        content = lines(pair, *(a_label(pair, f"rater {number}") for number in range(count)))
        folder = a_set(tmp_path / f"set-{count}", content, (clip(1), clip(2)))
        del content
        tracemalloc.start()
        found = place.bring(folder)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found.labels + found.left_out.get("duplicate", 0) == count
        return most

    few = peak(600)
    assert peak(3_000) < 1.2 * few + 2**18


def test_that_cancelling_an_import_keeps_what_came_in_and_going_on_completes_it(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.preferences.exchange.LINES_AT_ONCE", 3)
    export_labels(place.store, [place.old], tmp_path / "set.zip")
    asked_times = iter([False, True])
    found = place.bring(tmp_path / "set.zip", cancelled=lambda: next(asked_times))
    assert found.cancelled and found.lines == 6
    assert found.labels == len(place.store.labels(place.new)) < 5
    rest = place.bring(tmp_path / "set.zip")
    assert rest.labels + found.labels == 5
    assert place.said(place.new) == place.said(place.old)


@pytest.mark.parametrize("name", ["set.zip", "set"])
def test_that_a_cancelled_export_leaves_nothing_behind(place: Place, tmp_path: Path, name: str) -> None:
    out = export_labels(place.store, [place.old], tmp_path / name, cancelled=lambda: True)
    assert (out.cancelled, out.labels) == (True, 0)
    assert [item.name for item in tmp_path.iterdir()] == ["runs"]


def test_that_an_export_leaves_out_pairs_whose_clips_are_gone_or_damaged(place: Place, tmp_path: Path) -> None:
    place.store.clip_file(place.old, clip(0).clip_id).unlink()
    place.store.clip_file(place.old, clip(5).clip_id).write_bytes(b"")
    out = export_labels(place.store, [place.old], tmp_path / "set.zip")
    assert (out.labels, out.left_out) == (2, {"missing_clip": 2, "damaged_clip": 1})
    assert place.bring(tmp_path / "set.zip").labels == 2


def test_that_an_export_overwrites_no_folder_and_needs_labels(place: Place, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work").touch()
    for path, runs, key in (
        (tmp_path / "mine", [place.old], "error.labels.taken"),
        (tmp_path / "nowhere" / "set.zip", [place.old], "error.file.missing"),
        (tmp_path / "nowhere" / "set", [place.old], "error.file.missing"),
        (tmp_path / "set.zip", [place.new], "error.labels.none"),
    ):
        with pytest.raises(RunError) as problem:
            export_labels(place.store, runs, path)
        assert problem.value.key == key
    (tmp_path / "empty").mkdir()
    assert export_labels(place.store, [place.old], tmp_path / "empty").labels == 5


def test_that_a_zip_too_small_for_its_clips_is_said(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.preferences.label_export.MOST_MEMBERS", 3)
    with pytest.raises(RunError) as problem:
        export_labels(place.store, [place.old], tmp_path / "set.zip")
    assert problem.value.key == "error.labels.zip_too_small"
    assert not (tmp_path / "set.zip").exists()


# ── sets from strangers ────────────────────────────────────────────────────────────────────────────────────────────


def zipped(members: dict[str, bytes], link: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if name == link else 0o644) << 16
            archive.writestr(info, data)
    return made.getvalue()


NAME = f"clips/{'0' * 64}.npz"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK", b"x" * 500, zipped({"labels.jsonl": b"", "../out": b""}), zipped({"/etc/passwd": b""}),
        zipped({NAME: b""}), zipped({"labels.jsonl": b"", "clips/x.npz": b""}),
        zipped({"labels.jsonl": b"", NAME: b"", "clips\\..\\x": b""}), zipped({"labels.jsonl": b""}, "labels.jsonl"),
        zipped({"labels.jsonl": b"\n" * 2**26}), zipped({"labels.jsonl": b"", NAME: bytes(2**26)}),
    ],
    ids=lambda data: str(len(data)),
)  # fmt: skip
def test_that_a_made_up_zip_is_refused(place: Place, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "set.zip").write_bytes(data)
    with pytest.raises(RunError) as problem:
        place.bring(tmp_path / "set.zip")
    assert problem.value.key == "error.labels.not_a_set"


def test_that_what_is_no_set_at_all_is_said(place: Place, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, key in ((tmp_path / "none", "error.file.missing"), (tmp_path / "empty", "error.labels.not_a_set")):
        with pytest.raises(RunError) as problem:
            place.bring(path)
        assert problem.value.key == key


def test_that_spoiled_sets_bring_labels_or_say_what_is_wrong(place: Place, tmp_path: Path) -> None:
    export_labels(place.store, [place.old], tmp_path / "set.zip")
    sound = (tmp_path / "set.zip").read_bytes()
    chance = random.Random(8)
    refused = whole = 0
    for _ in range(60):
        (tmp_path / "set.zip").write_bytes(spoiled(sound, chance))
        try:
            whole += place.bring(tmp_path / "set.zip").lines > 0
        except RunError as problem:
            refused += problem.key == "error.labels.not_a_set"
    assert refused + whole == 60 and refused > 20
    assert {label.pair_id for label in place.store.labels(place.new)} <= {
        pair.pair_id for pair in place.store.pairs(place.new)
    }


def test_that_spoiled_lines_bring_no_label_nobody_gave(place: Place, tmp_path: Path) -> None:
    chance = random.Random(9)
    pair = a_pair()
    sound = [json.loads(line_of(entry, "far")) for entry in (pair, a_label(pair))]
    content = b"".join(
        json.dumps(spoiled_json(value, chance)).encode() + b"\n" for _ in range(300) for value in sound
    ) + b"".join(spoiled(json.dumps(value).encode(), chance) + b"\n" for _ in range(300) for value in sound)
    found = place.bring(a_set(tmp_path / "set", content, (clip(1), clip(2))))
    assert found.left_out["line"] > 400
    for label in place.store.labels(place.new):
        assert line_of(label, place.new)


def test_that_lines_are_split_as_they_are_however_they_arrive() -> None:
    chance = random.Random(3)
    data = b"a\n\nbb\r\n" + b"c" * (2 * LONGEST_LINE) + b"\nlast"
    expected = [b"a", b"", b"bb\r", b"", b"last"]
    for _ in range(20):
        cuts = sorted(chance.randrange(len(data)) for _ in range(6))
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        found = list(label_set.lines_of(pieces))
        assert [line for line, _ in found] == expected
        assert [done for _, done in found] == [2, 3, 7, 8 + 2 * LONGEST_LINE, len(data)]


def test_that_a_run_that_was_never_made_takes_nothing(place: Place, tmp_path: Path) -> None:
    with pytest.raises(RunError) as problem:
        import_labels(place.root / place.old, place.store, "nowhere")
    assert problem.value.key == "error.run.missing"
    assert isinstance(RunFolder.open(place.root / place.new), RunFolder)
