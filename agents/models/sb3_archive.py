"""The zip Stable-Baselines3 saves a model as: looked at from outside, and two of its members copied out within bounds.

Nothing in it is a path here, nothing is unpickled, and a member SB3 does not write makes it none of SB3's.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from arena.errors import ModelError
from arena.runs.bounded_zip import NOT_A_ZIP, check_directory, check_members, member_pieces
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
_SURE_BYTES = 2**20
_MOST_LIST = 2**14


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
            check_directory(opened, most_members=len(_MEMBERS), most_list=_MOST_LIST)
            with zipfile.ZipFile(opened) as archive:
                strange = next((name for name in archive.namelist() if name not in _MEMBERS), None)
                if strange is not None:
                    raise ModelError("error.model.sb3_member", file=file.name, name=_printable(strange))
                present = check_members(archive, _MEMBERS.get, sure_bytes=_SURE_BYTES)
                if POLICY not in present:
                    raise ValueError
                for name in (POLICY, DATA):
                    if name in present:
                        _copy(archive, name, folder / name)
        except NOT_A_ZIP:
            raise ModelError("error.model.not_sb3", file=file.name) from None


def _copy(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    with told_plainly(target), target.open("xb") as file:
        file.writelines(member_pieces(archive, name, _MEMBERS[name]))


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
