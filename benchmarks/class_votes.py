"""A class votes at once: how long the slowest phone waits, and whether a vote is lost.

Run: ``python benchmarks/class_votes.py [--phones 40] [--rounds 20]``. Each phone is a connection of its own with a
cookie of its own, held open as a browser does, which asks what to show once a second. In every round all of them vote
within the same instant (a barrier): on one pair (*together*), or each on its own pair, whose pictures it has loaded
before (*split*). Then the server's process gets SIGKILL while the votes of a round come in, and phones that were not
told that theirs counts say it again, as the page does. A vote is lost if its phone was told that it counts and the
pair's result does not hold it.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import json
import os
import random
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from agents.class_poll.class_room import ClassRoom
from agents.class_poll.wire import Film
from arena.preferences.poll import Result

HOST = "127.0.0.1"
ANSWERS = ("left", "right", "equal", "unclear")
_TRIES = 200


def film() -> Film:
    """Return pictures as large as those of Breakout, 25 steps."""
    width, height, steps, columns = 160, 210, 25, 5
    luck = np.random.default_rng(0)
    sheet = np.zeros((height * columns, width * columns), np.uint8)
    sheet[luck.random(sheet.shape) < 0.02] = 200
    made = io.BytesIO()
    Image.fromarray(sheet).convert("P").save(made, "PNG")
    return Film(width=width, height=height, steps=steps, columns=columns, pace=15.0, png=made.getvalue())


class Phone:
    """One phone: a connection, a cookie, and what it was told."""

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._place, self._path = place.netloc, place.path
        self._connection = http.client.HTTPConnection(self._place, timeout=20)
        self._cookie = ""
        self.seconds: list[float] = []

    def _ask(self, path: str, body: dict[str, str] | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": f"phone={self._cookie}"} if self._cookie else {}
        if body is None:
            self._connection.request("GET", self._path + path, headers=headers)
        else:
            headers["Content-Type"] = "application/json"
            self._connection.request("POST", self._path + path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self._cookie = cookie.partition("=")[2].partition(";")[0]
        return answer.status, answer.read()

    def ask(self, path: str, body: dict[str, str] | None = None) -> bytes:
        """Ask as the page does: again after a while where nothing comes back."""
        for _ in range(_TRIES):
            try:
                status, text = self._ask(path, body)
            except (OSError, http.client.HTTPException):
                self._connection.close()
                time.sleep(0.1)
                continue
            if status == http.client.OK:
                return text
            if status != http.client.TOO_MANY_REQUESTS:
                raise RuntimeError(f"status {status}")
            time.sleep(0.3)
        raise RuntimeError("no answer")

    def until(self, good: Callable[[str], bool]) -> str:
        """Ask once a second until a pair is shown that is wanted; its pictures are loaded."""
        for _ in range(_TRIES):
            state = json.loads(self.ask("/state"))
            if state["pair"] and good(state["pair"]):
                for clip in state.get("films", ()):
                    self.ask(f"/clip/{clip['clip']}")
                return str(state["pair"])
            time.sleep(0.85 + 0.3 * random.random())
        raise RuntimeError("no pair")

    def vote(self, pair: str, answer: str) -> bool:
        """Vote; returns whether it was told that the vote counts."""
        began = time.perf_counter()
        told = json.loads(self.ask("/vote", {"pair": pair, "answer": answer}))
        self.seconds.append(time.perf_counter() - began)
        return told["receipt"] in ("counted", "same", "changed")

    def hang_up(self) -> None:
        """Close the connection."""
        self._connection.close()


class Rounds:
    """Rounds of one way of asking.

    Args:
        way: ``together`` or ``split``.
        phones: How many.
        kill: Whether the server's process is killed in every round.
    """

    def __init__(self, way: str, phones: int, kill: bool) -> None:
        self.room = ClassRoom("split" if way == "split" else "together", HOST, {"en": "?"}, port=0)
        self.room.wait()
        self.way, self._kill = way, kill
        self.phones = [Phone(self.room.address) for _ in range(phones)]
        for phone in self.phones:
            phone.ask("")
        self.results: dict[str, Result] = {}
        self.lost = self.votes = 0
        self._film = film()

    def _hear(self) -> None:
        for told in self.room.poll():
            if isinstance(told, Result):
                self.results[told.pair_id] = told

    def play(self, number: int) -> None:
        """Play one round."""
        count = 1 if self.way == "together" else len(self.phones)
        pairs = [f"{self.way}-{number}-{place}" for place in range(count)]
        if self.way == "together":
            self.room.open(pairs[0])
        else:
            for pair in pairs:
                self.room.offer(pair, (f"{pair}-left", self._film), (f"{pair}-right", self._film))
        said: list[tuple[str, str]] = []
        ready = threading.Barrier(len(self.phones) + 1)
        threads = [threading.Thread(target=self._one, args=(phone, pairs, ready, said)) for phone in self.phones]
        for thread in threads:
            thread.start()
        ready.wait()
        if self._kill:
            time.sleep(random.uniform(0.0, 0.15))
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.room.pid, signal.SIGKILL)
        while any(thread.is_alive() for thread in threads):
            self._hear()
            time.sleep(0.02)
        if self.way == "together":
            self.room.close(pairs[0])
        until = time.monotonic() + 20
        while not set(pairs) <= self.results.keys() and time.monotonic() < until:
            self._hear()
            time.sleep(0.02)
        self._count(pairs, said)

    def _one(self, phone: Phone, pairs: list[str], ready: threading.Barrier, said: list[tuple[str, str]]) -> None:
        pair = phone.until(lambda shown: shown in pairs)
        answer = random.choice(ANSWERS)
        ready.wait()
        if phone.vote(pair, answer):
            said.append((pair, answer))

    def _count(self, pairs: list[str], said: list[tuple[str, str]]) -> None:
        self.votes += len(said)
        for pair in pairs:
            for answer in ANSWERS:
                told = said.count((pair, answer))
                found = getattr(self.results[pair].votes, answer) if pair in self.results else 0
                self.lost += max(0, told - found)

    def end(self) -> None:
        """Hang up."""
        for phone in self.phones:
            phone.hang_up()
        self.room.end()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--phones", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    lost = 0
    for way, kill in (("together", False), ("split", False), ("together", True)):
        rounds = Rounds(way, options.phones, kill)
        # It gives up on a server that dies again and again.
        for number in range(4 if kill else options.rounds):
            rounds.play(number)
        rounds.end()
        seconds = sorted(second for phone in rounds.phones for second in phone.seconds)
        what = f"{way}, the server killed in every round" if kill else way
        print(
            f"{what}: {options.phones} phones, {rounds.votes} votes counted, {rounds.lost} lost; an answer takes "
            f"{1000 * statistics.median(seconds):.0f} ms (median), {1000 * seconds[-1]:.0f} ms (slowest)",
            flush=True,
        )
        lost += rounds.lost
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
