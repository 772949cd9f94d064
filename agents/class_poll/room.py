"""The votes of a class inside the class server: what each phone is to show, and what becomes of what it says.

A vote is told to the window before the phone hears that it counts. So this process may die at any moment: what a phone
was told to be counted, the window has.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from agents.class_poll.wire import Opening
from arena.errors import UsageError
from arena.preferences.label import Answer
from arena.preferences.poll import Class, SplitPoll, TogetherPoll

GONE_SECONDS = 20.0
"""A phone silent for so long is away (a browser in the background asks no more); its pair goes to another."""

HERE_SECONDS = 6.0
"""A phone that asked within these counts as here: it asks every second or so."""

Tell = Callable[..., None]

Shown = tuple[str, dict[str, Any], bytes]
"""A clip's id, what is known of its pictures, and the pictures."""


class Room:
    """The polls, for any thread.

    Args:
        opening: How the class votes.
        tell: Tells the window something: a kind, and plain values.
        clock: Tells the time in seconds.
    """

    def __init__(self, opening: Opening, tell: Tell, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.way = opening.way
        self._tell, self._clock = tell, clock
        self._lock = threading.Lock()
        self._class = Class()
        for phone in opening.phones:
            self._class.join(phone)
        self._together = TogetherPoll(self._class)
        self._split = SplitPoll(self._class, opening.times)
        self._films: dict[str, tuple[dict[str, Any], bytes]] = {}
        self._clips: dict[str, tuple[str, str]] = {}
        self._seen: dict[str, float] = {}

    # ── what the window says ───────────────────────────────────────────────────────────────────────────────────────

    def open(self, pair_id: str, votes: Mapping[str, Answer]) -> None:
        """Have all phones vote on a pair; none for an empty id."""
        with self._lock:
            self._together.open(pair_id, {self._class.join(phone): answer for phone, answer in votes.items()})

    def close(self, pair_id: str) -> None:
        """Take no more votes on a pair, and tell the window so: after every vote that was counted."""
        with self._lock:
            if self.way == "together" and self._together.pair_id == pair_id:
                self._together.close()
            self._leave(pair_id)
            self._tell("closed", pair=pair_id)

    def add(self, pair_id: str, left: Shown, right: Shown, votes: Mapping[str, Answer]) -> None:
        """Give a pair of clips to the phones.

        Args:
            pair_id: The pair.
            left: The left clip.
            right: The right clip.
            votes: What was said of it before, by phone.
        """
        with self._lock:
            # Both at once with the pair: a clip that no pair needs goes with the next pair that is closed.
            for clip_id, about, png in (left, right):
                self._films[clip_id] = about, png
            self._clips[pair_id] = left[0], right[0]
            self._split.add([pair_id])
            if votes:
                self._split.restore(pair_id, {self._class.join(phone): answer for phone, answer in votes.items()})
            self._finish()

    def _leave(self, pair_id: str) -> None:
        self._split.drop(pair_id)
        self._clips.pop(pair_id, None)
        used = {clip for clips in self._clips.values() for clip in clips}
        self._films = {clip: film for clip, film in self._films.items() if clip in used}

    def _finish(self) -> None:
        for result in self._split.take_finished():
            self._leave(result.pair_id)
            self._tell("closed", pair=result.pair_id)

    # ── what phones ask ────────────────────────────────────────────────────────────────────────────────────────────

    def state(self, phone: str) -> dict[str, Any]:
        """Return what a phone is to show: the pair, its films, and what this phone has said of it."""
        with self._lock:
            self._see(phone)
            if self.way == "together":
                return {"pair": self._together.pair_id, "said": self._together.said(phone) or ""}
            return self._own_pair(phone)

    def _own_pair(self, phone: str) -> dict[str, Any]:
        try:
            self._class.join(phone)
        except UsageError:
            return {"pair": "", "said": "", "full": True}
        pair_id = self._split.next_for(phone)
        if pair_id is None:
            return {"pair": "", "said": ""}
        films = [{"clip": clip, **self._films[clip][0]} for clip in self._clips[pair_id]]
        return {"pair": pair_id, "said": "", "films": films}

    def film(self, clip_id: str) -> bytes | None:
        """Return the pictures of a clip that is shown, as PNG."""
        with self._lock:
            found = self._films.get(clip_id)
        return None if found is None else found[1]

    def vote(self, phone: str, pair_id: str, answer: str) -> dict[str, Any]:
        """Take a vote and return what the phone is to show now, with what became of it.

        Args:
            phone: Whose it is.
            pair_id: The pair it showed.
            answer: What was tapped.
        """
        with self._lock:
            self._see(phone)
            poll = self._together if self.way == "together" else self._split
            try:
                self._class.join(phone)
            except UsageError:
                return {"pair": "", "said": "", "receipt": "full"}
            receipt = poll.vote(phone, pair_id, answer)
            if receipt in ("counted", "changed"):
                self._tell("vote", pair=pair_id, phone=phone, answer=answer)
            self._finish()
        return {**self.state(phone), "receipt": receipt}

    def _see(self, phone: str) -> None:
        self._seen[phone] = self._clock()

    # ── now and then ───────────────────────────────────────────────────────────────────────────────────────────────

    def look_around(self) -> int:
        """Give the pairs of phones that are gone to others; returns how many phones are here."""
        with self._lock:
            now = self._clock()
            for phone in self._gone(now):
                self._seen.pop(phone)
                self._split.release(phone)
            return sum(now - seen < HERE_SECONDS for seen in self._seen.values())

    def _gone(self, now: float) -> Iterable[str]:
        return [phone for phone, seen in self._seen.items() if now - seen > GONE_SECONDS]
