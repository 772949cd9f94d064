"""Zips that may come from anybody: their list looked at before it is read, their members counted as they come out.

Nothing in such a file is a path here: whoever reads one knows the members' names beforehand, or a rule for them.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError,
             struct.error)  # fmt: skip
"""What reading such a file raises besides ``OSError`` if it is damaged or made up."""

_MOST_PACKED = 250
_CHUNK = 2**20
_END = struct.Struct("<4s4H2LH")
_LINK = 0o120000


def check_directory(file: BinaryIO, *, most_members: int, most_list: int) -> None:
    """Look at the end of the file before ``zipfile`` does: it would read a list of any length into memory.

    Args:
        file: The zip; it stands at its beginning afterwards.
        most_members: How many members it may have.
        most_list: Bytes that their list may take.

    Raises:
        zipfile.BadZipFile: If it is no plain zip, or has more.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - 20))
    tail = file.read()
    magic, disk, first_disk, here, count, length, start, comment = _END.unpack(tail[-_END.size :].rjust(_END.size))
    plain = magic == b"PK\x05\x06" and disk == first_disk == comment == 0 and not tail.startswith(b"PK\x06\x07")
    if not plain or not 0 < here == count <= most_members or length > most_list or start + length + _END.size != size:
        raise zipfile.BadZipFile
    file.seek(0)


def check_members(
    archive: zipfile.ZipFile, most: Callable[[str], int | None], *, sure_bytes: int
) -> dict[str, zipfile.ZipInfo]:
    """Return the members of a zip by name.

    Args:
        archive: The zip.
        most: How many bytes a member may have unpacked; ``None`` if there is to be no member of that name.
        sure_bytes: Up to so many a member may be packed as tightly as it likes. Nothing that learned repeats itself
            more than 250 times: a disk would be filled for nothing.

    Raises:
        ValueError: If a name is not allowed or given twice, or a member is too large, a link, encrypted, or packed as
            nothing honest is.
    """
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        bound = most(entry.filename)
        plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not entry.flag_bits & 0x1
        if bound is None or entry.filename in members or not plain or entry.file_size > bound:
            raise ValueError(entry.filename)
        if (entry.external_attr >> 16) & 0o170000 == _LINK:
            raise ValueError(entry.filename)
        if entry.file_size > sure_bytes and entry.file_size > _MOST_PACKED * entry.compress_size:
            raise ValueError(entry.filename)
        members[entry.filename] = entry
    return members


def member_pieces(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """Unpack a member piece by piece.

    Args:
        archive: The zip.
        name: The member.
        most: Bytes it may have. What the list says of a size is its author's word; what comes out is counted.

    Raises:
        ValueError: If there are more.
    """
    size = 0
    with archive.open(name) as member:
        while piece := member.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise ValueError(name)
            yield piece
