"""Labels as the triple of the paper, and as lines that are checked field by field."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import RunError
from arena.preferences.label import Answer, Label, Pair, Votes, label_id_of, moved_pair_id, mu, pair_id_of
from arena.preferences.label_lines import Entry, entry_from, line_of
from tests.arena.mutations import spoiled, spoiled_json
from tests.arena.preferences.label_samples import clip

LEFT, RIGHT = clip(1).clip_id, clip(2).clip_id
PAIR = Pair(run_id="a-run", left=LEFT, right=RIGHT, why="disagreement", details={"members": [0.25, 1]}, env_step=7)
LABEL = Label(
    label_id=label_id_of(PAIR.pair_id, "Ada"), pair_id=PAIR.pair_id, answer="left", rater="Ada", seconds=1.5,
    given="2026-11-21T10:11:12+00:00", source="class", votes=Votes(left=17, right=9, equal=4), taken_back=True,
    revision=3,
)  # fmt: skip


def test_that_mu_is_that_of_the_paper() -> None:
    found = {answer: mu(replace(LABEL, answer=answer, taken_back=False)) for answer in get_args(Answer)}
    assert found == {"left": (1.0, 0.0), "right": (0.0, 1.0), "equal": (0.5, 0.5), "unclear": None}
    assert mu(LABEL) is None


def test_that_ids_tell_who_was_asked_what() -> None:
    assert PAIR.pair_id == pair_id_of("a-run", LEFT, RIGHT, 7)
    others = [pair_id_of("b", LEFT, RIGHT, 7), pair_id_of("a-run", RIGHT, LEFT, 7), pair_id_of("a-run", LEFT, RIGHT, 8)]
    labels = [label_id_of(PAIR.pair_id, "Ada"), label_id_of(PAIR.pair_id, "Bob"), moved_pair_id(PAIR.pair_id, "b")]
    assert len({PAIR.pair_id, *others, *labels}) == 7


@pytest.mark.parametrize("entry", [clip().entry, PAIR, LABEL, replace(LABEL, votes=None, rater="王小明")])
def test_that_an_entry_comes_back_from_its_line(entry: Entry) -> None:
    line = line_of(entry, "a-run")
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert entry_from(line) == (entry, "a-run")


@settings(max_examples=60, deadline=None)
@given(
    rater=st.text(max_size=70),
    seconds=st.floats(),
    details=st.dictionaries(st.text(max_size=3), st.floats() | st.text(max_size=3) | st.lists(st.booleans())),
)
def test_that_whatever_can_be_written_is_read_back(rater: str, seconds: float, details: dict[str, Any]) -> None:
    for entry in (replace(LABEL, rater=rater, seconds=seconds), replace(PAIR, details=details)):
        try:
            line = line_of(entry, "a-run")
        except ValueError:
            continue
        assert entry_from(line) == (entry, "a-run")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answer", "both"), ("answer", 1), ("answer", ["left"]), ("rater", ""), ("rater", " Ada"), ("rater", "a\nb"),
        ("rater", "x" * 61), ("seconds", -1.0), ("seconds", True), ("seconds", "1"), ("given", "yesterday"),
        ("given", "2026-11-21T10:11:12"), ("given", 5), ("source", "Person"), ("source", ""), ("votes", {"left": 1}),
        ("votes", {"left": -1, "right": 0, "equal": 0, "unclear": 0}), ("votes", [1, 2, 3, 4]), ("taken_back", 0),
        ("revision", -1), ("revision", 2**63), ("revision", 1.0), ("label_id", "../x"), ("pair_id", None),
        ("run_id", ""), ("run_id", 3), ("extra", 1), ("version", 0), ("version", True), ("version", None),
        ("line", "note"), ("line", {}),
    ],
)  # fmt: skip
def test_that_a_wrong_field_of_a_label_is_named(field: str, value: Any) -> None:
    fields = {**json.loads(line_of(LABEL, "a-run")), field: value}
    with pytest.raises(ValueError, match=f"^{field}$"):
        entry_from(json.dumps(fields).encode())


@pytest.mark.parametrize("entry", [clip().entry, PAIR, LABEL])
def test_that_a_missing_field_is_named(entry: Entry) -> None:
    fields = json.loads(line_of(entry, "a-run"))
    for field in fields:
        with pytest.raises(ValueError, match=f"^{field}$"):
            entry_from(json.dumps({name: value for name, value in fields.items() if name != field}).encode())


def test_that_a_line_of_a_newer_arena_is_said_to_be_one() -> None:
    with pytest.raises(RunError) as problem:
        entry_from(line_of(PAIR, "a-run").replace(b'"version":1', b'"version":2'))
    assert (problem.value.key, problem.value.params) == ("error.label.newer", {"found": 2, "known": 1})


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b"\xff", b'{"a":NaN}', b"[" * 99_999, b" " * 2**18])
def test_that_what_is_no_line_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json has words of its own
        entry_from(line)


def test_that_spoiled_lines_are_refused_or_are_lines() -> None:
    chance = random.Random(4)
    refused = 0
    for number in range(1000):
        line = line_of(chance.choice([clip().entry, PAIR, LABEL]), "a-run")
        data = spoiled(line, chance) if number % 2 else json.dumps(spoiled_json(json.loads(line), chance)).encode()
        try:
            line_of(*entry_from(data))
        except (ValueError, RunError):
            refused += 1
    assert refused > 500
