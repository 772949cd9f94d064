"""The page of the class in a real browser, as large as a phone: read, tapped, changed, cut off and back again."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.class_poll.class_room import ClassRoom
from arena.preferences.label import Votes
from arena.preferences.poll import Result
from tests.agents.class_poll.browser import CHROMIUM, DRIVER, MISSING, Browser
from tests.agents.class_poll.phones import QUESTION, a_film

pytestmark = pytest.mark.skipif(CHROMIUM is None or DRIVER is None or sys.platform == "win32", reason=MISSING)

TOLD = "return document.getElementById('told').textContent"
CAN = "return [...document.querySelectorAll('button')].filter(one => !one.disabled).length"
PRESSED = "return [...document.querySelectorAll('[aria-pressed=true]')].map(one => one.dataset.answer).join()"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    made = Browser("zh-TW", str(tmp_path / "profile"))
    yield made
    made.close()


def result(room: ClassRoom) -> Result:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for told in room.poll():
            if isinstance(told, Result):
                return told
        time.sleep(0.05)
    raise AssertionError


def test_that_a_phone_votes_changes_its_vote_outlives_the_server_and_gets_its_own_pairs(browser: Browser) -> None:
    room = ClassRoom("together", "127.0.0.1", QUESTION, port=0)
    assert room.wait()
    browser.open(room.address)
    assert browser.run("return document.documentElement.lang") == "zh-TW"
    assert browser.run("return document.querySelector('h1 em').textContent") == "左半邊"
    assert browser.run(CAN) == 0 and "大螢幕" in browser.run(TOLD)
    room.open("one")
    browser.until(CAN, lambda count: count == 4)
    # One hand, no scrolling, nothing too small for a thumb, everything on the screen.
    sizes = browser.run(
        "return [...document.querySelectorAll('button')].map(one => one.getBoundingClientRect()).map(one => "
        "[one.width, one.height, one.left, one.right, one.bottom])"
    )
    assert all(width >= 140 and height >= 60 and left >= 0 and right <= 390 for width, height, left, right, _ in sizes)
    assert max(bottom for *_, bottom in sizes) <= 844
    assert browser.run("return document.documentElement.scrollWidth") <= 390
    browser.tap("[data-answer=left]")
    browser.until(TOLD, lambda told: "已經算進去" in told)
    browser.tap("[data-answer=equal]")
    browser.until(PRESSED, lambda pressed: pressed == "equal")
    browser.until(TOLD, lambda told: "已經算進去" in told)
    os.kill(room.pid, signal.SIGKILL)
    browser.until(TOLD, lambda told: "連不上" in told)
    browser.tap("[data-answer=right]")
    until = time.monotonic() + 60
    while not browser.run(TOLD).startswith("已經算進去") and time.monotonic() < until:
        room.poll()
        time.sleep(0.1)
    room.close("one")
    found = result(room)
    # It is the same phone as before: its vote was changed, there is no second one.
    assert found.votes == Votes(right=1)
    browser.until(TOLD, lambda told: "結束" in told)
    assert browser.run(CAN) == 0 and browser.run(PRESSED) == ""
    refused = [line for line in browser.log() if "Content Security" in line or "Uncaught" in line]
    assert refused == []
    room.end()

    room = ClassRoom("split", "127.0.0.1", QUESTION, port=0)
    assert room.wait()
    for name, shade in (("p", 90), ("q", 250)):
        room.offer(name, (f"{name}-left", a_film(shade)), (f"{name}-right", a_film(shade)))
    browser.open(room.address)
    lightest = (
        "const one = document.querySelector('canvas'); return one.width < 9 ? "
        "Math.max(...one.getContext('2d').getImageData(0, 0, 8, 8).data.filter((_, i) => i % 4 < 3)) : 0"
    )
    first = browser.until(lightest, lambda shade: shade in (90, 250))
    browser.tap("[data-answer=left]")
    assert result(room).votes == Votes(left=1)
    assert browser.until(lightest, lambda shade: shade in {90, 250} - {first})
    browser.tap("[data-answer=unclear]")
    assert result(room).votes == Votes(unclear=1)
    browser.until(TOLD, lambda told: "謝謝" in told)
    room.end()
