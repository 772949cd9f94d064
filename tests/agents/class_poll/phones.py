"""Phones for tests: what a browser on a phone sends, over one connection each."""

from __future__ import annotations

import http.client
import io
import json
import time
from typing import Any, ClassVar
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from agents.class_poll.wire import Film

QUESTION = {"en": "Which one stays in the [left half]?", "zh_TW": "哪一個待在[左半邊]？"}


class Phone:
    """One phone.

    Attributes:
        there: All there are, to be hung up after a test.
    """

    there: ClassVar[list[Phone]] = []

    def __init__(self, address: str, *, accept: str = "zh-TW,zh;q=0.9", seconds: float = 20.0) -> None:
        place = urlsplit(address)
        self.host, self.path = place.netloc, place.path
        self.connection = http.client.HTTPConnection(self.host, timeout=seconds)
        self.headers = {"Accept-Language": accept}
        self.cookie = ""
        self.there.append(self)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Ask for anything; returns status and body."""
        sent = {**self.headers, **({"Cookie": f"phone={self.cookie}"} if self.cookie else {})}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.connection.request(method, self.path + path, body, sent)
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.partition("=")[2].partition(";")[0]
        self.policy = answer.getheader("Content-Security-Policy")
        return answer.status, answer.read()

    def open(self) -> str:
        """Load the page."""
        status, page = self.ask("GET", "")
        assert status == 200, status
        return page.decode()

    def state(self) -> dict[str, Any]:
        """Ask what to show."""
        status, text = self.ask("GET", "/state")
        assert status == 200, status
        return dict(json.loads(text))

    def until(self, *pairs: str) -> dict[str, Any]:
        """Ask about as often as a browser until it is to show one of these pairs."""
        until = time.monotonic() + 60
        while (state := self.state())["pair"] not in pairs:
            assert time.monotonic() < until, state
            time.sleep(0.15)
        return state

    def vote(self, pair: str, answer: str) -> dict[str, Any]:
        """Tap an answer."""
        body = json.dumps({"pair": pair, "answer": answer}).encode()
        status, text = self.ask("POST", "/vote", body, Content_Type="application/json")
        return {"status": status, **(json.loads(text) if text else {})}


def a_film(shade: int = 120, steps: int = 6, size: int = 8) -> Film:
    """Pictures of a square that goes from left to right."""
    sheet = np.zeros((size, size * steps, 3), np.uint8)
    for step in range(steps):
        sheet[:, size * step + step : size * step + step + 2] = shade
    made = io.BytesIO()
    Image.fromarray(sheet).save(made, "PNG")
    return Film(width=size, height=size, steps=steps, columns=steps, pace=8.0, png=made.getvalue())
