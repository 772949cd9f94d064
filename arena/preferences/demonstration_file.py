"""Demonstrations as a file, ``NAME.npz``: any numpy reads it, and a stranger's is checked byte by byte.

Members are the arrays of :class:`arena.preferences.demonstrations.Demonstrations` and ``about``, the rest as JSON in
UTF-8, the SHA-256 of it all among it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from arena.errors import RunError, UsageError
from arena.preferences.clip import about_text
from arena.preferences.demonstrations import MOST_GAMES, MOST_OBSERVATION_BYTES, MOST_STEPS, Demonstrations
from arena.preferences.packed_arrays import ABOUT, packed, unpacked
from arena.runs.bounded_zip import NOT_A_ZIP
from arena.runs.safe_file import told_plainly, write_bytes

ENDING = ".npz"

MOST_FILE = MOST_OBSERVATION_BYTES + 2**25

_MOST: dict[str, int] = {
    ABOUT: 2**17,
    "observations": MOST_OBSERVATION_BYTES,
    "actions": 8 * MOST_STEPS,
    "rewards": 4 * MOST_STEPS,
    "lengths": 8 * MOST_GAMES,
    "cut": MOST_GAMES,
}
# A good player does the same again and again: the numbers of a million steps pack to nearly nothing.
_SURE_BYTES = 64 * 2**20


def demonstration_path(text: str) -> Path:
    """Return the file a person wants demonstrations written to.

    Raises:
        UsageError: If it does not end in ``.npz``.
    """
    path = Path(text).expanduser().absolute()
    if path.suffix != ENDING:
        raise UsageError("error.demonstrations.ending", file=text)
    return path


def write_demonstrations(path: str | os.PathLike[str], made: Demonstrations) -> None:
    """Write a file, whole or not at all.

    Raises:
        RunError: If it cannot be written.
    """
    write_bytes(path, packed(about_text({**made.about(), "sha256": made.sha256}), made.arrays()))


def read_demonstrations(path: str | os.PathLike[str]) -> Demonstrations:
    """Read a file, which may come from anybody.

    Returns:
        What was demonstrated; its arrays are read-only.

    Raises:
        RunError: If it is missing, damaged, or none of ours.
    """
    source = Path(path)
    with told_plainly(source), source.open("rb") as file:
        try:
            return _read(file)
        except NOT_A_ZIP as problem:
            raise RunError("error.demonstrations.damaged", file=source.name) from problem


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What a file holds, without what was seen.

    Attributes:
        file: It.
        player: Who played.
        games: How many games.
        steps: Steps of all of them.
        mean_return: Mean of what they brought, raw.
    """

    file: Path
    player: str
    games: int
    steps: int
    mean_return: float


def read_recording(path: str | os.PathLike[str]) -> Recording:
    """Read what a file is said to hold; its pictures, which may be many, are left where they are.

    Raises:
        RunError: If it is missing, damaged, or none of ours.
    """
    source = Path(path)
    with told_plainly(source), source.open("rb") as file:
        try:
            only = ("lengths", "rewards")
            known, arrays = unpacked(file, _MOST, most_file=MOST_FILE, sure_bytes=_SURE_BYTES, only=only)
            lengths, rewards, player = arrays["lengths"], arrays["rewards"], known["player"]
            well = lengths.dtype == np.int64 and rewards.dtype == np.float32 and lengths.ndim == rewards.ndim == 1
            if not well or not lengths.size or lengths.min() < 1 or int(lengths.sum()) != len(rewards):
                raise ValueError("lengths")
            if not isinstance(player, str) or not np.isfinite(rewards).all():
                raise ValueError("player")
        except NOT_A_ZIP as problem:
            raise RunError("error.demonstrations.damaged", file=source.name) from problem
    mean = float(rewards.astype(np.float64).sum()) / len(lengths)
    return Recording(file=source, player=player, games=len(lengths), steps=len(rewards), mean_return=mean)


def _read(file: BinaryIO) -> Demonstrations:
    known, arrays = unpacked(file, _MOST, most_file=MOST_FILE, sure_bytes=_SURE_BYTES)
    if not known.get("sha256"):
        raise ValueError("sha256")
    try:
        names = tuple(known.pop("action_names"))
        return Demonstrations(**known, action_names=names, **arrays)
    except (TypeError, RecursionError, OverflowError) as problem:
        # A field missing or unknown, or nested without end.
        raise ValueError(ABOUT) from problem
