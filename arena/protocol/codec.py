"""Messages as bytes between processes, and events as lines of ``events.jsonl``; both checked on the way back.

A message is ``length of header (8 bytes) · header (JSON) · arrays``; the header is the message's fields, its ``type``
and ``version``, and in place of arrays their descriptions (:mod:`arena.protocol.array_bytes`). Floats that JSON has no
sign for travel as ``{"$float": "nan"}``; a mapping key that begins with ``$`` gets a second one. Tuples inside untyped
values (``Any``) come back as lists.
"""

from __future__ import annotations

import dataclasses
import json
import math
import struct
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

import numpy as np

from arena.errors import ProtocolError
from arena.protocol.array_bytes import ALIGNMENT, pack, unpack
from arena.protocol.experiment_messages import EXPERIMENT_COMMANDS, EXPERIMENT_EVENTS
from arena.protocol.messages import COMMANDS, EVENTS, VERSION, Event, Message, View
from arena.protocol.past_messages import PAST_COMMANDS, PAST_EVENTS
from arena.protocol.preference_messages import PREFERENCE_COMMANDS, PREFERENCE_EVENTS
from arena.protocol.training_messages import TRAINING_EVENTS
from arena.protocol.twin_messages import TWIN_COMMANDS, TWIN_EVENTS
from arena.protocol.watch_messages import WATCH_COMMANDS, WATCH_EVENTS

MOST_BYTES = 2**30
"""Longest message."""

_LENGTH = struct.Struct("<Q")
_TYPES: dict[str, type[Message]] = {
    cls.__name__: cls
    for group in (
        COMMANDS, PAST_COMMANDS, TWIN_COMMANDS, EXPERIMENT_COMMANDS, WATCH_COMMANDS, PREFERENCE_COMMANDS,
        EVENTS, PAST_EVENTS, TWIN_EVENTS, EXPERIMENT_EVENTS, TRAINING_EVENTS, WATCH_EVENTS, PREFERENCE_EVENTS, (View,),
    )
    for cls in group
}  # fmt: skip
_INT_BOUND = 2**63
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_ARRAYS = "arrays"

Convert = Callable[[Any], Any]


# ── plain values ───────────────────────────────────────────────────────────────────────────────────────────────────


def _float_out(value: Any) -> Any:
    if type(value) is float and math.isfinite(value):
        # Thousands a second of these; whatever is rarer is looked at closely.
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError
    number = float(value)
    return number if math.isfinite(number) else {"$float": str(number)}


def _float_in(value: Any) -> float:
    if isinstance(value, dict):
        if len(value) != 1 or not isinstance(sign := value["$float"], str):
            raise ValueError
        return _NOT_FINITE[sign]
    if type(value) not in (int, float):
        raise TypeError
    return float(value)


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not -_INT_BOUND <= value < _INT_BOUND:
        raise TypeError
    return int(value)


def _instance(value: Any, kinds: tuple[type, ...]) -> Any:
    if not isinstance(value, kinds):
        raise TypeError
    return value


def _any_out(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, np.integer)):
        return _any_int(int(value))
    if isinstance(value, (float, np.floating)):
        return _float_out(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (list, tuple)):
        return [_any_out(item) for item in value]
    if isinstance(value, Mapping):
        return {_key_out(key): _any_out(item) for key, item in value.items()}
    raise TypeError


def _any_in(value: Any) -> Any:
    if isinstance(value, list):
        return [_any_in(item) for item in value]
    if isinstance(value, dict):
        if "$float" in value:
            return _float_in(value)
        return {_key_in(key): _any_in(item) for key, item in value.items()}
    return _any_int(value) if type(value) is int else value


def _any_int(value: int) -> int:
    # Seeds may use all 64 bits; more than that is no number of ours and fits no array.
    if not -_INT_BOUND <= value < 2 * _INT_BOUND:
        raise ValueError
    return value


def _key_out(key: Any) -> str:
    text: str = _instance(key, (str,))
    return "$" + text if text.startswith("$") else text


def _key_in(key: str) -> str:
    if key.startswith("$") and not key.startswith("$$"):
        raise ValueError
    return key.removeprefix("$")


# ── declared types ─────────────────────────────────────────────────────────────────────────────────────────────────

_SCALARS: dict[Any, tuple[Convert, Convert]] = {
    int: (_int, _int),
    float: (_float_out, _float_in),
    str: (partial(_instance, kinds=(str,)),) * 2,
    bool: (partial(_instance, kinds=(bool,)),) * 2,
    Any: (_any_out, _any_in),
}


@dataclasses.dataclass(frozen=True)
class _Field:
    out: Convert
    back: Convert
    arrays: bool
    required: bool


def _converters(hint: Any) -> tuple[Convert, Convert]:
    if hint in _SCALARS:
        return _SCALARS[hint]
    item_out, item_back = _converters(get_args(hint)[0 if get_origin(hint) is tuple else 1])
    if get_origin(hint) is tuple:
        return (
            lambda value: [item_out(item) for item in _instance(value, (tuple, list))],
            lambda value: tuple([item_back(item) for item in _instance(value, (list,))]),
        )
    return (
        lambda value: {_key_out(key): item_out(item) for key, item in _instance(value, (Mapping,)).items()},
        lambda value: {_key_in(key): item_back(item) for key, item in _instance(value, (dict,)).items()},
    )


@cache
def _fields(name: str) -> dict[str, _Field]:
    """Return how each declared field of a message type is written and read."""
    cls = _TYPES[name]
    hints = get_type_hints(cls)
    fields: dict[str, _Field] = {}
    for item in dataclasses.fields(cls):
        hint = hints[item.name]
        arrays = get_origin(hint) is not None and get_origin(get_args(hint)[-1]) is np.ndarray
        out, back = (_any_out, _any_in) if arrays else _converters(hint)
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        fields[item.name] = _Field(out, back, arrays, required)
    return fields


# ── messages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def encode(message: Message) -> bytes:
    """Turn a message into bytes, ready for ``Connection.send_bytes``.

    Args:
        message: One of :mod:`arena.protocol.messages`; numpy numbers are taken as plain ones.

    Raises:
        ProtocolError: If it is no message of ours, or a field is not of its declared type.
    """
    header, arrays = _header(message)
    pieces: list[bytes | memoryview] = []
    if arrays:
        try:
            header[_ARRAYS], pieces = pack(arrays, structures=False)
        except ValueError as problem:
            raise ProtocolError("error.protocol.array", type=header["type"], problem=str(problem)) from None
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([_LENGTH.pack(len(text)), text, *pieces])


def decode(data: bytes) -> Message:
    """Turn bytes back into a message; its arrays are read-only and lie in ``data``.

    Args:
        data: What :func:`encode` made, or anything at all.

    Raises:
        ProtocolError: If it is not one of our messages, or one of a newer version.
    """
    if not isinstance(data, bytes) or not _LENGTH.size <= len(data) <= MOST_BYTES:
        _refuse()
    start = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    if start > len(data) or start % ALIGNMENT:
        _refuse()
    header = _parse(data[_LENGTH.size : start])
    cls = _type(header)
    arrays: dict[str, Any] | None = None
    if _ARRAYS in header and cls in _carriers():
        try:
            arrays, start = unpack(header.pop(_ARRAYS), data, start, structures=False)
        except ValueError as problem:
            raise ProtocolError("error.protocol.array", type=cls.__name__, problem=str(problem)) from None
    if start != len(data):
        _refuse()
    return _build(cls, header, arrays)


def event_to_json(event: Event) -> str:
    """Turn an event into one line of JSON, without a line break at its end.

    Raises:
        ProtocolError: If it carries arrays, or a field is not of its declared type.
    """
    header, arrays = _header(event)
    if not isinstance(event, Event) or arrays:
        raise ProtocolError("error.protocol.not_a_line", type=type(event).__name__)
    return json.dumps(header, separators=(",", ":"))


def event_from_json(line: str) -> Event:
    """Turn a line of ``events.jsonl`` back into an event.

    Raises:
        ProtocolError: If it is not one of our events, or one of a newer version.
    """
    if not isinstance(line, str):
        _refuse()
    header = _parse(line)
    cls = _type(header)
    if not issubclass(cls, Event):
        raise ProtocolError("error.protocol.type", type=cls.__name__)
    made = _build(cls, header, None)
    assert isinstance(made, Event)
    return made


# ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse() -> NoReturn:
    raise ProtocolError("error.protocol.malformed")


@cache
def _carriers() -> frozenset[type[Message]]:
    return frozenset(cls for name, cls in _TYPES.items() if any(field.arrays for field in _fields(name).values()))


def _header(message: Message) -> tuple[dict[str, Any], Mapping[str, Any]]:
    cls = type(message)
    if _TYPES.get(cls.__name__) is not cls:
        raise ProtocolError("error.protocol.type", type=cls.__name__)
    header: dict[str, Any] = {"type": cls.__name__, "version": VERSION}
    arrays: Mapping[str, Any] = {}
    for name, field in _fields(cls.__name__).items():
        value = getattr(message, name)
        try:
            if field.arrays:
                arrays = _instance(value, (Mapping,))
            else:
                header[name] = field.out(value)
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise ProtocolError("error.protocol.field", type=cls.__name__, field=name) from None
    return header, arrays


def _parse(text: str | bytes) -> dict[str, Any]:
    try:
        header = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        _refuse()
    if not isinstance(header, dict):
        _refuse()
    return header


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _type(header: dict[str, Any]) -> type[Message]:
    version = header.get("version")
    if type(version) is not int or version < 1:
        _refuse()
    # Before the type: a newer version may well have types that are not known here.
    if version > VERSION:
        raise ProtocolError("error.protocol.newer", found=min(version, _INT_BOUND), known=VERSION)
    name = header.pop("type", None)
    cls = _TYPES.get(name) if isinstance(name, str) else None
    if cls is None:
        raise ProtocolError("error.protocol.type", type=f"{name!s:.40}")
    if not issubclass(cls, Event):
        del header["version"]
    return cls


def _build(cls: type[Message], header: dict[str, Any], arrays: dict[str, Any] | None) -> Message:
    fields = _fields(cls.__name__)
    values: dict[str, Any] = {} if arrays is None else {_ARRAYS: arrays}
    for name, value in header.items():
        field = fields.get(name)
        try:
            if field is None or field.arrays:
                raise ValueError
            values[name] = field.back(value)
        except (TypeError, ValueError, KeyError, OverflowError, RecursionError):
            raise ProtocolError("error.protocol.field", type=cls.__name__, field=f"{name:.40}") from None
    for name, field in fields.items():
        if field.required and name not in values:
            raise ProtocolError("error.protocol.field", type=cls.__name__, field=name)
    return cls(**values)
