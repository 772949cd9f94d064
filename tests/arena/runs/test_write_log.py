"""The recording of an own agent: round trips, kills in the middle of a write, cuts, and files from strangers."""

from __future__ import annotations

import json
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from arena.errors import RunError
from arena.protocol.array_bytes import pack
from arena.runs.write_block import HEAD, WriteBlock, from_bytes, head_from, to_bytes
from arena.runs.write_log import WriteLog


def block(first: int, ticks: int, *, top: int = 190) -> WriteBlock:
    luck = np.random.default_rng(first + ticks)
    counts = luck.integers(0, 4, ticks).astype(np.int32)
    writes = int(counts.sum())
    return WriteBlock(
        first_tick=first,
        actions=luck.integers(0, 4, ticks).astype(np.int32),
        counts=counts,
        indices=luck.integers(0, top, writes),
        values=luck.normal(size=writes),
    )


def same(one: WriteBlock, other: WriteBlock | None) -> bool:
    assert other is not None
    return one.first_tick == other.first_tick and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("actions", "counts", "indices", "values")
    )


def filled(path: Path) -> list[WriteBlock]:
    blocks = [block(0, 50), block(50, 1), block(51, 300, top=100_000)]
    with WriteLog(path) as log:
        for each in blocks:
            log.append(each)
        log.flush()
    return blocks


def test_that_what_was_written_is_read_from_any_tick(tmp_path: Path) -> None:
    blocks = filled(tmp_path / "writes")
    with WriteLog(tmp_path / "writes", read_only=True) as log:
        assert log.end == 351
        assert log.most_writes == max(int(each.counts.max()) for each in blocks)
        for tick, each in ((0, blocks[0]), (49, blocks[0]), (50, blocks[1]), (200, blocks[2])):
            assert same(each, log.block_at(tick))
        assert log.block_at(351) is None


def test_that_a_missing_recording_is_empty_and_a_reader_sees_what_is_appended_later(tmp_path: Path) -> None:
    reader = WriteLog(tmp_path / "writes", read_only=True)
    assert (reader.end, reader.block_at(0)) == (0, None)
    filled(tmp_path / "writes")
    reader.refresh()
    assert reader.end == 351
    with WriteLog(tmp_path / "writes") as writer:
        writer.append(block(351, 9))
        reader.refresh()
        assert reader.end == 360
        assert same(block(351, 9), reader.block_at(355))
    reader.close()


def test_that_a_kill_at_any_byte_loses_the_last_block_at_most(tmp_path: Path) -> None:
    path = tmp_path / "writes"
    blocks = filled(path)
    whole = path.read_bytes()
    sizes = [16, *(len(to_bytes(each)) for each in blocks)]
    ends = [sum(sizes[: index + 1]) for index in range(4)]
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        with WriteLog(path) as log:
            kept = sum(1 for end in ends[1:] if end <= cut)
            assert log.end == (blocks[kept - 1].end if kept else 0)
            log.append(block(log.end, 3))
        with WriteLog(path, read_only=True) as log:
            assert same(block(log.end - 3, 3), log.block_at(log.end - 1))


@pytest.mark.parametrize("tick", [0, 1, 49, 50, 51, 52, 200, 350, 351, 999])
def test_that_what_came_after_a_tick_can_be_cut_off(tick: int, tmp_path: Path) -> None:
    blocks = filled(tmp_path / "writes")
    with WriteLog(tmp_path / "writes") as log:
        log.truncate_after(tick)
        assert log.end == min(tick, 351)
        log.append(block(log.end, 5))
    with WriteLog(tmp_path / "writes", read_only=True) as log:
        assert log.end == min(tick, 351) + 5
        for each in blocks:
            if each.first_tick < tick:
                assert same(each.until(tick), log.block_at(each.first_tick))


def test_that_a_spoiled_byte_costs_one_block_and_never_invents_one(tmp_path: Path) -> None:
    path = tmp_path / "writes"
    blocks = filled(path)
    whole = path.read_bytes()
    luck = random.Random(1)
    for _ in range(200):
        spoiled = bytearray(whole)
        spoiled[luck.randrange(16, len(whole))] ^= 1 << luck.randrange(8)
        path.write_bytes(spoiled)
        with WriteLog(path, read_only=True) as log:
            found = [log.block_at(each.first_tick) for each in blocks]
        assert sum(each is None for each in found) <= 1
        assert all(same(each, other) for each, other in zip(blocks, found, strict=True) if other is not None)


def test_that_blocks_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    filled(tmp_path / "writes")
    with WriteLog(tmp_path / "writes") as log, pytest.raises(RunError):
        log.append(block(350, 2))


@pytest.mark.parametrize("content", [b"nothing of ours at all", b"ARENAWRT\x09\x00\x00\x00\x00\x00\x00\x00"])
def test_that_another_file_and_a_newer_one_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "writes").write_bytes(content)
    with pytest.raises(RunError):
        WriteLog(tmp_path / "writes")


def forged(**wrong: np.ndarray) -> tuple[bytes, bytes]:
    """A block whose checksums are right and whose content is not."""
    arrays = {
        "actions": np.zeros(2, "<u1"),
        "counts": np.ones(2, "<u1"),
        "indices": np.zeros(2, "<u1"),
        "values": np.zeros(2),
        **wrong,
    }
    described, pieces = pack(arrays, structures=False)
    text = json.dumps(described).encode()
    text += b" " * (-len(text) % 8)
    body = zlib.compress(b"".join([struct.pack("<Q", len(text)), text, *pieces]))
    counts = arrays["counts"]
    most = int(counts.max()) if counts.size and counts.dtype.kind in "iu" else 1
    head = HEAD.pack(b"\x93WRITES\n", len(body), 0, 2, max(0, most), zlib.crc32(body), 0)[:-4]
    return head + zlib.crc32(head).to_bytes(4, "little"), body


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": np.array([0.0, np.nan])},
        {"values": np.zeros(3)},
        {"values": np.zeros(2, "<f4")},
        {"actions": np.array([-1, 0], "<i4")},
        {"actions": np.zeros(3, "<u1")},
        {"actions": np.zeros((2, 1), "<u1")},
        {"counts": np.array([3, -1], "<i4")},
        {"counts": np.array([2, 1], "<u1")},
        {"counts": np.zeros(2)},
        {"indices": np.array([0, 2**40], "<i8")},
        {"indices": np.array([-5, 0], "<i4")},
    ],
    ids=str,
)
def test_that_a_made_up_block_is_no_block(wrong: dict[str, np.ndarray]) -> None:
    head, body = forged(**wrong)
    found = head_from(head)
    assert found is not None
    assert from_bytes(found, body) is None


def test_that_an_honest_block_made_the_same_way_is_one() -> None:
    head, body = forged()
    found = head_from(head)
    assert found is not None and from_bytes(found, body) is not None


def test_that_a_block_that_unpacks_without_end_is_refused() -> None:
    body = zlib.compress(bytes(300 * 2**20), 9)
    head = HEAD.pack(b"\x93WRITES\n", len(body), 0, 1, 0, zlib.crc32(body), 0)[:-4]
    found = head_from(head + zlib.crc32(head).to_bytes(4, "little"))
    assert found is not None and from_bytes(found, body) is None
