"""Spoiled inputs for readers of files and messages: what disks, networks and strangers do to bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from typing import Any

import pytest

JUNK: tuple[Any, ...] = (
    None, True, False, -1, 0, 2**31, 2**63, 2**64, 10**30, -0.5, 1e308, "", "x", "$float", "<f8", "|O", "é\u2028\ud800",
    [], {}, [[]], [[[]]], {"": {}}, {"$float": "nan"}, {"$float": []}, {"$x": 1}, ["q", "<f8", [2**40, 2**40]],
    [["q", "|O8", [1]]], [["q", [["a", "<f8"], ["a", "<f8"]], [1]]],
)  # fmt: skip


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few things wrong: flipped, lost, repeated, exchanged or cut off."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(made) + 1)
        length = chance.choice((1, 1, 2, 4, 8, 64))
        match chance.randrange(7):
            case 0 if made:
                made[min(place, len(made) - 1)] ^= 1 << chance.randrange(8)
            case 1:
                made[place : place + length] = chance.randbytes(length)
            case 2:
                del made[place : place + length]
            case 3:
                made[place:place] = made[place : place + length]
            case 4:
                made[place : place + length] = chance.choice((b"\x00", b"\xff")) * length
            case 5:
                made[place : place + 1] = chance.choice(b'{}[]":,-0e\\\n').to_bytes(1, "big")
            case _:
                del made[chance.randrange(len(made) + 1) :]
    return bytes(made)


def spoiled_json(value: Any, chance: random.Random) -> Any:
    """Return a copy of plain values with one of them exchanged, lost or added somewhere."""
    copy = json.loads(json.dumps(value))
    inside = copy
    while True:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        if not keys:
            return chance.choice(JUNK)
        key = chance.choice(keys)
        if isinstance(inside[key], (dict, list)) and inside[key] and chance.random() < 0.7:
            inside = inside[key]
            continue
        match chance.randrange(4):
            case 0:
                del inside[key]
            case 1 if isinstance(inside, dict):
                inside[chance.choice(("new", "$", "$float", "type", "arrays", "version"))] = chance.choice(JUNK)
            case _:
                inside[key] = chance.choice(JUNK)
        return copy


def numbered(*cases: Any) -> Iterable[Any]:
    """Return parameters named by their number: what is wrong with them makes no good name."""
    return [pytest.param(case, id=str(number)) for number, case in enumerate(cases)]
