"""The real server as a child: phones vote over real connections, it is killed, strangers and floods are refused."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.class_poll.class_room import MOST_DEATHS, ClassRoom, GaveUp, Phones, Restarted, Told
from arena.errors import RunError, UsageError
from arena.preferences.label import Votes
from arena.preferences.poll import Result
from tests.agents.class_poll.phones import QUESTION, Phone, a_film
from tests.agents.command_line.commands import ROOT

HERE = "127.0.0.1"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def together() -> Iterator[ClassRoom]:
    room = ClassRoom("together", HERE, QUESTION, port=0)
    assert room.wait()
    yield room
    room.end()


@pytest.fixture(scope="module")
def split() -> Iterator[ClassRoom]:
    room = ClassRoom("split", HERE, QUESTION, port=0)
    assert room.wait()
    yield room
    room.end()


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """No connection is left to the next test."""
    yield
    for phone in Phone.there:
        phone.connection.close()
    Phone.there.clear()


def heard(room: ClassRoom, kind: type[Told], told: Callable[[Told], bool] = lambda _: True) -> list[Told]:
    """What the room says until it says something of a kind."""
    until, found = time.monotonic() + PATIENCE, list[Told]()
    while time.monotonic() < until:
        found += room.poll()
        if any(isinstance(one, kind) and told(one) for one in found):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def result(room: ClassRoom) -> Result:
    return next(one for one in heard(room, Result) if isinstance(one, Result))


def test_that_votes_count_once_each_the_last_one_and_nobody_sees_them_before_the_pair_is_closed(
    together: ClassRoom,
) -> None:
    phones = [Phone(together.address) for _ in range(3)]
    for phone in phones:
        phone.open()
    assert phones[0].state() == {"pair": "", "said": ""}
    assert phones[0].vote("", "left")["receipt"] == "closed"
    together.open("one")
    while phones[0].state()["pair"] != "one":
        pass
    assert phones[0].vote("one", "left") == {"status": 200, "pair": "one", "said": "left", "receipt": "counted"}
    assert phones[0].vote("one", "right")["receipt"] == "changed"
    assert phones[1].vote("one", "equal")["receipt"] == "counted"
    assert phones[2].vote("one", "everything")["status"] == 400
    # What is told to a phone holds its own vote and no other.
    assert phones[2].state() == {"pair": "one", "said": ""}
    assert phones[0].state() == {"pair": "one", "said": "right"}
    assert not [one for one in together.poll() if isinstance(one, Result)]
    together.close("one")
    found = result(together)
    assert (found.pair_id, found.votes) == ("one", Votes(right=1, equal=1))
    assert phones[2].vote("one", "left") == {"status": 200, "pair": "", "said": "", "receipt": "closed"}


def test_that_each_phone_gets_its_own_pair_its_pictures_and_the_next_one_at_once(split: ClassRoom) -> None:
    film = a_film()
    for name in ("p", "q"):
        split.offer(name, (f"{name}-left", film), (f"{name}-right", a_film(200)))
    one, two = Phone(split.address), Phone(split.address)
    one.open()
    two.open()
    shown = one.until("p", "q")
    assert two.until("p", "q")["pair"] != shown["pair"]
    assert one.ask("GET", f"/clip/{shown['films'][0]['clip']}") == (200, film.png)
    assert shown["films"][0]["steps"] == film.steps
    other = ({"p", "q"} - {shown["pair"]}).pop()
    assert one.vote(other, "left")["receipt"] == "closed"
    split.offer("r", ("r-left", film), ("r-right", film))
    told = one.vote(shown["pair"], "left")
    assert told["receipt"] == "counted" and told["pair"] in ("", "r")
    assert result(split).votes == Votes(left=1)
    # Closed: its pictures are gone, and so is the room they took.
    assert one.ask("GET", f"/clip/{shown['films'][0]['clip']}")[0] == 404


def test_that_strangers_are_refused_and_learn_nothing(together: ClassRoom) -> None:
    phone = Phone(together.address)
    page = phone.open()
    assert 'lang="zh-TW"' in page and "哪一個待在<em>左半邊</em>？" in page
    assert "http://" not in page.replace("http-equiv", "") and "https://" not in page
    assert phone.policy is not None and "default-src 'none'" in phone.policy
    assert 'lang="en"' in Phone(together.address, accept="fr, en;q=0.5").open()
    good, where = phone.cookie, phone.path
    together.open("guarded")
    phone.until("guarded")
    for host in ("evil.example", f"evil.example:{together.port}", HERE, f"{HERE}.evil.example:{together.port}"):
        assert phone.ask("GET", "", Host=host) == (403, b"")
    assert phone.ask("GET", "/state", Origin="http://evil.example") == (403, b"")
    for forged in ("", "nobody", good[:-1] + ("A" if good[-1] != "A" else "B"), good[::-1], "x" * 44, "é" * 44):
        phone.cookie = forged.encode("utf-8").decode("latin-1")
        assert phone.vote("guarded", "left")["status"] == 403
    phone.cookie = good
    said, json_text = b'{"pair": "guarded", "answer": "left"}', "application/json"
    for body in (b"[]", b"{", b'{"pair": 1, "answer": "left"}', b'"' + b"x" * 3_000 + b'"'):
        assert phone.ask("POST", "/vote", body, Content_Type=json_text)[0] in (400, 413)
    # What a form of another page could send.
    assert phone.ask("POST", "/vote", said, Content_Type="text/plain")[0] == 400
    # Cookies of others at the same address are nobody's fault.
    assert phone.ask("GET", "/state", Cookie=f'a,b="; =;; phone={good}; é=ü')[0] == 200
    phone.path = "/AAAAAAAA"
    for path in ("", "/state", "/clip/x", "/../../etc/passwd", "/%2e%2e/"):
        assert phone.ask("GET", path)[0] in (403, 404)
    phone.path = where.lower()
    assert phone.state()["pair"] == "guarded"
    together.close("guarded")
    assert result(together).votes.total == 0


def test_that_a_flood_is_turned_away_while_another_phone_votes(together: ClassRoom) -> None:
    calm, mad = Phone(together.address), Phone(together.address)
    calm.open()
    mad.open()
    together.open("flooded")
    calm.until("flooded")
    statuses = [mad.vote("flooded", "left")["status"] for _ in range(300)]
    assert statuses.count(429) > 200
    assert calm.vote("flooded", "right")["receipt"] == "counted"
    told = heard(together, Phones, lambda one: isinstance(one, Phones) and one.refused >= 200)
    assert told
    together.close("flooded")
    assert result(together).votes == Votes(left=1, right=1)


def test_that_half_a_request_and_a_hung_up_phone_harm_nobody(together: ClassRoom) -> None:
    for piece in (b"GET /", b"POST /x HTTP/1.1\r\nContent-Length: 99\r\n\r\n{", b"\xff\xfe\x00" * 50, b""):
        with socket.create_connection((HERE, together.port)) as broken:
            broken.sendall(piece)
    phone = Phone(together.address)
    phone.open()
    assert phone.state()["pair"] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("way", ["together", "split"])
def test_that_what_was_counted_outlives_the_server_and_phones_need_not_do_anything(
    way: str, request: pytest.FixtureRequest
) -> None:
    room: ClassRoom = request.getfixturevalue(way)
    film = a_film()
    phones = [Phone(room.address) for _ in range(2)]
    for phone in phones:
        phone.open()
    if way == "together":
        room.open("lives")
    else:
        for name in ("lives", "waits"):
            room.offer(name, (f"{name}-1", film), (f"{name}-2", film))
    pair = phones[0].until("lives", "waits", "q", "r")["pair"]
    assert phones[0].vote(pair, "left")["receipt"] == "counted"
    os.kill(room.pid, signal.SIGKILL)
    found = heard(room, Restarted)
    until = time.monotonic() + PATIENCE
    state: dict[str, object] = {}
    while time.monotonic() < until and not state.get("pair"):
        again = Phone(room.address)
        again.cookie = phones[1].cookie
        try:
            state = again.state()
        except OSError:
            time.sleep(0.05)
    if way == "together":
        assert state["pair"] == "lives"
        assert again.vote("lives", "right")["receipt"] == "counted"
        room.close("lives")
        assert result(room).votes == Votes(left=1, right=1)
    else:
        # The pair that was answered is closed with its vote; the other one is still to be had.
        closed = [one for one in found if isinstance(one, Result)] or [result(room)]
        assert closed[0].votes == Votes(left=1)
        assert state["pair"] not in ("", pair)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_that_a_pair_is_closed_with_its_votes_where_the_server_dies_instead_and_that_it_gives_up_at_last() -> None:
    room = ClassRoom("together", HERE, QUESTION, port=0)
    assert room.wait()
    phone = Phone(room.address)
    phone.open()
    room.open("last")
    phone.until("last")
    phone.vote("last", "equal")
    os.kill(room.pid, signal.SIGSTOP)
    room.close("last")
    assert result(room).votes == Votes(equal=1)
    for _ in range(MOST_DEATHS - 2):
        os.kill(room.pid, signal.SIGKILL)
        heard(room, Restarted)
    os.kill(room.pid, signal.SIGKILL)
    assert [one for one in heard(room, GaveUp) if isinstance(one, GaveUp)]
    room.end()
    assert room.poll() == []


def test_that_what_cannot_be_served_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    room = ClassRoom("together", "192.0.2.1", QUESTION)
    with pytest.raises(RunError) as told:
        room.wait()
    assert told.value.key == "error.class.died"
    room = ClassRoom("together", HERE, QUESTION)
    assert not room.wait(lambda: True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as missing:
        ClassRoom("together", HERE, QUESTION)
    assert missing.value.key == "error.class.missing"


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_that_it_ends_when_the_window_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "window.py"
    program.write_text(
        "import time\nfrom agents.class_poll.class_room import ClassRoom\n"
        "if __name__ == '__main__':\n"
        "    room = ClassRoom('together', '127.0.0.1', {}, port=0); room.wait()\n"
        "    print(room.port, flush=True); time.sleep(1000)\n"
    )
    window = subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=dict(os.environ, PYTHONPATH=str(ROOT))
    )
    assert window.stdout is not None
    port = int(window.stdout.readline())
    window.kill()
    window.wait()
    window.stdout.close()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((HERE, port)):
                return
        time.sleep(0.05)
    raise AssertionError("still there")
