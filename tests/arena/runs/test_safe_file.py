"""A file is there as a whole or as it was before, and what goes wrong is said in one sentence."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.errors import RunError
from arena.runs.safe_file import replacing, run_error, write_bytes, write_json, write_text
from tests.arena.runs.run_samples import child, small_disk, wait_for


def test_that_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "強化學習")
    write_text(tmp_path / "a.txt", "second")
    write_json(tmp_path / "b.json", {"名": [1, 2.5]})
    assert (tmp_path / "a.txt").read_text("utf-8") == "second"
    assert json.loads((tmp_path / "b.json").read_text("utf-8")) == {"名": [1, 2.5]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.json"]


def test_that_others_may_read_what_was_written(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.fixture
def four_kilobytes() -> Iterator[None]:
    """No file of this process may become longer."""
    resource = pytest.importorskip("resource")
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.usefixtures("four_kilobytes")
def test_that_a_write_without_room_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"old")
    with pytest.raises(RunError) as problem:
        write_bytes(tmp_path / "a", bytes(100_000))
    assert problem.value.key == "error.file.full"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_that_a_full_disk_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16k") as disk:
        with pytest.raises(RunError) as problem:
            write_bytes(disk / "a", bytes(1_000_000))
        assert problem.value.key == "error.file.full"
        assert list(disk.iterdir()) == []


def test_that_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError) as problem:
        write_bytes(tmp_path / "nowhere" / "a", b"")
    assert problem.value.key == "error.file.missing"
    assert "nowhere" in str(problem.value)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "full"), (errno.EROFS, "read_only"), (errno.EACCES, "permission"), (errno.EPERM, "permission"),
        (errno.ENOENT, "missing"), (errno.ENOTDIR, "missing"), (errno.EIO, "failed"),
    ],
)  # fmt: skip
def test_that_each_complaint_of_the_system_has_its_sentence(number: int, key: str) -> None:
    problem = run_error(OSError(number, os.strerror(number)), "a/file")
    assert problem.key == f"error.file.{key}"
    assert "a/file" in str(problem)


def test_that_numbers_json_cannot_say_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a", {"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys
from arena.runs.safe_file import write_bytes
number = 0
while True:
    number += 1
    write_bytes(sys.argv[1], (b"%08d" % number) * 5000)
"""


def test_that_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    for _ in range(5):
        with child(WRITER, tmp_path / "a") as process:
            wait_for((tmp_path / "a").exists)
            process.kill()
        data = (tmp_path / "a").read_bytes()
        assert len(data) == 40_000
        assert data == data[:8] * 5000
        (tmp_path / "a").unlink()


def test_that_a_file_given_up_halfway_leaves_the_old_one_and_no_other(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"old")

    def give_up() -> None:
        with replacing(tmp_path / "a") as file:
            file.write(b"half")
            assert len(list(tmp_path.iterdir())) == 2
            raise KeyError

    with pytest.raises(KeyError):
        give_up()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    with replacing(tmp_path / "a") as file:
        file.write(b"one")
        file.seek(1)
        file.write(b"ff")
    assert (tmp_path / "a").read_bytes() == b"off"
