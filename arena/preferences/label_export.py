"""Labels of one or several runs as a set that can be handed on: a folder, or one zip."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from arena.errors import RunError
from arena.preferences.clip import ClipEntry
from arena.preferences.clip_file import FOLDER, clip_from_bytes
from arena.preferences.label import Label, Pair
from arena.preferences.label_index import LabelIndex
from arena.preferences.label_journal import JOURNAL
from arena.preferences.label_lines import line_of
from arena.preferences.label_set import ENDING, MOST_MEMBERS
from arena.runs.safe_file import replacing, sync_folder, told_plainly

_MOMENT = (2020, 1, 1, 0, 0, 0)
_LABELS_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What went into a set.

    Attributes:
        labels: Labels that count; those taken back stay out.
        pairs: Pairs of those.
        clips: Clips of those.
        left_out: How many labels were left out because a clip is ``missing_clip`` or ``damaged_clip``.
        cancelled: Somebody stopped it; there is no set then.
    """

    labels: int
    pairs: int
    clips: int
    left_out: Mapping[str, int]
    cancelled: bool


class _Target(Protocol):
    lines: BinaryIO

    def add_clip(self, clip_id: str, data: bytes) -> None:
        """Put a clip's file into the set."""


def export_labels(
    store: LabelIndex,
    runs: Iterable[str],
    path: str | os.PathLike[str],
    *,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write the labels of runs and the clips they speak of as a set.

    Args:
        store: Where the labels are.
        runs: Names of the runs.
        path: A file that ends in ``.zip`` (what was there is replaced), else a folder that is not there or empty.
        progress: Told the share that is done.
        cancelled: Asked now and then; the export ends where it says yes, and leaves nothing behind.

    Returns:
        What went in.

    Raises:
        RunError: If there is nothing to export, something cannot be read or written, or a zip cannot hold it all.
    """
    labels = {run: [label for label in store.labels(run) if not label.taken_back] for run in dict.fromkeys(runs)}
    total = sum(map(len, labels.values()))
    if not total:
        raise RunError("error.labels.none")
    target = Path(path)
    try:
        with _as_zip(target) if target.name.lower().endswith(ENDING) else _as_folder(target) as into:
            work = _Export(store, into)
            for run_id, given in labels.items():
                work.add_run(run_id, given, lambda done: _go_on(done / total, progress, cancelled))
    except _CancelledError:
        return Exported(labels=0, pairs=0, clips=0, left_out={}, cancelled=True)
    progress(1.0)
    return Exported(
        labels=work.labels, pairs=work.pairs, clips=sum(not why for why in work.clips.values()),
        left_out=dict(work.left_out), cancelled=False,
    )  # fmt: skip


class _CancelledError(Exception):
    pass


def _go_on(share: float, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
    progress(share)
    if cancelled():
        raise _CancelledError


class _Export:
    def __init__(self, store: LabelIndex, target: _Target) -> None:
        self._store = store
        self._target = target
        self._read = 0
        self.labels = 0
        self.pairs = 0
        self.clips: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()

    def add_run(self, run_id: str, labels: Iterable[Label], go_on: Callable[[int], None]) -> None:
        pairs = {pair.pair_id: pair for pair in self._store.pairs(run_id)}
        entries = {entry.clip_id: entry for entry in self._store.clips(run_id)}
        decided: dict[str, str] = {}
        for label in labels:
            if self._read % _LABELS_AT_ONCE == 0:
                go_on(self._read)
            self._read += 1
            if label.pair_id not in decided:
                decided[label.pair_id] = self._add_pair(run_id, pairs[label.pair_id], entries)
            if why := decided[label.pair_id]:
                self.left_out[why] += 1
                continue
            self._target.lines.write(line_of(label, run_id))
            self.labels += 1

    def _add_pair(self, run_id: str, pair: Pair, entries: Mapping[str, ClipEntry]) -> str:
        """Return why a pair stays out, empty if it does not: both clips and the pair are in the set then."""
        for clip_id in (pair.left, pair.right):
            if clip_id not in self.clips:
                self.clips[clip_id] = self._add_clip(run_id, clip_id, entries.get(clip_id))
            if self.clips[clip_id]:
                return self.clips[clip_id]
        self._target.lines.write(line_of(pair, run_id))
        self.pairs += 1
        return ""

    def _add_clip(self, run_id: str, clip_id: str, entry: ClipEntry | None) -> str:
        path = self._store.clip_file(run_id, clip_id)
        with told_plainly(path):
            if not path.is_file():
                return "missing_clip"
            data = path.read_bytes()
        try:
            clip = clip_from_bytes(data, clip_id)
        except RunError:
            return "damaged_clip"
        self._target.lines.write(line_of(entry or clip.entry, run_id))
        self._target.add_clip(clip_id, data)
        return ""


# ── where it goes ──────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _as_folder(target: Path) -> Iterator[_Target]:
    """Write into a folder beside it, which takes its name when all is there."""
    with told_plainly(target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise RunError("error.labels.taken", file=str(target))
        begun = Path(tempfile.mkdtemp(dir=target.absolute().parent, prefix=f".{target.name}."))
        try:
            (begun / FOLDER).mkdir()
            with (begun / JOURNAL).open("wb") as lines:
                yield _FolderTarget(begun, lines)
                lines.flush()
                os.fsync(lines.fileno())
            # mkdtemp gives nobody else a look; a set is there to be handed on.
            begun.chmod(0o755)
            if target.exists():
                target.rmdir()
            begun.replace(target)
        except BaseException:
            shutil.rmtree(begun, ignore_errors=True)
            raise
        sync_folder(target.absolute().parent)


class _FolderTarget:
    def __init__(self, folder: Path, lines: BinaryIO) -> None:
        self._folder = folder
        self.lines = lines

    def add_clip(self, clip_id: str, data: bytes) -> None:
        (self._folder / FOLDER / f"{clip_id}.npz").write_bytes(data)


@contextmanager
def _as_zip(target: Path) -> Iterator[_Target]:
    with replacing(target) as file, tempfile.TemporaryFile() as lines:
        try:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive:
                yield _ZipTarget(archive, lines)
                lines.seek(0)
                with archive.open(_member(JOURNAL, zipfile.ZIP_DEFLATED), "w") as member:
                    shutil.copyfileobj(lines, member, 2**20)
                if len(archive.namelist()) > MOST_MEMBERS:
                    raise zipfile.LargeZipFile
        except zipfile.LargeZipFile:
            raise RunError("error.labels.zip_too_small", file=target.name) from None


class _ZipTarget:
    def __init__(self, archive: zipfile.ZipFile, lines: BinaryIO) -> None:
        self._archive = archive
        self.lines = lines

    def add_clip(self, clip_id: str, data: bytes) -> None:
        # Packed already.
        self._archive.writestr(_member(f"{FOLDER}/{clip_id}.npz", zipfile.ZIP_STORED), data)


def _member(name: str, how: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MOMENT)
    info.compress_type = how
    info.external_attr = 0o644 << 16
    return info
