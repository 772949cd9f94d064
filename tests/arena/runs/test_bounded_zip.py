"""Zips from anybody: nothing is read into memory on their word alone."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from arena.runs.bounded_zip import NOT_A_ZIP, check_directory, check_members, member_pieces
from tests.arena.mutations import numbered


def packed(members: dict[str, bytes], attributes: int = 0o644) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = attributes << 16
            archive.writestr(info, data)
    return made.getvalue()


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


SOUND = packed({"a": b"first", "b": b"second" * 100})


def test_that_a_plain_zip_is_let_in_and_stands_at_its_beginning() -> None:
    file = io.BytesIO(SOUND)
    check_directory(file, most_members=2, most_list=200)
    assert file.tell() == 0
    members = check_members(opened(SOUND), {"a": 5, "b": 600}.get, sure_bytes=1000)
    assert {name: entry.file_size for name, entry in members.items()} == {"a": 5, "b": 600}
    assert b"".join(member_pieces(opened(SOUND), "b", 600)) == b"second" * 100


@pytest.mark.parametrize(
    "data",
    numbered(
        b"", b"PK", SOUND[:-1], SOUND + b"x", b"x" + SOUND, SOUND[:-22] + b"PK\x06\x07" + bytes(16) + SOUND[-22:],
        SOUND[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 2**31, 0, 0),
        SOUND[:-2] + b"\x01\x00c", packed({str(number): b"" for number in range(3)}), packed({}),
    ),
)  # fmt: skip
def test_that_anything_else_is_refused_before_its_list_is_read(data: bytes) -> None:
    with pytest.raises(NOT_A_ZIP):
        check_directory(io.BytesIO(data), most_members=2, most_list=200)


def test_that_a_list_longer_than_allowed_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        check_directory(io.BytesIO(packed({"a" * 300: b""})), most_members=2, most_list=200)


@pytest.mark.parametrize("most", [{"a": 5}, {"a": 4, "b": 600}, {"a": None, "b": 600}])
def test_that_members_nobody_wants_or_too_large_are_refused(most: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"[ab]"):
        check_members(opened(SOUND), most.get, sure_bytes=1000)


def test_that_links_doubles_and_what_packs_too_well_are_refused() -> None:
    with pytest.raises(ValueError, match="a"):
        check_members(opened(packed({"a": b"/etc/passwd"}, 0o120777)), {"a": 99}.get, sure_bytes=1000)
    twice = packed({"a": b"one", "b": b"two"}).replace(b"b", b"a")
    with pytest.raises(ValueError, match="a"):
        check_members(opened(twice), {"a": 99}.get, sure_bytes=1000)
    bomb = packed({"a": bytes(2**20)})
    assert check_members(opened(bomb), {"a": 2**20}.get, sure_bytes=2**20)
    with pytest.raises(ValueError, match="a"):
        check_members(opened(bomb), {"a": 2**20}.get, sure_bytes=1000)


def test_that_what_comes_out_is_counted_whatever_the_list_says() -> None:
    data = bytearray(packed({"a": bytes(10_000)}))
    # The list is made to say 10 bytes, here and before the member.
    size = struct.pack("<L", 10_000)
    lie = struct.pack("<L", 10)
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = lie
    archive = opened(bytes(data))
    assert check_members(archive, {"a": 99}.get, sure_bytes=1000)
    with pytest.raises(NOT_A_ZIP):
        for _ in member_pieces(archive, "a", 9):
            pass
    with pytest.raises(ValueError, match="b"):
        for _ in member_pieces(opened(SOUND), "b", 599):
            pass


def test_that_damage_inside_a_member_is_one_of_the_known_ends() -> None:
    data = bytearray(SOUND)
    start = data.find(zlib.compress(b"second" * 100)[2:6])
    data[start] ^= 0xFF
    with pytest.raises(NOT_A_ZIP):
        for _ in member_pieces(opened(bytes(data)), "b", 600):
            pass
