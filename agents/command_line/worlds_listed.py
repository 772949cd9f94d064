"""``arena list envs``: the worlds of tables, the games, and what else Gymnasium has for a network to learn in."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING, Any

from agents.command_line.table_text import in_columns
from agents.command_line.words import language, say, whole
from arena.environments.registry import is_table, world_choices
from arena.texts import localized

if TYPE_CHECKING:
    from agents.deep.environments_known import KnownEnvironment

_EXACT = "NoFrameskip-v4"


def worlds() -> list[dict[str, Any]]:
    """Return every world somebody can choose, ready for JSON: the tables with their arguments, then all others."""
    from agents.deep.environments_known import environment_ids, known_environments

    others = tuple(env_id for env_id in environment_ids() if not is_table(env_id))
    return [*_tables(), *(_row(known) for known in known_environments(others) if known.problem is None)]


def world(env_id: str) -> dict[str, Any]:
    """Return one world, ready for JSON.

    Raises:
        UsageError: If there is none of that id, or no agent can learn in it; both spaces are shown then.
    """
    from agents.deep.environments_known import examined

    known = examined(env_id)
    if known.problem is not None:
        raise known.problem
    return _row(known)


def _tables() -> list[dict[str, Any]]:
    from arena.environments.registry import make_world

    found = []
    for choice in world_choices():
        made = make_world(choice.env_id, choice.env_kwargs)
        found.append(
            {
                "env_id": choice.env_id,
                "env_kwargs": dict(choice.env_kwargs),
                "title": localized(choice.title, language()),
                "teaches": localized(choice.teaches, language()),
                "rows": choice.rows,
                "columns": choice.columns,
                "kind": "states",
                "states": made.model.states,
                "shape": [],
                "actions": [key.rpartition(".")[2].upper() for key in made.layout.action_keys],
                "drawn": True,
            }
        )
    return found


def _row(known: KnownEnvironment) -> dict[str, Any]:
    told = known.plain()
    del told["problem"]
    return {"env_kwargs": {}, "title": _title(known.env_id), "teaches": "", "rows": 0, "columns": 0, **told}


def _title(env_id: str) -> str:
    """Return what a game is called: the words its id is made of."""
    name = env_id.rpartition("/")[2].rpartition("-v")[0].removesuffix("NoFrameskip")
    return "".join(f" {letter}" if place and letter.isupper() else letter for place, letter in enumerate(name))


# ── in words ───────────────────────────────────────────────────────────────────────────────────────────────────────


def worlds_in_words(found: Iterable[dict[str, Any]]) -> str:
    """Return the list for a terminal; a game stands there once, under the id whose moves stick."""
    rows = list(found)
    tables = [row for row in rows if row["kind"] == "states" and is_table(row["env_id"])]
    games = [row for row in rows if row["kind"] in ("pixels", "objects") and not row["env_id"].endswith(_EXACT)]
    others = [row for row in rows if row["kind"] == "vector"]
    parts = [
        (say("cli.list.tables"), [_table_line(row) for row in tables]),
        (say("cli.list.games", exact="PongNoFrameskip-v4", sticky="ALE/Pong-v5"), [_line(row) for row in games]),
        (say("cli.list.vectors"), [_line(row) for row in others]),
    ]
    told = [f"{head}\n{in_columns(lines)}" for head, lines in parts if lines]
    return "\n\n".join([*told, say("cli.list.more_worlds")])


def world_in_words(row: dict[str, Any]) -> str:
    """Return one world for a terminal, its actions by name."""
    return "\n".join([in_columns([_line(row)]), ", ".join(row["actions"])])


def arguments_in_words(env_kwargs: dict[str, Any]) -> str:
    """Return a world's arguments as they are typed."""
    return " ".join(f"{name}:{_map_name(value) if name == 'map' else value}" for name, value in env_kwargs.items())


def _map_name(value: object) -> object:
    """A map that came from a file is its whole text in a run; its title is what somebody knows it by."""
    from arena.environments.grid.maps import map_titles

    return localized(map_titles(value), language()) if isinstance(value, str) and "\n" in value else value


def _table_line(row: dict[str, Any]) -> list[str]:
    return [row["env_id"], arguments_in_words(row["env_kwargs"]), row["title"], *_spaces(row), row["teaches"]]


def _line(row: dict[str, Any]) -> list[str]:
    return [row["env_id"], row["title"], *_spaces(row)]


def _spaces(row: dict[str, Any]) -> tuple[str, str]:
    """Return what is seen in a world and what can be done there."""
    shape = row["shape"]
    if row["kind"] == "pixels":
        seen = say("place.sees.pictures", n=shape[0], height=shape[1], width=shape[2])
    elif row["states"]:
        one = row["states"] == 1
        seen = say("place.sees.state") if one else say("place.sees.states", n=whole(row["states"]))
    else:
        seen = say("place.sees.numbers", n=whole(prod(shape)))
    acts = say("place.actions", n=len(row["actions"])) if row["actions"] else say("place.actions.own")
    return seen, acts
