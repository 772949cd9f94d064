"""Taking a label set into a run: line by line, within bounds, from anybody; what is left out is counted and said.

Taking the same set in again changes nothing, so an import that was cancelled or failed is simply done again.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from arena.errors import RunError
from arena.preferences.clip import Clip, ClipKind
from arena.preferences.clip_file import clip_from_bytes, read_clip, write_clip
from arena.preferences.import_notes import ImportNotes
from arena.preferences.label import Label, Pair, label_id_of, moved_pair_id
from arena.preferences.label_lines import Entry, entry_from, line_of
from arena.preferences.label_set import LabelSet, lines_of, opened
from arena.preferences.label_store import LabelStore
from arena.runs.run_folder import RunFolder

LINES_AT_ONCE = 2_000
"""Lines of one transaction: others who label wait for it."""

SECONDS_AT_ONCE = 0.5

LEFT_OUT = ("line", "duplicate", "no_pair", "missing_clip", "damaged_clip", "foreign_clip")
"""Why something is left out: the line cannot be read (unknown field, wrong type …); the label was there already; its
pair is not in the set; a clip of its pair is missing, damaged, or one of another place."""

MOST_EXAMPLES = 20


@dataclass(frozen=True, kw_only=True)
class WantedClips:
    """Which clips belong to a run.

    Attributes:
        env_id: Gymnasium id of its place.
        env_kwargs: The place's arguments.
        kind: What an observation is; ``None`` until there is a clip.
        shape: Shape of one observation; ``None`` until there is a clip.
        actions: How many actions there are; ``None`` if not known.
    """

    env_id: str
    env_kwargs: Mapping[str, Any]
    kind: ClipKind | None = None
    shape: tuple[int, ...] | None = None
    actions: int | None = None

    def fits(self, clip: Clip) -> bool:
        """Say whether a clip is of this place, and its observations and actions are those of the run."""
        if (clip.env_id, dict(clip.env_kwargs)) != (self.env_id, dict(self.env_kwargs)):
            return False
        if self.kind not in (None, clip.kind) or self.shape not in (None, clip.observations.shape[1:]):
            return False
        # −1: the game is over, and the clip goes on showing how it ended.
        return clip.actions.min() >= -1 and (self.actions is None or clip.actions.max() < self.actions)

    def with_example(self, clip: Clip) -> WantedClips:
        """Return what is wanted once a clip of the run is known."""
        return replace(self, kind=clip.kind, shape=clip.observations.shape[1:])


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """One thing that was left out.

    Attributes:
        line: Number of its line, from 1.
        why: One of :data:`LEFT_OUT`.
        what: The field that is wrong, or the id of the pair or clip.
    """

    line: int
    why: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import brought.

    Attributes:
        labels: Labels that came in and count.
        taken_back: Labels that came in and were taken back.
        pairs: Pairs that came in; a pair without a label stays out.
        clips: Clips of those.
        lines: Lines read.
        left_out: How many labels (for ``line``: lines) were left out, by the reasons of :data:`LEFT_OUT`.
        examples: The first of them.
        cancelled: Somebody stopped it; what came in until then stays.
    """

    labels: int
    taken_back: int
    pairs: int
    clips: int
    lines: int
    left_out: Mapping[str, int]
    examples: tuple[LeftOut, ...]
    cancelled: bool


@dataclass(kw_only=True)
class _Import:
    """An import under way."""

    store: LabelStore
    run_id: str
    folder: Path
    source: LabelSet
    wanted: WantedClips
    notes: ImportNotes
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[LeftOut] = field(default_factory=list)
    lines: int = 0
    waiting: list[tuple[int, Entry]] = field(default_factory=list)

    def take(self, line: bytes) -> None:
        """Take in one line, or count why not."""
        self.lines += 1
        try:
            entry, _ = entry_from(line)
            if isinstance(entry, Pair):
                self.notes.add_pair(entry)
        except ValueError as problem:
            self._leave_out("line", str(problem))
            return
        if isinstance(entry, Label):
            self._take_label(entry)
        # A clip's line says nothing that its file does not say.

    def _take_label(self, label: Label) -> None:
        why, pair_id = self.notes.decision(label.pair_id) or self._decide(label.pair_id)
        if why:
            if self.notes.is_first_left_out(label.label_id):
                self._leave_out(why, label.pair_id)
            return
        label_id = label_id_of(pair_id, label.rater)
        if label.revision <= self.notes.revision(label_id):
            self._leave_out("duplicate", label.label_id)
            return
        self.notes.add_label(label_id, label.revision, counts=not label.taken_back)
        self._wait(replace(label, label_id=label_id, pair_id=pair_id, source="import"))

    def _decide(self, pair_id: str) -> tuple[str, str]:
        """Return why a pair is left out, empty if it is not, and its id in this run."""
        pair = self.notes.pair(pair_id)
        if pair is None:
            return "no_pair", ""
        moved = self._moved(pair)
        why = self._why_not(pair)
        if not why:
            self._wait(moved)
        self.notes.decide_pair(pair_id, why, moved.pair_id)
        return why, moved.pair_id

    def _moved(self, pair: Pair) -> Pair:
        if pair.run_id == self.run_id:
            return pair
        told: Mapping[str, Any] = {"imported_from": pair.run_id}
        moved = replace(pair, pair_id=moved_pair_id(pair.pair_id, self.run_id), run_id=self.run_id)
        try:
            fuller = replace(moved, details={**pair.details, **told})
            line_of(fuller, self.run_id)
        except ValueError:
            # There was just room for what it said before.
            return replace(moved, details=told)
        return fuller

    def _why_not(self, pair: Pair) -> str:
        """Return why a pair is left out, empty if it is not; its clips are in the run folder then."""
        for clip_id in (pair.left, pair.right):
            why = self.notes.clip(clip_id)
            if why is None:
                why = self._take_clip(clip_id)
                self.notes.decide_clip(clip_id, why)
            if why:
                return why
        return ""

    def _take_clip(self, clip_id: str) -> str:
        data = self.source.clip(clip_id)
        if data is None:
            return "missing_clip"
        try:
            clip = clip_from_bytes(data, clip_id)
        except RunError:
            return "damaged_clip"
        if not self.wanted.fits(clip):
            return "foreign_clip"
        self.wanted = self.wanted.with_example(clip)
        write_clip(self.folder, clip)
        self._wait(clip.entry)
        return ""

    def _wait(self, entry: Entry) -> None:
        self.waiting.append((self.lines, entry))

    def _leave_out(self, why: str, what: str, line: int = 0) -> None:
        self.counts[why] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(LeftOut(line=line or self.lines, why=why, what=f"{what:.64}"))

    def write(self) -> None:
        """Bring what waits into the store, on disk when this returns."""
        for index in self.store.take_over(self.run_id, [entry for _, entry in self.waiting]):
            line, entry = self.waiting[index]
            assert isinstance(entry, Label)
            self.notes.drop_label(entry.label_id)
            if self.notes.is_first_left_out(entry.label_id):
                self._leave_out("duplicate", entry.label_id, line)
        self.waiting = []

    def result(self, cancelled: bool) -> Imported:
        """Return what came of it."""
        labels, taken_back = self.notes.labels()
        return Imported(
            labels=labels, taken_back=taken_back, pairs=self.notes.taken_in("pairs"),
            clips=self.notes.taken_in("clips"), lines=self.lines,
            left_out={why: self.counts[why] for why in LEFT_OUT if self.counts[why]},
            examples=tuple(self.examples), cancelled=cancelled,
        )  # fmt: skip


def import_labels(
    path: str | os.PathLike[str],
    store: LabelStore,
    run_id: str,
    *,
    wanted: WantedClips | None = None,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Take the labels of a set, or of another run's folder, into a run.

    Args:
        path: Folder or zip, which may come from anybody.
        store: Where the run's labels are.
        run_id: The run.
        wanted: Which clips belong to it; as :func:`wanted_by` says where not given.
        progress: Told the share that is done, at least twice a second.
        cancelled: Asked as often; the import ends where it says yes.

    Returns:
        What came in and what was left out.

    Raises:
        RunError: If there is no such set or run, something cannot be read or written, or the set is from a newer Arena.
    """
    wanted = wanted or wanted_by(store, run_id)
    folder = store.run_folder(run_id)
    stopped, told = False, time.monotonic()
    with opened(path) as source, ImportNotes() as notes:
        work = _Import(store=store, run_id=run_id, folder=folder, source=source, wanted=wanted, notes=notes)
        for line, done in lines_of(source.pieces()):
            work.take(line)
            # Clips of a game take a while each, lines alone do not.
            if work.lines % LINES_AT_ONCE == 0 or time.monotonic() - told > SECONDS_AT_ONCE:
                work.write()
                progress(done / max(1, source.size))
                told = time.monotonic()
                stopped = cancelled()
                if stopped:
                    break
        work.write()
        progress(1.0)
        return work.result(stopped)


def wanted_by(store: LabelStore, run_id: str) -> WantedClips:
    """Return which clips belong to a run: those of its place, like the ones it has.

    Raises:
        RunError: If there is no such run.
    """
    folder = store.run_folder(run_id)
    config = RunFolder.open(folder).config
    wanted = WantedClips(env_id=config.env_id, env_kwargs=config.env_kwargs)
    for entry in store.clips(run_id):
        try:
            return wanted.with_example(read_clip(store.clip_file(run_id, entry.clip_id)))
        except RunError:
            # Damaged: another one may tell.
            continue
    return wanted
