"""What the fields of a scene file may hold; each check takes any JSON value and says whether it is allowed."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from arena.texts import LANGUAGES

SPEEDS = (1.0, 4.0, 15.0, 60.0, -1.0, 0.0)
"""Updates a second, −1 for one episode a second, 0 for as fast as it goes."""

LAYERS = ("value", "q", "policy", "visits", "change")
"""What the stage can paint."""

CONTROLS = (
    "world", "agent", "mover", "settings", "layers", "run_to", "speed", "timeline", "status",
    "what_happened", "returns", "table",
)  # fmt: skip
"""Controls of the Lab that a scene may hide."""

LONGEST_TITLE, LONGEST_LINE, LONGEST_NOTE, LONGEST_ANSWER = 120, 300, 4_000, 2_000
"""Characters of the texts of a scene, per language."""

MOST_CHOICES = 6
"""Answers to choose from."""

MOST_INPUTS = 1_000
"""Changed settings, and moves of a person, on the way to a scene's moment."""

LONGEST_MAP = 200_000
"""Characters of a map that is written into a scene."""

LAST_TICK = 10**12
"""Latest moment of a scene: more than any machine gets to in a lesson."""

_MOST_FIELDS = 64


def _is_text(value: object, longest: int) -> bool:
    """Say whether a value is a text for people: something visible, lines allowed, nothing that controls a terminal."""
    return isinstance(value, str) and len(value) <= longest and bool(value.strip()) and value == cleaned(value)


def cleaned(text: str, also: str = "\n") -> str:
    """Return a text without characters that are none of a text: control characters, surrogates, writing directions.

    Args:
        text: Any text.
        also: Control characters that stay.
    """
    return "".join(each for each in text if each.isprintable() or each in also or _belongs(each))


def _belongs(character: str) -> bool:
    # Spaces of all widths, which Chinese texts use, and the joiner inside some emoji.
    return unicodedata.category(character) == "Zs" or character == "\u200d"


def _is_localized(value: object, longest: int) -> bool:
    return (
        isinstance(value, Mapping)
        and "en" in value
        and all(code in LANGUAGES and _is_text(text, longest) for code, text in value.items())
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_agent(value: object) -> bool:
    # Somebody's own agent is asked for by its name: a path would lead out of the scene's folder, to code.
    return _is_name(value) and not ({"/", "\\"} & set(str(value)) or str(value).endswith(".py"))


def _is_whole(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool) or _is_whole(value, -(2**63), 2**63)


def _is_setting(value: object) -> bool:
    return _is_number(value) or _is_name(value)


def _is_settings(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= _MOST_FIELDS
        and all(_is_name(name) and _is_setting(item) for name, item in value.items())
    )


def _is_map(value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_MAP:
        return False
    return _is_name(value) or ("\n" in value and value == cleaned(value, "\r\n\t"))


def _is_world(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= _MOST_FIELDS
        and all(
            _is_name(name) and (_is_map(item) if name == "map" else item is None or _is_setting(item))
            for name, item in value.items()
        )
    )


def _is_question(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, Mapping) or not {"ask", "answer"} <= set(value) <= {"ask", "answer", "choices", "right"}:
        return False
    choices = value.get("choices", [])
    return (
        _is_localized(value["ask"], LONGEST_LINE)
        and _is_localized(value["answer"], LONGEST_ANSWER)
        and isinstance(choices, list)
        and len(choices) <= MOST_CHOICES
        and all(_is_localized(choice, LONGEST_TITLE) for choice in choices)
        and _is_whole(value.get("right", -1), -1, len(choices) - 1)
    )


def _is_changes(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_INPUTS
        and all(
            isinstance(item, Mapping)
            and set(item) == {"tick", "name", "value"}
            and _is_whole(item["tick"], 0, LAST_TICK)
            and _is_name(item["name"])
            and _is_setting(item["value"])
            for item in value
        )
        and all(first["tick"] <= second["tick"] for first, second in pairwise(value))
    )


def _is_moves(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_INPUTS
        and all(
            isinstance(item, list)
            and len(item) == 2
            and _is_whole(item[0], 0, LAST_TICK)
            and _is_whole(item[1], 0, 2**31)
            for item in value
        )
        and all(first[0] < second[0] for first, second in pairwise(value))
    )


def _is_speed(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value in SPEEDS


def _is_hidden(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= len(CONTROLS)
        and all(isinstance(name, str) and name in CONTROLS for name in value)
        and len(set(value)) == len(value)
    )


CHECKS: dict[str, Callable[[Any], bool]] = {
    "schema_version": lambda value: _is_whole(value, 1, 2**31),
    "title": lambda value: _is_localized(value, LONGEST_TITLE),
    "line": lambda value: value == {} or _is_localized(value, LONGEST_LINE),
    "note": lambda value: value == {} or _is_localized(value, LONGEST_NOTE),
    "question": _is_question,
    "env_id": _is_name,
    "env_kwargs": _is_world,
    "agent": _is_agent,
    "hyperparameters": _is_settings,
    "seed": lambda value: _is_whole(value, 0, 2**64 - 1),
    "tick": lambda value: _is_whole(value, 0, LAST_TICK),
    "changes": _is_changes,
    "moves": _is_moves,
    "speed": _is_speed,
    "layer": lambda value: isinstance(value, str) and value in LAYERS,
    "covered": lambda value: isinstance(value, bool),
    "hidden": _is_hidden,
}
"""By field; every field of a file has one."""
