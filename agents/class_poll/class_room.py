"""A class that votes with its phones, as the window has it: the server's process, and every vote that it took.

The server's process tells each vote before the phone hears that it counts, so the votes are here as well. When that
process dies another one takes its place, at the same address, with the same phones and the votes there were.
"""

from __future__ import annotations

import contextlib
import importlib.util
import multiprocessing
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread
from typing import Any

from agents.class_poll.gate import new_token
from agents.class_poll.server import serve
from agents.class_poll.wire import Film, Opening, Way, packed, unpacked
from arena.errors import RunError, UsageError
from arena.preferences.label import Answer
from arena.preferences.poll import Class, Result, result_of

PACKAGES = ("bottle", "waitress")

PORT = 8642
"""Wanted port: one that can be typed off a wall."""

START_SECONDS = 60.0
CLOSE_SECONDS = 3.0
"""A server that has not closed a pair by then is taken for dead."""

MOST_DEATHS = 5

_LOOK_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Phones:
    """How many phones there are.

    Attributes:
        here: Phones that asked within the last seconds.
        refused: Requests refused so far.
    """

    here: int = 0
    refused: int = 0


@dataclass(frozen=True, kw_only=True)
class Restarted:
    """The server's process was gone and is there again, nothing lost."""


@dataclass(frozen=True, kw_only=True)
class GaveUp:
    """The server's process dies again and again.

    Attributes:
        problem: Why it could not be served.
    """

    problem: RunError


Told = Result | Phones | Restarted | GaveUp


class _Child:
    """One server process; a thread sends, another one receives, so that nobody waits for a full pipe."""

    def __init__(self, opening: Opening, heard: Callable[[dict[str, Any]], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self._control, theirs = context.Pipe(duplex=True)
        self.process = context.Process(
            target=serve, args=(theirs, opening.text()), name="arena-class", daemon=True
        )  # fmt: skip
        self.process.start()
        # With our copy of its end closed, its death is an end of file here, and ours one there.
        theirs.close()
        self._heard = heard
        self._to_send: SimpleQueue[bytes | None] = SimpleQueue()
        self._reader = Thread(target=self._read, name="arena-class-reader", daemon=True)
        self._writer = Thread(target=self._write, name="arena-class-writer", daemon=True)
        self._reader.start()
        self._writer.start()

    @property
    def over(self) -> bool:
        """Whether it is gone and everything it has said was heard."""
        return not self._reader.is_alive()

    def send(self, data: bytes) -> None:
        """Send it a message."""
        self._to_send.put(data)

    def end(self) -> None:
        """End it; what it has said is heard first."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join(5.0)
        self._to_send.put(None)
        self._reader.join(5.0)
        self._writer.join(5.0)
        self._control.close()

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._heard(unpacked(self._control.recv_bytes())[0])

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._to_send.get()) is not None:
                self._control.send_bytes(data)


class ClassRoom:
    """One class. It ends with :meth:`end`, and by itself when this process is gone, however that went.

    All methods are for one thread, but :meth:`wait`, which may be called from another one before anything else is.

    Args:
        way: How the class votes.
        host: Address of this machine to listen at; only this machine itself reaches 127.0.0.1.
        question: What is to be preferred, by language.
        times: How many phones answer each pair, where each gets its own.
        port: Wanted port; a free one is taken where it is busy, or 0.

    Raises:
        UsageError: If no web server is installed.
    """

    def __init__(
        self, way: Way, host: str, question: Mapping[str, str], *, times: int = 1, port: int = PORT
    ) -> None:  # fmt: skip
        if any(importlib.util.find_spec(package) is None for package in PACKAGES):
            raise UsageError("error.class.missing")
        self._opening = Opening(
            host=host, port=port, must=False, token=new_token(), secret=secrets.token_hex(32), way=way, times=times,
            question=question,
        )  # fmt: skip
        self._class = Class()
        self._phones: list[str] = []
        self._votes: dict[str, dict[str, Answer]] = {}
        self._pairs: dict[str, tuple[str, str]] = {}
        self._films: dict[str, Film] = {}
        self._closing: dict[str, float] = {}
        self._arrived: deque[dict[str, Any]] = deque()
        self._news: deque[Told] = deque()
        self._deaths = 0
        self._problem = ""
        self._open = ""
        self.port = 0
        self._child = _Child(self._opening, self._arrived.append)
        self._child.send(packed("go"))

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def address(self) -> str:
        """Where phones find it, empty until it answers."""
        return f"http://{self._opening.host}:{self.port}/{self._opening.token}" if self.port else ""

    @property
    def pid(self) -> int:
        """Number of the server's process."""
        return self._child.process.pid or 0

    def wait(self, cancelled: Callable[[], bool] = lambda: False, seconds: float = START_SECONDS) -> bool:
        """Wait until it listens.

        Args:
            cancelled: Asked often; true ends it.
            seconds: How long at most.

        Returns:
            Whether it listens; false if it was cancelled.

        Raises:
            RunError: If it cannot listen or is silent; it is ended then.
        """
        until = time.monotonic() + seconds
        while not cancelled():
            self._take_arrived()
            if self.port:
                return True
            if self._child.over:
                self._take_arrived()
                self.end()
                raise RunError("error.class.died", problem=self._problem or str(self._child.process.exitcode))
            if time.monotonic() > until:
                self.end()
                raise RunError("error.class.silent", seconds=f"{seconds:g}")
            time.sleep(_LOOK_SECONDS)
        self.end()
        return False

    def end(self) -> None:
        """End it; votes on pairs that are open are dropped."""
        self._child.end()

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, pair_id: str) -> None:
        """Have all phones vote on a pair; votes on an earlier one that was not closed are dropped."""
        self._votes.pop(self._open, None)
        self._open = pair_id
        self._votes[pair_id] = {}
        self._child.send(packed("open", pair=pair_id, votes={}))

    def offer(self, pair_id: str, left: tuple[str, Film], right: tuple[str, Film]) -> None:
        """Give a pair to the phones, each of which gets its own.

        Args:
            pair_id: The pair.
            left: Left clip's id and its pictures.
            right: Right clip's id and its pictures.
        """
        if pair_id in self._pairs:
            return
        for clip_id, film in (left, right):
            self._films[clip_id] = film
        self._pairs[pair_id] = left[0], right[0]
        self._votes[pair_id] = {}
        self._send_pair(pair_id)

    def close(self, pair_id: str) -> None:
        """Take no more votes on a pair; :meth:`poll` then brings its result, with every vote that was counted."""
        if pair_id in self._votes and pair_id not in self._closing:
            self._closing[pair_id] = time.monotonic() + CLOSE_SECONDS
            self._child.send(packed("close", pair=pair_id))

    @property
    def open_pairs(self) -> tuple[str, ...]:
        """Pairs that phones may answer."""
        return tuple(self._votes)

    def voted(self, pair_id: str) -> int:
        """Return how many have voted on an open pair: all that may be shown before it is closed."""
        return len(self._votes.get(pair_id, ()))

    # ── hearing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def poll(self) -> list[Told]:
        """Return what happened since the last call: pairs closed, phones come and gone, a server that died."""
        over = self._child.over
        self._take_arrived()
        late = any(time.monotonic() > until for until in self._closing.values())
        if self.port and self._deaths < MOST_DEATHS and (over or late):
            self._begin_again()
        found = list(self._news)
        self._news.clear()
        return found

    def _take_arrived(self) -> None:
        while self._arrived:
            said = self._arrived.popleft()
            match said["kind"]:
                case "port":
                    self.port = int(said["port"])
                case "problem":
                    self._problem = str(said["text"])
                case "vote":
                    self._take_vote(said["pair"], said["phone"], said["answer"])
                case "closed":
                    self._finish(said["pair"])
                case "phones":
                    self._news.append(Phones(here=said["here"], refused=said["refused"]))

    def _take_vote(self, pair_id: str, phone: str, answer: Answer) -> None:
        if pair_id in self._votes:
            if self._class.number(phone) is None:
                self._phones.append(phone)
            self._class.join(phone)
            self._votes[pair_id][phone] = answer

    def _finish(self, pair_id: str) -> None:
        votes = self._votes.pop(pair_id, None)
        self._closing.pop(pair_id, None)
        self._pairs.pop(pair_id, None)
        self._open = "" if self._open == pair_id else self._open
        used = {clip for clips in self._pairs.values() for clip in clips}
        self._films = {clip: film for clip, film in self._films.items() if clip in used}
        if votes is not None:
            numbered = {self._class.join(phone): answer for phone, answer in votes.items()}
            self._news.append(result_of(pair_id, numbered))

    # ── after a death ──────────────────────────────────────────────────────────────────────────────────────────────

    def _begin_again(self) -> None:
        self._child.end()
        self._take_arrived()
        for pair_id in list(self._closing):
            self._finish(pair_id)
        self._deaths += 1
        if self._deaths >= MOST_DEATHS:
            problem = self._problem or str(self._child.process.exitcode)
            self._news.append(GaveUp(problem=RunError("error.class.died", problem=problem)))
            return
        self._opening = replace(self._opening, port=self.port, must=True, phones=tuple(self._phones))
        self._child = _Child(self._opening, self._arrived.append)
        if self._open:
            self._child.send(packed("open", pair=self._open, votes=self._votes[self._open]))
        for pair_id in self._pairs:
            self._send_pair(pair_id)
        self._child.send(packed("go"))
        self._news.append(Restarted())

    def _send_pair(self, pair_id: str) -> None:
        left, right = (self._films[clip_id] for clip_id in self._pairs[pair_id])
        about = [(clip_id, self._films[clip_id].about()) for clip_id in self._pairs[pair_id]]
        data = packed(
            "add", left.png + right.png, pair=pair_id, clips=about, size=len(left.png), votes=self._votes[pair_id]
        )  # fmt: skip
        self._child.send(data)
