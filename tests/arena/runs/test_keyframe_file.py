"""Keyframes come back bit for bit; damage is passed over and counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arena.errors import RunError
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.keyframe_record import HEAD
from tests.arena.runs.run_samples import keyframe, small_disk

TICKS = [0, 10, 10, 25, 40, 60]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a-run" / "keyframes"
    path.parent.mkdir()
    with KeyframeFile(path) as file:
        for tick in TICKS:
            file.append(keyframe(tick))
        file.flush()
    return path


def offsets(path: Path) -> list[int]:
    """First byte of each record (and the end), from the outside."""
    with KeyframeFile(path, read_only=True) as file:
        size = (path.stat().st_size - 16) // len(file.ticks)
        return [16 + size * place for place in range(len(file.ticks) + 1)]


def spoil(path: Path, place: int, value: int = 0xFF) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= value
    path.write_bytes(data)


def assert_same(found: Keyframe, expected: Keyframe) -> None:
    assert replace(found, arrays={}) == replace(expected, arrays={})
    assert list(found.arrays) == list(expected.arrays)
    for name, array in expected.arrays.items():
        assert found.arrays[name].dtype == array.dtype
        assert found.arrays[name].shape == array.shape
        assert found.arrays[name].tobytes() == array.tobytes()


def test_that_keyframes_come_back_bit_for_bit(path: Path) -> None:
    with KeyframeFile(path, read_only=True) as file:
        assert file.ticks == TICKS
        for index, tick in enumerate(TICKS):
            found = file.read(index)
            assert_same(found, keyframe(tick))
            assert state_hash(found.arrays) == found.state_hash


def test_that_the_newest_one_not_later_is_found(path: Path) -> None:
    with KeyframeFile(path, read_only=True) as file:
        for tick, expected in ((0, 0), (9, 0), (10, 10), (39, 25), (60, 60), (10**12, 60)):
            found, skipped = file.newest_at_or_before(tick)
            assert (found.tick, skipped) == (expected, 0)
        with pytest.raises(RunError) as problem:
            file.newest_at_or_before(-1)
        assert problem.value.key == "error.run.no_keyframe"


def test_that_of_several_at_one_tick_the_last_counts(path: Path) -> None:
    with KeyframeFile(path) as file:
        file.append(replace(keyframe(60), episode=77))
        assert file.newest_at_or_before(60)[0].episode == 77


def test_that_unusual_arrays_come_back(tmp_path: Path) -> None:
    arrays = {
        "": np.array(2.5), "none": np.zeros((3, 0, 2)), "view": np.arange(12).reshape(3, 4).T[::-1],
        "big": np.arange(3, dtype=">u2"), "half": np.array([np.nan, np.inf], "f2"), "complex": np.array([1 + 2j]),
        "padded": np.zeros(2, np.dtype([("a:b", "i1"), ("c", "f8")], align=True)), "yes": np.array([True, False]),
    }  # fmt: skip
    sent = Keyframe(tick=1, episode=0, largest_change=float("inf"), state_hash=state_hash(arrays), arrays=arrays)
    with KeyframeFile(tmp_path / "k") as file:
        file.append(sent)
        assert_same(file.read(0), sent)


@pytest.mark.parametrize("array", [np.array([object()]), np.array(["x"]), np.zeros(2, "M8[s]"), [1.0]])
def test_that_what_cannot_be_stored_is_refused_and_leaves_no_trace(path: Path, array: object) -> None:
    before = path.read_bytes()
    with KeyframeFile(path) as file:
        with pytest.raises(RunError) as problem:
            file.append(replace(keyframe(99), arrays={"x": array}))  # type: ignore[dict-item]
        assert problem.value.key == "error.keyframes.array"
        assert file.ticks == TICKS
    assert path.read_bytes() == before


def test_that_the_clock_never_goes_back(path: Path) -> None:
    with KeyframeFile(path) as file:
        for tick in (59, -1):
            with pytest.raises(RunError) as problem:
                file.append(keyframe(tick))
            assert problem.value.key == "error.keyframes.order"


def test_that_a_fingerprint_tells_name_shape_type_and_bytes() -> None:
    base = {"a": np.zeros(4), "b": np.ones(2, np.int64)}
    others: list[dict[str, np.ndarray]] = [
        {"a": np.zeros(4), "c": np.ones(2, np.int64)},
        {"a": np.zeros((2, 2)), "b": np.ones(2, np.int64)},
        {"a": np.zeros(4, np.int64), "b": np.ones(2, np.int64)},
        {"a": np.array([0, 0, 0, -0.0]), "b": np.ones(2, np.int64)},
        {"a": np.zeros(4)},
    ]
    assert len({state_hash(arrays) for arrays in (base, *others)}) == 6
    assert state_hash(dict(reversed(base.items()))) == state_hash(base)
    assert len(state_hash(base)) == 32
    with pytest.raises(RunError):
        state_hash({"a": np.array([None])})


# ── damage ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_damaged_body_is_passed_over_and_counted(path: Path) -> None:
    starts = offsets(path)
    spoil(path, starts[5] + HEAD.size + 100)
    spoil(path, starts[4] + HEAD.size + 100)
    with KeyframeFile(path, read_only=True) as file:
        assert file.ticks == TICKS
        found, skipped = file.newest_at_or_before(60)
        assert (found.tick, skipped) == (25, 2)
        assert file.newest_at_or_before(39)[1] == 0
        with pytest.raises(RunError) as problem:
            file.read(4)
        assert (problem.value.key, problem.value.params["tick"]) == ("error.keyframes.damaged", 40)


@pytest.mark.parametrize("inside", [0, 8, 16, 40, 44])
def test_that_a_damaged_head_costs_one_keyframe_only(path: Path, inside: int) -> None:
    spoil(path, offsets(path)[4] + inside)
    with KeyframeFile(path) as file:
        assert file.ticks == [0, 10, 10, 25, 60]
        found, skipped = file.newest_at_or_before(50)
        assert (found.tick, skipped) == (25, 1)
        assert file.newest_at_or_before(60)[1] == 0
        file.append(keyframe(70))
        assert_same(file.read(5), keyframe(70))


def test_that_a_file_with_nothing_sound_in_it_says_so(path: Path) -> None:
    for start in offsets(path)[:-1]:
        spoil(path, start + HEAD.size + 50)
    with KeyframeFile(path, read_only=True) as file, pytest.raises(RunError) as problem:
        file.newest_at_or_before(60)
    assert problem.value.key == "error.run.no_keyframe"


def test_that_a_torn_last_record_is_ignored_and_cut_off_by_the_next_writer(path: Path) -> None:
    whole = path.read_bytes()
    starts = offsets(path)
    for length in (1, HEAD.size - 1, HEAD.size, HEAD.size + 10, starts[1] - starts[0] - 1):
        path.write_bytes(whole + whole[starts[5] : starts[5] + length])
        with KeyframeFile(path, read_only=True) as file:
            assert file.ticks == TICKS
            assert file.newest_at_or_before(60)[1] == 0
        with KeyframeFile(path) as file:
            assert path.stat().st_size == len(whole)
            file.append(keyframe(80))
            assert_same(file.read(6), keyframe(80))


@pytest.mark.parametrize("length", range(16))
def test_that_a_file_killed_while_it_was_made_is_empty(tmp_path: Path, path: Path, length: int) -> None:
    young = tmp_path / "young"
    young.write_bytes(path.read_bytes()[:length])
    with KeyframeFile(young, read_only=True) as file:
        assert file.ticks == []
    with KeyframeFile(young) as file:
        file.append(keyframe(5))
    with KeyframeFile(young, read_only=True) as file:
        assert_same(file.read(0), keyframe(5))


@pytest.mark.parametrize("data", [b"x", b"PK\x03\x04" * 100, b"\x00" * 1000, b"ARENAKEX" + bytes(100)])
def test_that_another_kind_of_file_is_refused_and_not_touched(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "k").write_bytes(data)
    for read_only in (True, False):
        with pytest.raises(RunError) as problem:
            KeyframeFile(tmp_path / "k", read_only=read_only)
        assert problem.value.key == "error.keyframes.not_keyframes"
    assert (tmp_path / "k").read_bytes() == data


def test_that_a_newer_file_is_said_clearly(path: Path) -> None:
    spoil(path, 9, 1)
    with pytest.raises(RunError) as problem:
        KeyframeFile(path, read_only=True)
    assert problem.value.key == "error.run.newer"
    assert "a-run/keyframes" in str(problem.value)


# ── the rest ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_later_keyframes_are_forgotten_for_good(path: Path) -> None:
    with KeyframeFile(path) as file:
        file.truncate_after(30)
        assert file.ticks == [0, 10, 10, 25]
        file.append(keyframe(31))
        file.truncate_after(100)
    with KeyframeFile(path) as file:
        assert file.ticks == [0, 10, 10, 25, 31]
        file.truncate_after(-1)
        assert file.ticks == []
    assert path.stat().st_size == 16


def test_that_damaged_keyframes_after_the_cut_are_forgotten_too(path: Path) -> None:
    starts = offsets(path)
    spoil(path, starts[5] + HEAD.size + 5)
    spoil(path, starts[3] + 3)
    with KeyframeFile(path) as file:
        found, skipped = file.newest_at_or_before(10**9)
        assert (found.tick, skipped) == (40, 1)
        file.truncate_after(40)
        assert file.newest_at_or_before(10**9)[0].tick == 40
        assert file.newest_at_or_before(39)[1] == 1


def test_that_a_reader_writes_nothing_and_sees_what_was_there(path: Path) -> None:
    before = path.read_bytes()
    with KeyframeFile(path, read_only=True) as reader, KeyframeFile(path) as writer:
        writer.append(keyframe(99))
        assert reader.ticks == TICKS
        for write in (lambda: reader.append(keyframe(100)), reader.flush, lambda: reader.truncate_after(0)):
            with pytest.raises(RunError) as problem:
                write()
            assert problem.value.key == "error.file.read_only"
    assert path.read_bytes().startswith(before)


def test_that_a_missing_file_is_an_empty_one_to_a_reader(tmp_path: Path) -> None:
    with KeyframeFile(tmp_path / "none", read_only=True) as file:
        assert file.ticks == []
        with pytest.raises(RunError) as problem:
            file.read(0)
        assert problem.value.key == "error.run.no_keyframe"
    assert list(tmp_path.iterdir()) == []


def test_that_a_closed_file_says_so(path: Path) -> None:
    file = KeyframeFile(path)
    file.close()
    file.close()
    for use in (file.flush, lambda: file.append(keyframe(99)), lambda: file.read(0)):
        with pytest.raises(RunError) as problem:
            use()
        assert problem.value.key == "error.keyframes.closed"


def fill(file: KeyframeFile) -> None:
    for tick in range(100):
        file.append(keyframe(tick))


def test_that_a_full_disk_is_said_and_leaves_whole_keyframes(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "32k") as disk, KeyframeFile(disk / "keyframes") as file:
        with pytest.raises(RunError) as problem:
            fill(file)
        kept = file.ticks
        assert problem.value.key == "error.file.full"
        assert len(kept) > 3
        with KeyframeFile(disk / "keyframes", read_only=True) as reader:
            assert reader.ticks == kept
        assert (disk / "keyframes").stat().st_size < 33_000
