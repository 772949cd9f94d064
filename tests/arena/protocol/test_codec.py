"""Messages survive the way between processes, and nothing but a message does."""

from __future__ import annotations

import dataclasses
import json
import math
import random
import struct
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from arena.errors import ProtocolError
from arena.protocol.codec import decode, encode, event_from_json, event_to_json
from arena.protocol.experiment_messages import EXPERIMENT_COMMANDS, EXPERIMENT_EVENTS
from arena.protocol.messages import (
    COMMANDS,
    EVENTS,
    VERSION,
    Acknowledged,
    ActionForced,
    Event,
    Fork,
    Heartbeat,
    HyperparameterChanged,
    Metrics,
    RunTo,
    SetSpeed,
    SolutionChanged,
    Step,
    TickHappened,
    View,
    ViewRequest,
    Warned,
    WorldReady,
)  # fmt: skip
from arena.protocol.past_messages import PAST_COMMANDS, PAST_EVENTS
from arena.protocol.preference_messages import PREFERENCE_COMMANDS, PREFERENCE_EVENTS
from arena.protocol.training_messages import TRAINING_EVENTS
from arena.protocol.twin_messages import TWIN_COMMANDS, TWIN_EVENTS
from arena.protocol.watch_messages import WATCH_COMMANDS, WATCH_EVENTS
from tests.arena.mutations import JUNK, numbered, spoiled, spoiled_json

MESSAGES = (
    *COMMANDS, *PAST_COMMANDS, *TWIN_COMMANDS, *EXPERIMENT_COMMANDS, *EVENTS, *PAST_EVENTS, *TWIN_EVENTS,
    *EXPERIMENT_EVENTS, *TRAINING_EVENTS, *WATCH_COMMANDS, *WATCH_EVENTS, *PREFERENCE_COMMANDS,
    *PREFERENCE_EVENTS, View,
)  # fmt: skip

_INTS = st.integers(-(2**63), 2**63 - 1)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.just("$float"), inner, max_size=3)
    ),
    max_leaves=6,
)
_DTYPES = st.sampled_from(["?", "i1", "<i2", ">i4", "i8", "u1", "u8", "f2", "<f4", ">f8", "c8", "c16"])
_ARRAYS = np_st.arrays(_DTYPES.map(np.dtype), np_st.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is tuple:
        return st.lists(of_type(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        return st.dictionaries(st.text(max_size=5), of_type(get_args(hint)[1]), max_size=3)
    if get_origin(hint) is np.ndarray:
        return _ARRAYS
    return {int: _INTS, float: st.floats(), str: st.text(max_size=8), bool: st.booleans(), Any: _PLAIN}[hint]


def messages(cls: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    fields = {item.name: of_type(hints[item.name]) for item in dataclasses.fields(cls) if item.name != "version"}
    return st.fixed_dictionaries(fields).map(lambda values: cls(**values))


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and same(vars(a), vars(b))
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or (a != a and b != b))


@pytest.mark.parametrize("cls", MESSAGES, ids=lambda cls: cls.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_that_every_message_comes_back_as_it_went(cls: type, data: st.DataObject) -> None:
    message = data.draw(messages(cls))
    assert same(decode(encode(message)), message)


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_that_every_event_without_arrays_is_one_line_and_comes_back(cls: type, data: st.DataObject) -> None:
    event = data.draw(messages(cls))
    if getattr(event, "arrays", None):
        with pytest.raises(ProtocolError):
            event_to_json(event)
        return
    line = event_to_json(event)
    assert len(line.splitlines()) == 1
    assert same(event_from_json(line), event)


def test_that_types_are_named_once_and_no_field_hides_the_header() -> None:
    assert len({cls.__name__ for cls in MESSAGES}) == len(MESSAGES)
    for cls in MESSAGES:
        names = {item.name for item in dataclasses.fields(cls)}
        assert "type" not in names
        assert ("version" in names) == issubclass(cls, Event)
        assert [name for name, hint in get_type_hints(cls).items() if "ndarray" in str(hint)] in ([], ["arrays"])


def test_that_a_line_is_legal_json_whatever_the_numbers_are() -> None:
    event = Metrics(blocks=((math.nan, math.inf, -math.inf),), epsilon=math.nan)

    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(event_to_json(event), parse_constant=refuse)
    assert same(event_from_json(event_to_json(event)), event)


def test_that_decoded_arrays_are_read_only_aligned_and_not_copied() -> None:
    data = encode(View(arrays={"odd": np.zeros(3, np.int8), "q": np.arange(12.0).reshape(3, 4)}))
    q = decode(data).arrays["q"]
    assert q.flags.aligned and not q.flags.writeable and not q.flags.owndata


def test_that_views_of_other_arrays_travel_as_what_they_show() -> None:
    table = np.arange(12.0).reshape(3, 4)
    sent = View(arrays={"t": table.T, "step": table[::2, ::-1], "zero": np.array(3.0), "none": table[:0]})
    got = decode(encode(sent)).arrays
    assert all(same(array, got[name]) for name, array in sent.arrays.items())


def test_that_numpy_numbers_are_taken_as_plain_ones() -> None:
    message = Metrics(env_steps=np.int64(3), epsilon=np.float32(0.5), blocks=((np.int32(1), 2),))  # type: ignore[arg-type]
    assert decode(encode(message)) == Metrics(env_steps=3, epsilon=0.5, blocks=((1.0, 2.0),))
    message = Warned(key="k", params={"a": np.uint8(1), "b": np.bool_(True), "c": np.float32(math.inf), "d": (1, 2)})
    assert decode(encode(message)) == Warned(key="k", params={"a": 1, "b": True, "c": math.inf, "d": [1, 2]})


def test_that_an_older_event_may_lack_fields() -> None:
    assert event_from_json('{"type":"Metrics","version":1,"env_steps":4}') == Metrics(env_steps=4)


@pytest.mark.parametrize(
    "line",
    [
        f'{{"type":"Metrics","version":{VERSION + 1}}}',
        f'{{"type":"NotYetInvented","version":{10**40},"fields":[]}}',
    ],
)
def test_that_a_newer_version_is_said_clearly(line: str) -> None:
    with pytest.raises(ProtocolError) as problem:
        event_from_json(line)
    assert problem.value.key == "error.protocol.newer"
    assert "newer" in str(problem.value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stranger(Event):
    pass


def circle() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


@pytest.mark.parametrize(
    "message",
    numbered(
        None,
        3,
        Stranger(),
        SimpleNamespace(type="Run"),
        Step(count=2.5),
        Step(count=True),
        Step(count=2**63),
        Step(count="2"),
        SetSpeed(per_second="fast"),
        SetSpeed(per_second=True),
        SetSpeed(per_second=10**400),
        RunTo(goal=None),
        RunTo(goal=b"tick"),
        ViewRequest(layers="q"),
        ViewRequest(layers=(1,)),
        Fork(at=1, changes=[("a", 1)]),
        Fork(at=1, changes={1: 2}),
        Fork(at=1, changes={"a": {2: 3}}),
        Fork(at=1, changes={"a": object()}),
        Fork(at=1, changes={"a": 2**64}),
        Fork(at=1, changes={"a": -(2**63) - 1}),
        Fork(at=1, changes={"a": circle()}),
        Metrics(blocks=((1.0, "2"),)),
        TickHappened(changes=({"a": 1j},)),
        View(arrays=[np.zeros(2)]),
        View(arrays={"q": [1.0, 2.0]}),
        View(arrays={3: np.zeros(2)}),
        View(arrays={"q": np.array(["text"])}),
        View(arrays={"q": np.array([object()])}),
        View(arrays={"q": np.zeros(2, [("a", "f8")])}),
        View(arrays={"q": np.zeros(2, "M8[s]")}),
        View(arrays={"q": np.zeros((1,) * 20)}),
        View(arrays={str(number): np.zeros(0) for number in range(5000)}),
        View(scalars={"a": None}),
    ),
)
def test_that_nothing_but_a_sound_message_is_sent(message: Any) -> None:
    with pytest.raises(ProtocolError):
        encode(message)


@pytest.mark.parametrize(
    "event", numbered(Step(), View(), None, WorldReady(arrays={"q": np.zeros(2)}), Heartbeat(progress="1"))
)
def test_that_only_events_without_arrays_become_lines(event: Any) -> None:
    with pytest.raises(ProtocolError):
        event_to_json(event)


@pytest.mark.parametrize(
    "line",
    numbered(
        None, b"{}", "", "{", "3", "[]", "null", "[" * 100_000, '{"type":"Metrics"}',
        '{"type":"Metrics","version":true}',
        '{"type":"Metrics","version":0}', '{"version":1}', '{"type":3,"version":1}', '{"type":"Event","version":1}',
        '{"type":"Step","version":1}', '{"type":"View","version":1}', '{"type":"Metrics","version":1,"what":1}',
        '{"type":"Metrics","version":1,"env_steps":1.0}',
        '{"type":"Metrics","version":1,"env_steps":' + "9" * 5000 + "}",
        '{"type":"Metrics","version":1,"epsilon":NaN}', '{"type":"Metrics","version":1,"epsilon":{"$float":"1"}}',
        '{"type":"Metrics","version":1,"epsilon":{"$float":3}}', '{"type":"Metrics","version":1,"epsilon":{}}',
        '{"type":"Metrics","version":1,"epsilon":{"a":"nan"}}', '{"type":"Metrics","version":1,"epsilon":"1"}',
        '{"type":"Metrics","version":1,"epsilon":1' + "0" * 400 + "}",
        '{"type":"Metrics","version":1,"blocks":{}}',
        '{"type":"Warned","version":1,"params":[]}', '{"type":"Warned","version":1,"params":{"$a":1}}',
        '{"type":"Warned","version":1,"params":{"a":{"$float":"nan","b":1}}}',
        '{"type":"Warned","version":1,"key":null}',
        '{"type":"Warned","version":1,"params":{"a":18446744073709551616}}',
        '{"type":"SolutionChanged","version":1,"arrays":[]}', '{"type":"Heartbeat","version":1,"arrays":[]}',
    ),
)  # fmt: skip
def test_that_nothing_but_a_sound_line_is_read(line: Any) -> None:
    with pytest.raises(ProtocolError):
        event_from_json(line)


def framed(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def view(*entries: Any) -> dict[str, Any]:
    return {"type": "View", "version": 1, "arrays": list(entries)}


EIGHT = bytes(8)


@pytest.mark.parametrize(
    "data",
    numbered(
        None, b"", b"\x00" * 7, "text", bytearray(8), b"\xff" * 16, struct.pack("<Q", 1) + b"{",
        framed({}), framed([]),
        framed(b"\xff\xfe{}"), framed({"type": "Step", "version": 1}, EIGHT),
        framed({"type": "RunTo", "version": 1}),
        framed({"type": "Step", "version": 1, "arrays": []}), framed({"type": "Step", "version": 1, "version ": 1}),
        framed({"type": "View", "version": 1}, EIGHT), framed(view(), EIGHT), framed(view(["q", "<f8", [1]])),
        framed(view(["q", "<f8", [1]]), EIGHT * 2), framed(view(["q", "<f8"]), EIGHT), framed(view(3)),
        framed(view([3, "<f8", [1]]), EIGHT), framed(view(["q", "<f8", 1]), EIGHT), framed(view(["q", "<f8", [-1]])),
        framed(view(["q", "<f8", [1.0]]), EIGHT), framed(view(["q", "<f8", [True]]), EIGHT),
        framed(view(["q", "<f8", [1] * 17]), EIGHT), framed(view(["q", "|O8", [1]]), EIGHT),
        framed(view(["q", "<M8[s]", [1]]), EIGHT), framed(view(["q", [["a", "<f8"]], [1]]), EIGHT),
        framed(view(["q", None, [1]]), EIGHT), framed(view(["q", "<f8", [0, 2**39, 2**39]])),
        framed(view(["q", "<f8", [2**41]])), framed(view(["q", "|b1", [8]]), b"\x02" * 8),
        framed(view(["q", "<f8", [1]], ["q", "<f8", [1]]), EIGHT * 2),
        framed({"type": "View", "version": 1, "arrays": {}}), framed(view(*[["q", "<f8", [0]]] * 5000)),
    ),
)  # fmt: skip
def test_that_nothing_but_a_sound_message_is_received(data: Any) -> None:
    with pytest.raises(ProtocolError):
        decode(data)


SOUND = (
    View(env_steps=7, arrays={"q": np.arange(8.0).reshape(2, 4), "tried": np.ones(3, bool)}, scalars={"a": math.nan}),
    Metrics(run_id="r", seq=3, blocks=((1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0),) * 2, distance=math.inf),
    TickHappened(tick={"state": 1, "reward": -1.0}, changes=({"old": 0.0, "new": -0.5},)),
    HyperparameterChanged(name="alpha", value=0.5),
    Fork(at=3, changes={"$a": [1, {"b": None}]}),
    Acknowledged(command_id=3),
    SolutionChanged(arrays={"solution_q": np.zeros((3, 2))}),
)


@pytest.mark.parametrize("message", SOUND, ids=lambda message: type(message).__name__)
def test_that_spoiled_messages_end_in_our_own_error_or_in_a_message(message: Any) -> None:
    chance = random.Random(type(message).__name__)
    sound = encode(message)
    header = json.loads(sound[8 : 8 + struct.unpack_from("<Q", sound)[0]])
    body = sound[8 + struct.unpack_from("<Q", sound)[0] :]
    refused = 0
    for number in range(500):
        data = spoiled(sound, chance) if number % 2 else framed(spoiled_json(header, chance), body)
        try:
            # What gets through is a sound message: it can be sent on.
            encode(decode(data))
        except ProtocolError as problem:
            refused += str(problem) != problem.key
    assert refused > 100


def test_that_spoiled_lines_end_in_our_own_error_or_in_an_event() -> None:
    chance = random.Random(2)
    events = [message for message in SOUND if isinstance(message, Event) and not getattr(message, "arrays", None)]
    refused = 0
    for number in range(3000):
        line = event_to_json(chance.choice(events))
        if number % 2:
            text = spoiled(line.encode(), chance).decode("utf-8", "surrogateescape")
        else:
            text = json.dumps(spoiled_json(json.loads(line), chance))
        try:
            event_to_json(event_from_json(text))
        except ProtocolError:
            refused += 1
    assert refused > 1000


@pytest.mark.parametrize("junk", numbered(*JUNK))
def test_that_junk_in_place_of_a_header_is_refused(junk: Any) -> None:
    with pytest.raises(ProtocolError):
        decode(framed(junk))


def test_that_a_persons_action_keeps_its_tick() -> None:
    assert event_from_json(event_to_json(ActionForced(env_steps=2**40, action=3))).env_steps == 2**40
