"""The pairs that wait to be asked: offered by the worker, their clips read before anybody gets to them."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from arena.errors import ArenaError
from arena.preferences.clip_file import read_clip
from arena.protocol.preference_messages import PairOffered
from gui.state.preference_state import Question

PRELOADED = 3
"""Pairs whose clips are read ahead."""


class PairQueue:
    """Pairs in the order they were offered.

    Attributes:
        skipped: Pairs left out since a clip of theirs cannot be read.
    """

    def __init__(self) -> None:
        self.skipped: set[str] = set()
        self._offered: deque[PairOffered] = deque()
        self._loaded: deque[Question] = deque()

    def __len__(self) -> int:
        return len(self._offered) + len(self._loaded)

    def offer(self, offer: PairOffered) -> None:
        """Put a pair at the end."""
        self._offered.append(offer)

    def load_one(self) -> bool:
        """Read the clips of one pair, if there are too few ahead; returns whether anything was done."""
        if not self._offered or len(self._loaded) >= PRELOADED:
            return False
        offer = self._offered.popleft()
        try:
            left, right = (read_clip(Path(file)) for file in (offer.left_file, offer.right_file))
        except ArenaError:
            self.skipped.add(offer.pair_id)
        else:
            self._loaded.append(Question(offer=offer, left=left, right=right))
        return True

    def take(self) -> Question | None:
        """Take the next pair out, ``None`` while none is read."""
        return self._loaded.popleft() if self._loaded else None

    def put_back(self, question: Question) -> None:
        """Ask this one next."""
        self._loaded.appendleft(question)

    def clear(self) -> None:
        """Know no pairs."""
        self._offered.clear()
        self._loaded.clear()
        self.skipped.clear()
