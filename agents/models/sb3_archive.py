"""The zip Stable-Baselines3 saves a model as: looked at from outside, and two of its members copied out within bounds.

Nothing in it is a path here, nothing is unpickled, and a member SB3 does not write makes it none of SB3's.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from arena.errors import ModelError
from arena.runs.safe_file import told_plainly

POLICY, DATA = "policy.pth", "data"
"""The members that are read: the weights, and what was remembered of how they were trained."""

MOST_POLICY = 40 * 2**20
MOST_DATA = 16 * 2**20
MOST_FILE = 512 * 2**20
"""Bytes of the whole file: the observations a model was saved with can be many, and they are not read."""

_MEMBERS = {
    POLICY: MOST_POLICY,
    DATA: MOST_DATA,
    "policy.optimizer.pth": 4 * MOST_POLICY,
    "pytorch_variables.pth": 2**20,
    "_stable_baselines3_version": 2**10,
    "system_info.txt": 2**16,
}
_MOST_PACKED = 250
_SURE_BYTES = 2**20
_CHUNK = 2**20
_END = struct.Struct("<4s4H2LH")
_LINK = 0o120000


def copy_out(file: Path, folder: Path) -> None:
    """Copy the weights, and ``data`` where it is there, into a folder.

    Args:
        file: The zip, which may come from anybody.
        folder: An empty folder of ours.

    Raises:
        ModelError: If it is no model of SB3's, damaged, or larger than a model is.
        RunError: If it cannot be read or the folder not written.
    """
    with told_plainly(file), file.open("rb") as opened:
        if file.stat().st_size > MOST_FILE:
            raise ModelError("error.model.too_large", file=file.name, most=f"{MOST_FILE / 2**20:g}")
        try:
            _check_directory(opened)
            with zipfile.ZipFile(opened) as archive:
                present = _check_members(archive, file.name)
                for name in (POLICY, DATA):
                    if name in present:
                        _copy(archive, name, folder / name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error):
            raise ModelError("error.model.not_sb3", file=file.name) from None


def _check_directory(file: BinaryIO) -> None:
    """Look at the end of the file before ``zipfile`` does: it would read a list of any length into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - 20))
    tail = file.read()
    magic, disk, first_disk, here, count, length, start, comment = _END.unpack(tail[-_END.size :].rjust(_END.size))
    plain = magic == b"PK\x05\x06" and disk == first_disk == comment == 0 and not tail.startswith(b"PK\x06\x07")
    if not plain or not 0 < here == count <= len(_MEMBERS) or length > 2**14 or start + length + _END.size != size:
        raise zipfile.BadZipFile
    file.seek(0)


def _check_members(archive: zipfile.ZipFile, shown: str) -> set[str]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    strange = next((name for name in names if name not in _MEMBERS), None)
    if strange is not None:
        raise ModelError("error.model.sb3_member", file=shown, name=_printable(strange))
    if len(set(names)) < len(names) or POLICY not in names:
        raise ValueError
    for entry in entries:
        plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not entry.flag_bits & 0x1
        if not plain or (entry.external_attr >> 16) & 0o170000 == _LINK or entry.file_size > _MEMBERS[entry.filename]:
            raise ValueError
        if entry.file_size > _SURE_BYTES and entry.file_size > _MOST_PACKED * entry.compress_size:
            raise ValueError
    return set(names)


def _copy(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    size = 0
    with archive.open(name) as member, told_plainly(target), target.open("xb") as file:
        while piece := member.read(_CHUNK):
            size += len(piece)
            # What the directory says of a size is its author's word; what comes out is counted.
            if size > _MEMBERS[name]:
                raise ValueError
            file.write(piece)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
