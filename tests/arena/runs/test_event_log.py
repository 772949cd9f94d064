"""What happened is still known after a kill, and what a resumed run never did is forgotten."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from arena.errors import ProtocolError, RunError
from arena.protocol.messages import (
    ActionForced,
    Event,
    HyperparameterChanged,
    KeyframeWritten,
    Metrics,
    SolutionChanged,
)  # fmt: skip
from arena.runs.event_log import EventLog, changes_of, forced_actions, last_event, read_events
from tests.arena.mutations import spoiled, spoiled_json
from tests.arena.runs.run_samples import child, small_disk, wait_for

EVENTS: tuple[Event, ...] = (
    HyperparameterChanged(seq=1, env_steps=0, name="alpha", value=0.5),
    ActionForced(seq=2, env_steps=3, action=1),
    Metrics(seq=3, env_steps=5, episodes=2, blocks=((0.0, 1.0, 5.0, -3.0, -3.0, -3.0, 5.0),)),
    HyperparameterChanged(seq=4, env_steps=5, name="mover", value="person"),
    KeyframeWritten(seq=5, env_steps=5, state_hash="ab"),
    ActionForced(seq=6, env_steps=5, action=2),
    HyperparameterChanged(seq=7, env_steps=5, name="alpha", value=0.25),
    Metrics(seq=8, env_steps=6, episodes=3),
    HyperparameterChanged(seq=9, env_steps=7, name="alpha", value=0.1),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a-run" / "events.jsonl"
    path.parent.mkdir()
    with EventLog(path) as log:
        for event in EVENTS:
            log.append(event)
        log.flush()
    return path


def test_that_events_come_back_in_their_order(path: Path) -> None:
    assert read_events(path) == list(EVENTS)
    assert last_event(path) == EVENTS[-1]


def test_that_a_log_that_is_not_there_has_no_events(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.jsonl") == []
    assert last_event(tmp_path / "events.jsonl") is None
    (tmp_path / "events.jsonl").touch()
    assert last_event(tmp_path / "events.jsonl") is None


def test_that_an_event_can_be_read_at_once_by_others(path: Path) -> None:
    with EventLog(path) as log:
        log.append(Metrics(seq=10))
        assert read_events(path)[-1] == Metrics(seq=10)


@pytest.mark.parametrize("torn", [b"{", b'{"type":"Metrics","version":1}', b"\x00" * 100, b"x" * 200_000])
def test_that_a_torn_last_line_is_dropped_and_cut_off(path: Path, torn: bytes) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    assert read_events(path) == list(EVENTS)
    assert last_event(path) == EVENTS[-1]
    with EventLog(path) as log:
        log.append(Metrics(seq=10))
    assert path.read_bytes().startswith(whole + b'{"type"')
    assert read_events(path) == [*EVENTS, Metrics(seq=10)]


def test_that_a_log_of_one_torn_line_becomes_empty(tmp_path: Path) -> None:
    (tmp_path / "e").write_bytes(b"no line break" * 20_000)
    EventLog(tmp_path / "e").close()
    assert (tmp_path / "e").read_bytes() == b""


def test_that_a_damaged_line_is_said_with_its_number(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for bad in (b"{}\n", b"\xff\n", b"\n", b'{"type":"Step","version":1}\n'):
        path.write_bytes(b"".join([*lines[:2], bad, *lines[3:]]))
        with pytest.raises(RunError) as problem:
            read_events(path)
        assert (problem.value.key, problem.value.params["line"]) == ("error.events.damaged", 3)
        assert "a-run/events.jsonl" in str(problem.value)


def test_that_a_newer_event_is_said_clearly(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b'{"type":"Unheard","version":99}\n')
    with pytest.raises(RunError) as problem:
        read_events(path)
    assert problem.value.key == "error.run.newer"
    assert last_event(path) is None


def test_that_arrays_are_refused_and_leave_no_trace(path: Path) -> None:
    before = path.read_bytes()
    with EventLog(path) as log, pytest.raises(ProtocolError):
        log.append(SolutionChanged(arrays={"solution_q": np.zeros(2)}))
    assert path.read_bytes() == before


def test_that_changes_are_sorted_by_tick_and_keep_their_order_within_one() -> None:
    events = [*EVENTS[::-1][:3], *EVENTS]
    assert changes_of(EVENTS) == [(0, "alpha", 0.5), (5, "mover", "person"), (5, "alpha", 0.25), (7, "alpha", 0.1)]
    assert [tick for tick, _, _ in changes_of(events)] == sorted(tick for tick, _, _ in changes_of(events))


def test_that_the_last_move_of_a_tick_counts() -> None:
    assert forced_actions(EVENTS) == {3: 1, 5: 2}
    assert forced_actions([*EVENTS, ActionForced(env_steps=3, action=0)]) == {3: 0, 5: 2}


def test_that_resuming_forgets_what_came_after_the_keyframe(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    with EventLog.resume(path, 5) as log:
        log.append(Metrics(seq=99, env_steps=6))
    kept = read_events(path)
    assert [event.seq for event in kept] == [1, 2, 3, 4, 5, 7, 99]
    # The move at the keyframe's own tick made the tick after it; the change at that tick counts before it.
    assert forced_actions(kept) == {3: 1}
    assert changes_of(kept)[-1] == (5, "alpha", 0.25)
    assert path.with_name("events.jsonl.dropped").read_bytes() == b"".join([lines[5], *lines[7:]])


def test_that_resuming_twice_keeps_all_that_was_ever_dropped(path: Path) -> None:
    EventLog.resume(path, 6).close()
    EventLog.resume(path, 3).close()
    assert [event.seq for event in read_events(path)] == [1]
    assert [event.seq for event in read_events(path.with_name("events.jsonl.dropped"))] == [9, 2, 3, 4, 5, 6, 7, 8]


def test_that_resuming_at_the_end_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    EventLog.resume(path, 100).close()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["events.jsonl"]


def test_that_a_damaged_log_is_not_cut_when_resuming(path: Path) -> None:
    path.write_bytes(b"{}\n" + path.read_bytes())
    before = path.read_bytes()
    with pytest.raises(RunError):
        EventLog.resume(path, 5)
    assert path.read_bytes() == before


def test_that_a_full_disk_is_said_and_leaves_whole_lines(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16k") as disk:
        log = EventLog(disk / "events.jsonl")
        with pytest.raises(RunError) as problem:
            fill(lambda: log.append(HyperparameterChanged(name="x" * 3000, value=1)))
        log.close()
        assert problem.value.key == "error.file.full"
        assert len(read_events(disk / "events.jsonl")) >= 3
        assert (disk / "events.jsonl").read_bytes().endswith(b"\n")


def fill(write: Callable[[], None]) -> None:
    for _ in range(1000):
        write()


def test_that_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError) as problem:
        EventLog(tmp_path / "nowhere" / "events.jsonl")
    assert problem.value.key == "error.file.missing"


WRITER = """
import sys
from arena.protocol.messages import HyperparameterChanged
from arena.runs.event_log import EventLog, read_events
log = EventLog(sys.argv[1])
number = len(read_events(sys.argv[1]))
while True:
    log.append(HyperparameterChanged(env_steps=number, name="alpha", value="x" * (number % 3000)))
    number += 1
"""


def test_that_the_log_of_a_killed_writer_can_be_read_and_continued(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    seen = 0
    for _ in range(6):
        with child(WRITER, path) as process:
            wait_for(lambda before=seen: path.exists() and path.stat().st_size > before + 20_000)
            process.kill()
        events = read_events(path)
        assert [event.env_steps for event in events] == list(range(len(events)))
        seen = path.stat().st_size


def test_that_spoiled_logs_end_in_our_own_error_or_in_events(path: Path) -> None:
    chance = random.Random(5)
    sound = path.read_bytes()
    lines = sound.splitlines()
    refused = 0
    for number in range(3000):
        if number % 2:
            data = spoiled(sound, chance)
        else:
            place = chance.randrange(len(lines))
            line = json.dumps(spoiled_json(json.loads(lines[place]), chance)).encode()
            data = b"\n".join([*lines[:place], line, *lines[place + 1 :], b""])
        path.write_bytes(data)
        try:
            changes_of(read_events(path))
        except RunError:
            refused += 1
    assert refused > 1000
