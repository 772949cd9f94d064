"""Asking a class from the page: hands typed, real phones on this machine, each with its own pair; saved as labels."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from arena.preferences.label import Votes
from gui.dialogs.ask_class import AskClass
from gui.pages.prefer import PreferPage
from gui.panels.prefer.clip_drawing import drawing_of
from gui.panels.prefer.clip_film import MOST_STEPS, film_of
from gui.state.class_network import LOOPBACK, OwnAddress, opens, own_addresses
from gui.state.class_poll import ClassPlan
from tests.agents.class_poll.phones import Phone
from tests.gui.test_prefer import WORLD, Asking, asking, clip_of, fold, page  # noqa: F401 - fixtures

PATIENCE = 60_000


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """No connection is left to the next test."""
    yield
    for phone in Phone.there:
        phone.connection.close()
    Phone.there.clear()


def offered(page: PreferPage, asking: Asking, pairs: int) -> None:  # noqa: F811
    for _ in range(pairs):
        page.model.take(asking.offer())
    fold(page)


def test_that_hands_typed_one_after_the_other_become_one_label_or_one_each(
    qtbot: QtBot, page: PreferPage, asking: Asking  # noqa: F811
) -> None:  # fmt: skip
    offered(page, asking, 2)
    first = page.model.known.question
    page.asking.begin(ClassPlan(way="hands"))
    bar = page.asking.bar
    assert bar.isVisible() and not page.keys.isVisible()
    # What a person at the keyboard answers is not what the class says.
    page.answer("left")
    assert page.model.known.question is first
    qtbot.keyClicks(bar.hands.fields[0], "17 ")
    for field, typed in zip(bar.hands.fields[1:], ("9.", "4·", "2"), strict=True):
        qtbot.keyClicks(field, typed)
    assert [field.text() for field in bar.hands.fields] == ["17", "9", "4", "2"]
    qtbot.keyClick(bar.hands.fields[3], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(asking.labels()) == 1, timeout=PATIENCE)
    (label,) = asking.labels()
    assert (label.answer, label.rater, label.source) == ("left", "class", "class")
    assert label.votes == Votes(left=17, right=9, equal=4, unclear=2)
    assert page.asking.poll.state.result is not None and round(page.asking.poll.state.disagreement, 3) == 0.469
    qtbot.keyClick(page.pair, Qt.Key.Key_Return)
    assert page.model.known.question is not first and page.asking.poll.state.phase == "voting"
    assert [field.text() for field in bar.hands.fields] == [""] * 4
    page.asking.begin(ClassPlan(way="hands", every_vote=True))
    said = []
    page.navigator.say.connect(said.append)
    bar.go.click()
    assert len(said) == 1 and page.asking.poll.state.phase == "voting"
    qtbot.keyClicks(bar.hands.fields[1], "2")
    bar.go.click()
    qtbot.waitUntil(lambda: len(asking.labels()) == 3, timeout=PATIENCE)
    assert {(label.rater, label.answer) for label in asking.labels()[1:]} == {("hand 1", "right"), ("hand 2", "right")}
    bar.end.click()
    assert not bar.isVisible() and page.keys.isVisible()


def test_that_phones_vote_on_what_the_projector_shows_and_nothing_shows_before_the_end(
    qtbot: QtBot, page: PreferPage, asking: Asking  # noqa: F811
) -> None:  # fmt: skip
    offered(page, asking, 2)
    question = page.model.known.question
    assert question is not None
    page.asking.begin(ClassPlan(way="together"))
    poll = page.asking.poll
    qtbot.waitUntil(lambda: bool(poll.state.address), timeout=PATIENCE)
    assert page.asking.address.isVisible() and len(page.asking.address.modules) >= 21
    qtbot.keyClick(page.asking.address, Qt.Key.Key_Escape)
    assert not page.asking.address.isVisible() and page.pair.hasFocus()
    phones = [Phone(poll.state.address) for _ in range(3)]
    for phone, answer in zip(phones, ("right", "right", "left"), strict=True):
        assert "<em>" in phone.open()
        phone.until(question.offer.pair_id)
        assert phone.vote(question.offer.pair_id, answer)["receipt"] == "counted"
    qtbot.waitUntil(lambda: poll.state.voted == 3, timeout=PATIENCE)
    assert poll.state.result is None and not page.asking.bar.bars.isVisible() and not asking.labels()
    qtbot.keyClick(page.pair, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: poll.state.phase == "closed" and len(asking.labels()) == 1, timeout=PATIENCE)
    assert asking.labels()[0].votes == Votes(left=1, right=2) and asking.labels()[0].answer == "right"
    assert page.asking.bar.bars.isVisible()
    qtbot.keyClick(page.pair, Qt.Key.Key_Return)
    following = page.model.known.question
    assert following is not None and phones[0].until(following.offer.pair_id)["said"] == ""
    if sys.platform != "win32":
        room = poll._room
        assert room is not None
        os.kill(room.pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: room.pid != 0 and room._deaths == 1, timeout=PATIENCE)
        assert poll.state.phase == "voting"
    # Another run: the class is asked no more, nothing of it is left behind.
    page.model.begin("ppo")
    qtbot.waitUntil(lambda: not poll.on, timeout=PATIENCE)
    assert not page.asking.bar.isVisible()


def test_that_phones_with_a_pair_each_answer_many_pairs_and_the_window_keeps_its_own(
    qtbot: QtBot, page: PreferPage, asking: Asking  # noqa: F811
) -> None:  # fmt: skip
    offered(page, asking, 4)
    own = page.model.known.question
    page.asking.begin(ClassPlan(way="split", every_vote=True))
    poll = page.asking.poll
    qtbot.waitUntil(lambda: bool(poll.state.address), timeout=PATIENCE)
    phone = Phone(poll.state.address)
    phone.open()
    answered = set[str]()
    until = time.monotonic() + 60
    while len(answered) < 3 and time.monotonic() < until:
        qtbot.wait(120)
        shown = phone.state()
        if shown["pair"]:
            sizes = [(film["width"], film["steps"]) for film in shown["films"]]
            assert sizes == [(240, 12), (240, 12)]
            assert phone.ask("GET", f"/clip/{shown['films'][1]['clip']}")[1].startswith(b"\x89PNG")
            assert phone.vote(shown["pair"], "equal")["receipt"] == "counted"
            answered.add(shown["pair"])
    qtbot.waitUntil(lambda: len(asking.labels()) == 3, timeout=PATIENCE)
    assert {label.rater for label in asking.labels()} == {"phone 1"}
    assert page.model.known.question is own and own is not None and own.offer.pair_id not in answered
    page.answer("left")
    qtbot.waitUntil(lambda: len(asking.labels()) == 4, timeout=PATIENCE)
    # What phones had and did not answer is asked at the window, not waited for for ever.
    left = [asking.offer(), asking.offer()]
    for offer in left:
        page.model.take(offer)
    fold(page)
    qtbot.waitUntil(lambda: phone.state()["pair"] == left[1].pair_id or bool(qtbot.wait(150)), timeout=PATIENCE)
    page.asking.bar.end.click()
    page.answer("right")
    fold(page)
    shown = page.model.known.question
    assert shown is not None and shown.offer == left[1]


def test_that_the_test_says_which_way_will_work_here(qtbot: QtBot, page: PreferPage) -> None:  # noqa: F811
    def dialog(addresses: tuple[OwnAddress, ...], works: set[str]) -> AskClass:
        made = AskClass(page, addresses=lambda: addresses, opens=lambda place: place in works)
        made.show()
        qtbot.waitUntil(lambda: made._opens is not None, timeout=PATIENCE)
        return made

    wlan = OwnAddress(address="192.0.2.7", name="wlan0", wireless=True)
    other = OwnAddress(address="192.0.2.9", name="eth0", wireless=False)
    good = dialog((wlan, other), {LOOPBACK, "192.0.2.9"})
    # Nobody in the network is let in unless somebody says so; and then at an address that works.
    assert good.plan.host == LOOPBACK and good._verdict() == ("warning", "class.test.off")
    good.network.click()
    assert good.plan.host == "192.0.2.9" and good._verdict()[0] == "good"
    good.cards["split"].radio.setChecked(True)
    good.times.choose_next(1)
    good.becomes.choose_next(1)
    begun: list[ClassPlan] = []
    good.begun.connect(begun.append)
    good.begin.click()
    assert begun == [ClassPlan(way="split", host="192.0.2.9", every_vote=True, times=3)]
    for addresses, works, told in (((), {LOOPBACK}, "no_network"), ((wlan,), {LOOPBACK}, "no_address")):
        alone = dialog(addresses, works)
        assert alone._verdict() == ("warning", "class.test." + told)
        alone.reject()
    sick = dialog((wlan,), set())
    assert sick._verdict()[0] == "bad" and sick.way == "hands" and sick.begin.isEnabled()
    sick.cards["together"].radio.setChecked(True)
    assert not sick.begin.isEnabled()
    sick.reject()
    assert opens(LOOPBACK) and not opens("192.0.2.1")
    assert LOOPBACK not in {one.address for one in own_addresses()}


def test_that_a_film_holds_every_step_of_a_clip_where_the_phone_looks_for_it() -> None:
    import io

    from PIL import Image

    drawing = drawing_of(clip_of(5, 25), WORLD.layout)
    assert drawing is not None
    film = film_of(drawing)
    assert (film.steps, film.columns, film.pace) == (25, 5, drawing.pace)
    sheet = np.asarray(Image.open(io.BytesIO(film.png)).convert("RGB"))
    assert sheet.shape == (5 * film.height, 5 * film.width, 3)
    first, last = sheet[: film.height, : film.width], sheet[-film.height :, -film.width :]
    assert (first != last).any() and len(film.png) < 40_000
    long = drawing_of(clip_of(6, 250), WORLD.layout)
    assert long is not None
    thinned = film_of(long)
    assert thinned.steps <= MOST_STEPS and thinned.pace < long.pace
