"""Keyframe files grow no further than they may, survive being killed at any moment, and strangers' files do no harm."""

from __future__ import annotations

import json
import random
import struct
import threading
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arena.errors import RunError
from arena.runs.keyframe_file import KeyframeFile, state_hash
from arena.runs.keyframe_index import Entry
from arena.runs.keyframe_record import HEAD, LONGEST, from_bytes, head_from, to_bytes
from arena.runs.keyframe_thinning import thinned
from tests.arena.mutations import JUNK, numbered, spoiled, spoiled_json
from tests.arena.runs.run_samples import child, keyframe, small_disk, wait_for

# ── thinning ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_the_oldest_are_thinned_most_and_the_ends_are_kept() -> None:
    entries = [Entry(tick, 1000 * tick, 1000) for tick in range(101)]
    kept = [entry.tick for entry in thinned(entries, 40_000)]
    assert kept[0] == 0 and kept[-1] == 100
    assert len(kept) <= 32
    gaps = [b - a for a, b in zip(kept, kept[1:], strict=False)]
    assert gaps == sorted(gaps, reverse=True)
    assert thinned(entries[:2], 10) == entries[:2]
    assert thinned(entries, 10**9) == entries


def grow(file: KeyframeFile, first: int, last: int) -> None:
    for tick in range(first, last):
        file.append(keyframe(tick))
        wait_for(lambda: not file.thinning)


def test_that_a_file_over_its_limit_is_thinned_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    with KeyframeFile(path, max_bytes=60_000) as file, KeyframeFile(path, read_only=True) as early:
        grow(file, 0, 10)
        grow(file, 10, 300)
        assert path.stat().st_size < 66_000
        kept = file.ticks
        assert kept[0] == 0 and kept[-1] == 299 and len(kept) > 15
        assert all(file.read(index).arrays["counters"]["tick"] == tick for index, tick in enumerate(kept))
        assert early.ticks == []
    with KeyframeFile(path, read_only=True) as file:
        assert file.ticks == kept
        assert all(state_hash(file.read(index).arrays) == file.read(index).state_hash for index in range(len(kept)))
    assert [file.name for file in tmp_path.iterdir()] == ["keyframes"]


def test_that_what_a_dropped_keyframe_told_of_the_largest_change_is_told_by_the_next(tmp_path: Path) -> None:
    changes = [random.Random(tick).random() for tick in range(400)]
    with KeyframeFile(tmp_path / "keyframes", max_bytes=60_000) as file:
        for tick, change in enumerate(changes):
            file.append(replace(keyframe(tick), largest_change=change))
            wait_for(lambda: not file.thinning)
        kept, told = file.ticks, file.largest_changes()
        assert len(kept) < 200
        starts = [-1, *kept[:-1]]
        assert told == [max(changes[start + 1 : end + 1]) for start, end in zip(starts, kept, strict=True)]
        assert all(state_hash(file.read(index).arrays) == file.read(index).state_hash for index in range(len(kept)))


def test_that_keyframes_written_while_a_copy_is_made_are_in_it(tmp_path: Path) -> None:
    with KeyframeFile(tmp_path / "keyframes", max_bytes=200_000) as file:
        for tick in range(1000):
            file.append(keyframe(tick))
        wait_for(lambda: not file.thinning)
        file.append(keyframe(1000))
        assert file.ticks[-20:] == list(range(981, 1001))
        assert all(file.read(index).tick == tick for index, tick in enumerate(file.ticks))


def test_that_two_keyframes_too_large_are_both_kept(tmp_path: Path) -> None:
    with KeyframeFile(tmp_path / "keyframes", max_bytes=100) as file:
        grow(file, 0, 2)
        assert file.ticks == [0, 1]
        grow(file, 2, 40)
        assert file.ticks[0] == 0 and file.ticks[-1] == 39
        assert len(file.ticks) < 20


def test_that_a_reader_keeps_what_it_opened_while_the_file_is_thinned(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    with KeyframeFile(path, max_bytes=60_000) as file:
        grow(file, 0, 20)
        with KeyframeFile(path, read_only=True) as reader:
            grow(file, 20, 100)
            assert reader.ticks == list(range(20))
            assert [reader.read(index).tick for index in range(20)] == list(range(20))


def test_that_cutting_and_closing_stop_the_thinning(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    for way in ("cut", "close"):
        with KeyframeFile(path, max_bytes=50_000) as file:
            for tick in range(max(file.ticks, default=0), 400):
                file.append(keyframe(tick))
            if way == "cut":
                file.truncate_after(350)
                # A copy that was ready just then is taken. One made late of all 400 may have kept the first alone.
                newest = file.ticks[-1]
                assert newest <= 350
                assert file.newest_at_or_before(10**6)[0].tick == newest
        assert not [thread for thread in threading.enumerate() if thread.name == "keyframe-thinning"]
        assert [file.name for file in tmp_path.iterdir()] == ["keyframes"]


def test_that_a_disk_without_room_for_a_copy_keeps_all(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "112k") as disk:
        with KeyframeFile(disk / "keyframes", max_bytes=70_000) as file:
            grow(file, 0, 45)
            assert file.ticks[-1] == 44
            kept = file.ticks
        assert [path.name for path in disk.iterdir()] == ["keyframes"]
        with KeyframeFile(disk / "keyframes", read_only=True) as file:
            assert file.ticks == kept


def test_that_a_copy_left_by_a_killed_writer_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".keyframes.0123.tmp").write_bytes(b"half")
    KeyframeFile(tmp_path / "keyframes", read_only=True).close()
    assert (tmp_path / ".keyframes.0123.tmp").exists()
    KeyframeFile(tmp_path / "keyframes").close()
    assert [path.name for path in tmp_path.iterdir()] == ["keyframes"]


# ── kills ──────────────────────────────────────────────────────────────────────────────────────────────────────────

WRITER = """
import sys
from arena.runs.keyframe_file import KeyframeFile
from tests.arena.runs.run_samples import keyframe
file = KeyframeFile(sys.argv[1], max_bytes=300_000)
tick = file.ticks[-1] + 1 if file.ticks else 0
print(tick, flush=True)
while True:
    file.append(keyframe(tick))
    tick += 1
    if tick % 50 == 0:
        print(tick, flush=True)
"""


def test_that_a_file_whose_writer_was_killed_reloads_and_loses_nothing_it_had_written(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    chance = random.Random(4)
    for _ in range(8):
        with child(WRITER, path) as process:
            assert process.stdout is not None
            told = int(process.stdout.readline())
            for _ in range(chance.randint(1, 12)):
                told = int(process.stdout.readline())
            process.kill()
            process.wait()
        with KeyframeFile(path, read_only=True) as file:
            ticks = file.ticks
            assert ticks[0] == 0 and ticks[-1] >= told - 1
            assert ticks == sorted(set(ticks))
            found, skipped = file.newest_at_or_before(10**9)
            assert (found.tick, skipped) == (ticks[-1], 0)
            for index in (0, len(ticks) // 2, len(ticks) - 1):
                assert state_hash(file.read(index).arrays) == keyframe(ticks[index]).state_hash
    with KeyframeFile(path):
        assert [file.name for file in tmp_path.iterdir()] == ["keyframes"]


# ── strangers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def look_at_everything(path: Path) -> int:
    """Open a file as everybody does and return how many keyframes could be read."""
    sound = 0
    with KeyframeFile(path, read_only=True) as file:
        for index, tick in enumerate(file.ticks):
            try:
                assert file.read(index).tick == tick
                sound += 1
            except RunError as problem:
                if problem.key != "error.keyframes.damaged":
                    raise
        if sound:
            file.newest_at_or_before(10**9)
    return sound


def test_that_spoiled_files_end_in_our_own_error_or_in_keyframes(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    with KeyframeFile(path) as file:
        for tick in (0, 3, 8, 8, 20):
            file.append(keyframe(tick, size=3))
    sound = path.read_bytes()
    chance = random.Random(6)
    outcomes: dict[object, int] = {}
    for _ in range(3000):
        path.write_bytes(spoiled(sound, chance))
        try:
            outcome: object = look_at_everything(path)
        except RunError as problem:
            outcome = problem.key
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    # Most accidents cost a keyframe or two, not the file.
    assert outcomes[4] + outcomes[3] > 1000


def forged(meta: Any, arrays: bytes = bytes(8), **head: Any) -> bytes:
    """Make a record whose checksums are right whatever is in it."""
    text = json.dumps(meta).encode()
    text += b" " * (-len(text) % 8)
    body = struct.pack("<Q", head.get("text", len(text))) + text + arrays
    start = HEAD.pack(b"\x93KEYFRM\n", head.get("length", len(body)), head.get("tick", 1), 1, 0.0, zlib.crc32(body), 0)
    return start[:-4] + zlib.crc32(start[:-4]).to_bytes(4, "little") + body


def test_that_the_forger_can_make_a_good_one() -> None:
    data = forged(["ab", [["q", "<f8", [1]]]])
    head = head_from(data[: HEAD.size])
    assert head is not None and from_bytes(head, data[HEAD.size :]) is not None


@pytest.mark.parametrize(
    "meta",
    numbered(
        *JUNK, ["ab"], [1, []], ["ab", [["q", "<f8", [2]]]], ["ab", [["q", "|O8", [1]]]], ["ab", []], ["x" * 999, []],
        ["ab", [["q", [["a", "<f8"], ["a", "<f8"]], [1]]]], ["ab", [["q", "<f8", [2**39, 0, 2**39]]]],
        ["ab", [["q", [["", "|V8"]], [2**39, 2**20]]]], ["ab", [["q", "|b1", [8]]], 3],
    ),
)  # fmt: skip
def test_that_a_forged_record_with_right_checksums_is_damage(meta: Any) -> None:
    data = forged(meta)
    head = head_from(data[: HEAD.size])
    assert head is not None
    assert from_bytes(head, data[HEAD.size :]) is None


def test_that_forged_heads_and_lengths_are_damage() -> None:
    good = ["ab", [["q", "<f8", [1]]]]
    assert head_from(forged(good, length=LONGEST + 1)[: HEAD.size]) is None
    assert head_from(forged(good, tick=-1)[: HEAD.size]) is None
    for text in (0, 1, 2**63, 10_000):
        data = forged(good, text=text)
        head = head_from(data[: HEAD.size])
        assert head is not None and from_bytes(head, data[HEAD.size :]) is None


def test_that_forged_descriptions_never_do_more_than_fail(tmp_path: Path) -> None:
    data = to_bytes(keyframe(5, size=3))
    length = struct.unpack_from("<Q", data, HEAD.size)[0]
    start = HEAD.size + 8
    meta = json.loads(data[start : start + length])
    chance = random.Random(8)
    path = tmp_path / "keyframes"
    KeyframeFile(path).close()
    file_head = path.read_bytes()
    damaged = 0
    for _ in range(1000):
        path.write_bytes(file_head + forged(spoiled_json(meta, chance), data[start + length :]))
        damaged += look_at_everything(path) == 0
    assert damaged > 800


def test_that_a_file_of_false_starts_is_given_up_soon(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    with KeyframeFile(path) as file:
        file.append(keyframe(1))
    path.write_bytes(path.read_bytes() + b"\x93KEYFRM\n" * 300_000)
    with KeyframeFile(path, read_only=True) as file:
        assert file.ticks == [1]


def test_that_a_record_from_before_counts_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "keyframes"
    with KeyframeFile(path) as file:
        file.append(keyframe(10))
    late = replace(keyframe(20), episode=3)
    path.write_bytes(path.read_bytes() + to_bytes(keyframe(5)) + to_bytes(late))
    with KeyframeFile(path, read_only=True) as file:
        assert file.ticks == [10, 20]
        assert file.newest_at_or_before(15)[1] == 1
