"""Scene files: a world, an agent, a moment and a note, as pure JSON that may come from anybody (see docs/scenes.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NoReturn

from arena.errors import SceneError
from arena.scenes.scene_checks import CHECKS

SCHEMA_VERSION = 1
"""Newest schema this Arena knows."""

MOST_BYTES = 2**20
"""A longer file is no scene."""

ENDING = ".arena-scene.json"
"""How the name of a scene file ends."""

GRID_WORLD = "Arena/GridWorld-v0"
"""Gymnasium id of the worlds that are maps; ``env_kwargs["map"]`` names the map, or is its text."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a class is asked to predict before it looks.

    Attributes:
        ask: The question, by language.
        choices: Answers to choose from, each by language; none where the class answers in its own words.
        right: Which choice is right, −1 where none is.
        answer: What is told afterwards, by language.
    """

    ask: Mapping[str, str]
    answer: Mapping[str, str]
    choices: tuple[Mapping[str, str], ...] = ()
    right: int = -1


@dataclass(frozen=True, kw_only=True)
class Change:
    """A setting that was changed while the run learned.

    Attributes:
        tick: The change counts before this tick.
        name: Field of the agent's configuration, or ``mover``.
        value: Its value from then on.
    """

    tick: int
    name: str
    value: float | int | str | bool


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the Lab shows when it is asked to show something.

    Attributes:
        id: Name of a scene that ships; empty for all others. Not part of the file.
        title: Title by language; empty for a scene somebody put together, never in a file.
        line: One inviting sentence by language.
        note: What to look at, to predict and to try, by language.
        question: What to predict, or ``None``.
        env_id: Gymnasium id of the world.
        env_kwargs: The world's arguments.
        agent: Catalog id of the agent.
        hyperparameters: Fields that differ from what the world suggests and from the agent's defaults.
        seed: Seed of the run.
        tick: The moment: so many ticks after the beginning.
        changes: Settings changed on the way to the moment, by tick.
        moves: ``(tick, action)`` of the moves a person made on the way to the moment.
        speed: Updates a second, as in ``SetSpeed``; one of :data:`arena.scenes.scene_checks.SPEEDS`.
        layer: What the stage paints first; one of :data:`arena.scenes.scene_checks.LAYERS`.
        covered: Whether the next number or move is covered.
        hidden: Controls that are not shown; of :data:`arena.scenes.scene_checks.CONTROLS`.
    """

    id: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    line: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    question: Question | None = None
    env_id: str = GRID_WORLD
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str = "q_learning"
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    tick: int = 0
    changes: tuple[Change, ...] = ()
    moves: tuple[tuple[int, int], ...] = ()
    speed: float = 4.0
    layer: str = "q"
    covered: bool = False
    hidden: tuple[str, ...] = ()


_FIELDS = tuple(item.name for item in fields(Scene) if item.name != "id")
_NEEDED = ("title", "env_id", "agent")


def scene_json(scene: Scene) -> str:
    """Return the text of a scene's file; fields that say nothing are left out.

    Raises:
        SceneError: If a field is not allowed, or the text would be too long to be read again.
    """
    usual = Scene()
    plain: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for name in _FIELDS:
        value = getattr(scene, name)
        if name in _NEEDED or value != getattr(usual, name):
            plain[name] = _plain(name, value)
    _check(plain, "")
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if len(text.encode("utf-8")) > MOST_BYTES:
        raise SceneError("error.scene.too_long", file="", most=MOST_BYTES)
    return text


def _plain(name: str, value: Any) -> Any:
    """Return the value of a field as JSON knows it."""
    if name == "question" and value is not None:
        asked: dict[str, Any] = {"ask": dict(value.ask), "answer": dict(value.answer)}
        if value.choices:
            asked |= {"choices": [dict(choice) for choice in value.choices], "right": value.right}
        return asked
    if name == "changes":
        return [{"tick": change.tick, "name": change.name, "value": change.value} for change in value]
    if name == "moves":
        return [list(move) for move in value]
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def parse_scene(data: bytes, source: str, id: str = "") -> Scene:
    """Read the content of a scene file, which may come from anybody.

    Only its form is checked here: whether there is such a world and such an agent is asked by
    :func:`agents.scenes.check_scene`.

    Args:
        data: Bytes of the file.
        source: Its name, for messages.
        id: Name of a scene that ships.

    Raises:
        SceneError: If it is no scene, one of a newer version, or a field is missing, unknown or not allowed.
    """
    if len(data) > MOST_BYTES:
        raise SceneError("error.scene.too_long", file=source, most=MOST_BYTES)
    try:
        values = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise SceneError("error.scene.damaged", file=source) from None
    if not isinstance(values, dict):
        raise SceneError("error.scene.damaged", file=source)
    _check(values, source)
    given = {name: values[name] for name in _FIELDS if name in values}
    if given.get("question") is not None:
        given["question"] = _question(given["question"])
    if "changes" in given:
        given["changes"] = tuple(Change(**change) for change in given["changes"])
    if "moves" in given:
        given["moves"] = tuple((tick, action) for tick, action in given["moves"])
    if "hidden" in given:
        given["hidden"] = tuple(given["hidden"])
    return Scene(id=id, **given)


def _question(values: Mapping[str, Any]) -> Question:
    return Question(
        ask=values["ask"],
        answer=values["answer"],
        choices=tuple(values.get("choices", ())),
        right=values.get("right", -1),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(values: Mapping[str, Any], source: str) -> None:
    """Refuse what is no scene.

    Raises:
        SceneError: It names the field.
    """
    found = values.get("schema_version")
    if type(found) is int and found > SCHEMA_VERSION:
        raise SceneError("error.scene.newer", file=source, found=min(found, 2**63), known=SCHEMA_VERSION)
    known = ("schema_version", *_FIELDS)
    for name in ("schema_version", *_NEEDED, *values):
        if name not in known:
            raise SceneError("error.scene.unknown_field", file=source, field=f"{name:.40}")
        if name not in values:
            raise SceneError("error.scene.missing_field", file=source, field=name)
        if not CHECKS[name](values[name]):
            raise SceneError("error.scene.field", file=source, field=name)
    tick = values.get("tick", 0)
    for name in ("changes", "moves"):
        for step in values.get(name, ()):
            when = step["tick"] if name == "changes" else step[0]
            # A change at the moment itself counts; a move there would lead beyond it.
            if when > tick or (name == "moves" and when == tick):
                raise SceneError("error.scene.field", file=source, field=name)
