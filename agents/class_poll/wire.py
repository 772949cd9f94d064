"""What the window and the class server say to each other: one line of JSON, then bytes where there are any."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Way = Literal["together", "split"]
"""All phones vote on the pair of the projector, or each gets a pair of its own."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a class server is started with.

    Attributes:
        host: Address of this machine it listens at.
        port: Wanted port; 0 for any. A free one is taken where it is busy, unless it ``must`` be this one.
        must: It takes the place of one that died: phones know the port.
        token: What stands in the address.
        secret: Signs what phones are known by, in hexadecimal digits.
        way: How the class votes.
        times: How many phones answer each pair, where each gets its own.
        question: What is to be preferred, by language; what it is about between square brackets.
        phones: Phones that have voted before, in the order of their numbers.
    """

    host: str
    port: int
    must: bool
    token: str
    secret: str
    way: Way
    times: int
    question: Mapping[str, str]
    phones: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def read(text: str) -> Opening:
        """Return what :meth:`text` has written."""
        known = json.loads(text)
        return Opening(**{**known, "phones": tuple(known["phones"])})


@dataclass(frozen=True, kw_only=True)
class Film:
    """A clip as phones see it: its pictures side by side in one, row by row.

    Attributes:
        width: Pixels of one picture.
        height: Pixels of one picture.
        steps: How many pictures there are.
        columns: How many stand in a row.
        pace: Pictures a second.
        png: All of them, a PNG.
    """

    width: int
    height: int
    steps: int
    columns: int
    pace: float
    png: bytes

    def about(self) -> dict[str, float]:
        """Return everything but the pictures."""
        return {
            "width": self.width,
            "height": self.height,
            "steps": self.steps,
            "columns": self.columns,
            "pace": self.pace,
        }


def packed(kind: str, /, blob: bytes = b"", **fields: Any) -> bytes:
    """Return a message as bytes.

    Args:
        kind: What it is.
        blob: Bytes that go with it.
        fields: Plain values.
    """
    return json.dumps({"kind": kind, **fields}).encode() + b"\n" + blob


def unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a message's fields, its ``kind`` among them, and the bytes that go with it."""
    line, _, blob = data.partition(b"\n")
    return json.loads(line), blob
