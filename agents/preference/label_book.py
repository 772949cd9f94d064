"""The labels of a run as a fit needs them: read from the store, with the clips they are about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agents.preference.labelled_clips import Answers, ClipShelf, Judged
from arena.errors import RunError
from arena.preferences.clip import Clip
from arena.preferences.clip_file import clip_path, read_clip
from arena.preferences.label import Label, Pair, mu
from arena.preferences.label_store import LabelStore


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Labels that count now.

    Attributes:
        answers: What is fitted to.
        names: Which labels in which revision: two readings with the same are the same.
    """

    answers: Answers
    names: frozenset[tuple[str, int]]


class LabelBook:
    """Reads the label store for one run.

    Args:
        folder: Run folder.
        shelf: Holds the clips that are fitted to.
        most: How many labels are kept at most.

    Attributes:
        missing: Clips that were named by a label and could not be read.
        pairs: All pairs by id.
    """

    def __init__(self, folder: Path, shelf: ClipShelf, most: int) -> None:
        self.folder = folder
        self.shelf = shelf
        self.most = most
        self.missing: set[str] = set()
        self.pairs: dict[str, Pair] = {}
        self.answered: set[str] = set()
        """Pairs that somebody has answered, whatever was said."""
        self.store = LabelStore(folder.parent / "arena.db")

    def read(self, until: int | None = None) -> Taken:
        """Read what counts now.

        Args:
            until: Only labels of pairs that were asked by this clock: a run with a synthetic teacher that goes on from
                a checkpoint asks the later ones again.

        Raises:
            RunError: If the store cannot be read.
        """
        run_id = self.folder.name
        self.pairs = {pair.pair_id: pair for pair in self.store.pairs(run_id)}
        labels = [label for label in self.store.labels(run_id) if self._counts(label, until)]
        self.answered = {label.pair_id for label in labels if not label.taken_back}
        labels.sort(key=self._place)
        judged, names = [], []
        for label in labels:
            said = mu(label)
            pair = self.pairs[label.pair_id]
            if said is not None and self._has(pair.left) and self._has(pair.right):
                judged.append(Judged(pair_id=pair.pair_id, left=pair.left, right=pair.right, mu=said[0]))
                names.append((label.label_id, label.revision))
        kept = judged[-self.most :]
        answers = Answers(kept)
        self.shelf.keep_only(answers.clips())
        return Taken(answers=answers, names=frozenset(names[-self.most :]))

    def _counts(self, label: Label, until: int | None) -> bool:
        pair = self.pairs.get(label.pair_id)
        return pair is not None and (until is None or pair.env_step <= until)

    def _place(self, label: Label) -> tuple[int, str, str]:
        # Not by when it was given: a run that is done again must find its labels in the same order.
        pair = self.pairs[label.pair_id]
        return pair.env_step, pair.left + pair.right, label.label_id

    def _has(self, clip_id: str) -> bool:
        if clip_id in self.shelf:
            return True
        if clip_id in self.missing:
            return False
        try:
            self.shelf.add(read_clip(clip_path(self.folder, clip_id)))
        except (RunError, ValueError):
            self.missing.add(clip_id)
            return False
        return True

    def write(self, chosen: list[tuple[Clip, Clip, Pair]]) -> None:
        """Write pairs that may be asked from now on, their clips first.

        Raises:
            RunError: If they cannot be written.
        """
        run_id = self.folder.name
        self.store.add_clips(run_id, [clip for left, right, _ in chosen for clip in (left, right)])
        self.store.add_pairs(run_id, [pair for _, _, pair in chosen])
        for left, right, pair in chosen:
            self.pairs[pair.pair_id] = pair
            self.shelf.add(left)
            self.shelf.add(right)

    def file_of(self, clip_id: str) -> Path:
        """Return the file of a clip."""
        return clip_path(self.folder, clip_id)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


EMPTY = Taken(answers=Answers(()), names=frozenset())
"""What a run begins with."""
