"""The maps that ship, and a grid world made from one of them or from a file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path, PurePath
from typing import Any

from arena.environments.grid.dynamics import REWARD_SCHEMES, Dynamics
from arena.environments.grid.map_file import (
    MOST_BYTES,
    SUGGESTED,
    GridMap,
    map_bytes,
    parse_map,
    titles_in,
    usual_step_limit,
)
from arena.environments.world import TransitionModel, World
from arena.errors import UsageError
from arena.texts import LANGUAGES, render

ENV_ID = "Arena/GridWorld-v0"
"""Gymnasium id of all grid worlds."""

DEFAULT_MAP = "cliff"
"""Map of a grid world nobody chose one for."""


@cache
def shipped_maps() -> Mapping[str, GridMap]:
    """Return the maps in ``assets/maps`` by name, in the order their headers ask for."""
    folder = resources.files("assets").joinpath("maps")
    maps = {
        file.name.removesuffix(".txt"): parse_map(file.read_bytes(), file.name)
        for file in folder.iterdir()
        if file.name.endswith(".txt")
    }
    return dict(sorted(maps.items(), key=lambda item: (item[1].numbers.get("order", 1e6), item[0])))


def find_map(name: str) -> GridMap:
    """Return a shipped map by its name, or read a file or the map's own text.

    Args:
        name: A name; a path (with a slash, or ending in ``.txt``); or the text of a map (it has line ends).

    Raises:
        UsageError: If there is no such map; the nearest names are given.
        MapError: If the file or text is no map.
    """
    return _found(name)[0]


def map_titles(name: object) -> Mapping[str, str]:
    """Return the title per language of what a world's argument ``map`` says; reads no file and never fails.

    Args:
        name: As in :func:`find_map`, or anything a stranger's file holds instead.
    """
    if not isinstance(name, str):
        return {"en": str(name)}
    if _is_text(name):
        titles = titles_in(name)
        return titles if any(titles.values()) else _own_title()
    maps = shipped_maps()
    if name in maps:
        return maps[name].title or {"en": name}
    return {"en": PurePath(name.replace("\\", "/")).name.removesuffix(".txt")}


def _found(name: str) -> tuple[GridMap, str]:
    """Return a map, and what says the same map on any machine: the name of one that ships, else the text itself."""
    maps = shipped_maps()
    if name in maps:
        return maps[name], name
    if _is_text(name):
        # A lone surrogate is no text; the reader says so.
        return parse_map(name.encode("utf-8", "surrogatepass"), "map"), name
    if "/" in name or "\\" in name or name.endswith(".txt"):
        path = Path(name).expanduser()
        data = map_bytes(path)
        grid = parse_map(data, path.name)
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        titled = f"title: {path.stem}\n{text}"
        if not any(grid.title.values()) and path.stem.isprintable() and len(titled.encode()) <= MOST_BYTES:
            # The text goes on without its file, and so without the name the file gave it.
            return replace(grid, title={"en": path.stem}), titled
        return grid, text
    near = difflib.get_close_matches(name, maps, n=3, cutoff=0.4) or list(maps)
    raise UsageError("error.map.unknown", name=name, near=", ".join(near))


def _is_text(name: str) -> bool:
    return "\n" in name or "\r" in name


def _own_title() -> Mapping[str, str]:
    return {code: render("world.own_map", language=code) for code in LANGUAGES}


def grid_world(env_kwargs: Mapping[str, Any]) -> World:
    """Make a grid world.

    Args:
        env_kwargs: ``map`` (name, file or text of a map), ``rewards`` (a scheme), ``slip`` (probability that a move on
            an ordinary cell goes to a side), ``step_limit``, ``discount`` (γ of the shaping); all may be missing or
            ``None``.

    Returns:
        The world. A map from a file is in its ``env_kwargs`` as text: what is made of them needs the file no more.

    Raises:
        UsageError: If an argument is unknown or not allowed.
        MapError: If the map is broken.
    """
    unknown = sorted(set(env_kwargs) - {"map", "rewards", "slip", "step_limit", "discount"})
    if unknown:
        raise UsageError("error.env.argument", name=unknown[0], known="map, rewards, slip, step_limit, discount")
    given = {name: value for name, value in env_kwargs.items() if value is not None}
    rewards = given.get("rewards", "map")
    if rewards not in REWARD_SCHEMES:
        raise UsageError("error.env.choice", name="rewards", value=rewards, choices=", ".join(REWARD_SCHEMES))
    grid, name = _found(str(given.get("map", DEFAULT_MAP)))
    numbers = grid.numbers
    slip = _number(given, "slip", numbers.get("slip", 0.0), 0.0, 1.0)
    discount = _number(given, "discount", numbers.get("gamma", 0.99), 0.0, 1.0)
    dynamics = Dynamics(grid, rewards=rewards, slip=slip, discount=discount)
    usual_limit = numbers.get("step_limit", usual_step_limit(len(dynamics.states)))
    limit = _number(given, "step_limit", usual_limit, 1, 1_000_000, whole=True)
    start = dict.fromkeys(dynamics.starts, 1.0 / len(dynamics.starts))
    return World(
        env_id=ENV_ID,
        env_kwargs={**given, "map": name},
        title=grid.title if any(grid.title.values()) else _own_title(),
        teaches=grid.teaches,
        model=TransitionModel.from_table(dynamics.table(), start, int(limit), dynamics.goals),
        layout=dynamics.layout(),
        suggested={name: numbers[name] for name in SUGGESTED if name in numbers},
    )


def _number(
    given: Mapping[str, Any], name: str, usual: float, low: float, high: float, *, whole: bool = False
) -> float:
    value = given.get(name, usual)
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
        if not low <= number <= high or (whole and number != int(number)):
            raise ValueError
    except (TypeError, ValueError):
        raise UsageError("error.env.range", name=name, value=value, low=f"{low:g}", high=f"{high:g}") from None
    return number
