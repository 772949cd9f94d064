"""A replay memory in files: compressed segments that never change once they are whole, and an index over them.

A segment holds the steps ``[first, end)`` of all games, counted from the beginning of the run, and the pictures these
need; it is a safetensors file, compressed with zlib. A checkpoint links the whole segments of the one before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as arrays_of
from safetensors.numpy import save as bytes_of

from arena.errors import RunError
from arena.runs.safe_file import told_plainly, write_bytes, write_json

if TYPE_CHECKING:
    from agents.deep.replay_buffers import Remembering

INDEX = "replay.json"
TRANSITIONS = 2_048
"""Steps of single games in a whole segment."""

_VERSION = 1
_NAME = re.compile(r"\d{12}-\d{12}\.zlib")
_LEVEL = 1  # play is mostly the same picture again: more effort gains little
_LARGEST = 1 << 30
_SMALL = ("actions", "rewards", "dones", "timeouts")
_SEEN = ("observations", "next_observations")


class Segments:
    """Writes and reads one memory.

    Args:
        memory: The memory.
    """

    def __init__(self, memory: Remembering) -> None:
        self._memory: Any = memory
        self._store = memory.store
        self._whole = max(TRANSITIONS // memory.n_envs, 1)

    def save(self, folder: Path, previous: Path | None) -> None:
        """See :meth:`agents.deep.replay_buffers.Remembering.save_segments`."""
        # Games begin anew at a checkpoint, and a whole segment must not change any more.
        self._memory.cut()
        added = self._memory.added
        oldest = max(added - self._memory.buffer_size, 0)
        known = _known_in(previous)
        listed: list[dict[str, Any]] = []
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True)
        for block in range(oldest // self._whole, -(-added // self._whole)):
            first, end = block * self._whole, min((block + 1) * self._whole, added)
            name = _name(first, end)
            if previous is not None and name in known:
                with told_plainly(folder):
                    _link(previous / name, folder / name)
                listed.append({"file": name, "sha256": known[name]})
                continue
            first = max(first, oldest)
            name = _name(first, end)
            data = zlib.compress(bytes_of(self._arrays(first, end)), _LEVEL)
            write_bytes(folder / name, data)
            listed.append({"file": name, "sha256": hashlib.sha256(data).hexdigest()})
        room = 0 if self._store is None else self._store.capacity
        index = {"version": _VERSION, **self._kind(), "added": added, "capacity": room, "segments": listed}
        write_json(folder / INDEX, index)

    def _kind(self) -> dict[str, Any]:
        return {
            "steps": self._memory.buffer_size,
            "games": self._memory.n_envs,
            "shape": list(self._memory.obs_shape),
            "frames": self._store is not None,
        }

    def _arrays(self, first: int, end: int) -> dict[str, NDArray[Any]]:
        memory, store = self._memory, self._store
        rows = np.arange(first, end) % memory.buffer_size
        arrays = {name: getattr(memory, name)[rows] for name in _SMALL}
        if store is None:
            return {**arrays, **{name: getattr(memory, name)[rows] for name in _SEEN}}
        arrays["seen"], arrays["then"] = store.seen[rows], store.then[rows]
        for game in range(memory.n_envs):
            # Numbers never fall from one step to the next: these two bounds enclose all of them.
            numbers = np.arange(arrays["seen"][0, game].min(), arrays["then"][-1, game].max() + 1)
            arrays[f"frames_{game}"] = store.frames[game, numbers % store.capacity]
        return arrays

    def load(self, folder: Path) -> None:
        """See :meth:`agents.deep.replay_buffers.Remembering.load_segments`."""
        path = folder / INDEX
        with told_plainly(path):
            text = path.read_text("utf-8")
        try:
            index = json.loads(text)
            fits = index["version"] == _VERSION and {name: index[name] for name in self._kind()} == self._kind()
            added, room = int(index["added"]), int(index["capacity"])
            listed = [(str(segment["file"]), str(segment["sha256"])) for segment in index["segments"]]
        except (ValueError, TypeError, KeyError) as problem:
            raise RunError("error.run.damaged", file=str(path)) from problem
        roomy = self._store is None or room <= self._store.stack * 2 * self._store.capacity
        if not fits or not roomy or not all(_NAME.fullmatch(name) for name, _ in listed):
            raise RunError("error.run.damaged", file=str(path))
        self._check_cover([name for name, _ in listed], added, path)
        # Twice through the files, as they do not fit into memory: nothing changes before all are known to be whole.
        for name, digest in listed:
            _read(folder / name, digest)
        if self._store is not None:
            self._store.make_room(room)
        for name, digest in listed:
            self._take(folder / name, digest, added)
        self._memory.added = added
        self._memory.pos = added % self._memory.buffer_size
        self._memory.full = added >= self._memory.buffer_size
        if self._store is not None:
            self._store.forget_newest()

    def _check_cover(self, names: list[str], added: int, path: Path) -> None:
        ranges = [tuple(int(part) for part in name[:25].split("-")) for name in names]
        oldest = max(added - self._memory.buffer_size, 0)
        meets = all(before[1] == after[0] for before, after in zip(ranges, ranges[1:], strict=False))
        if added and not (ranges and meets and ranges[0][0] <= oldest and ranges[-1][1] == added):
            raise RunError("error.run.damaged", file=str(path))

    def _take(self, path: Path, digest: str, added: int) -> None:
        arrays = _read(path, digest)
        first, end = (int(part) for part in path.name[:25].split("-"))
        oldest = max(added - self._memory.buffer_size, first)
        rows = np.arange(oldest, end) % self._memory.buffer_size
        skipped = oldest - first
        try:
            for name in _SMALL if self._store is not None else (*_SMALL, *_SEEN):
                getattr(self._memory, name)[rows] = arrays[name][skipped:]
            if self._store is not None:
                self._take_frames(arrays, rows, skipped)
        except (KeyError, ValueError, IndexError) as problem:
            raise RunError("error.run.damaged", file=str(path)) from problem

    def _take_frames(self, arrays: dict[str, NDArray[Any]], rows: NDArray[np.intp], skipped: int) -> None:
        store = self._store
        assert store is not None
        store.seen[rows], store.then[rows] = arrays["seen"][skipped:], arrays["then"][skipped:]
        for game in range(self._memory.n_envs):
            lowest = int(arrays["seen"][0, game].min())
            count = int(arrays["then"][-1, game].max()) + 1
            oldest = int(arrays["seen"][skipped, game].min())
            store.hold(game, oldest, arrays[f"frames_{game}"][oldest - lowest :], count)


def _known_in(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {}
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
        return {str(segment["file"]): str(segment["sha256"]) for segment in index["segments"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _name(first: int, end: int) -> str:
    return f"{first:012d}-{end:012d}.zlib"


def _link(there: Path, here: Path) -> None:
    try:
        os.link(there, here)
    except OSError:
        # Not every file system knows links.
        shutil.copyfile(there, here)


def _read(path: Path, digest: str) -> dict[str, NDArray[Any]]:
    with told_plainly(path):
        data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise RunError("error.run.damaged", file=str(path))
    try:
        unpacked = zlib.decompressobj()
        plain = unpacked.decompress(data, _LARGEST)
        if unpacked.unconsumed_tail:
            raise RunError("error.run.damaged", file=str(path))
        arrays: dict[str, NDArray[Any]] = arrays_of(plain)
    except (zlib.error, SafetensorError) as problem:
        raise RunError("error.run.damaged", file=str(path)) from problem
    return arrays
