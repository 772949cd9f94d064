"""Which environments there are for a network to learn in, what it sees there, and why it can learn in some not.

Looking loads Gymnasium and makes each environment once: a process of its own does it for the window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from gymnasium import spaces

from agents.deep.place_kind import OBJECTS_ID, kind_of
from agents.deep.places import place_of
from arena.environments.registry import ENVIRONMENTS
from arena.errors import ArenaError

_ATARI_ID = re.compile(r"ALE/([A-Za-z0-9]+)-v5")
_VERSIONED = re.compile(r"(?P<name>.+)-v(?P<version>\d+)")
_UNPLAYABLE = ("GymV21Environment", "GymV26Environment")
"""Entries of Gymnasium's registry that stand for other people's old games and are none themselves."""

_PICTURE_SHAPE = (4, 84, 84)


@dataclass(frozen=True, kw_only=True)
class KnownEnvironment:
    """An environment, and whether a network can learn in it.

    Attributes:
        env_id: Gymnasium id.
        kind: One of :data:`agents.deep.place_kind.KINDS`.
        shape: Shape of what is seen: pictures, numbers, or empty where it is one number of so many ``states``.
        states: How many states there are, where they are what is seen; else 0.
        actions: Names in order; empty where a game says so only when it is begun.
        drawn: Whether it can be watched.
        problem: Why no network can learn in it, ``None`` where one can.
    """

    env_id: str
    kind: str
    shape: tuple[int, ...] = ()
    states: int = 0
    actions: tuple[str, ...] = ()
    drawn: bool = True
    problem: ArenaError | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON; the problem as its key and texts."""
        told = {name: getattr(self, name) for name in ("env_id", "kind", "states", "drawn")}
        problem = self.problem
        reason = {} if problem is None else {name: str(value) for name, value in problem.params.items()}
        return {
            **told,
            "shape": list(self.shape),
            "actions": list(self.actions),
            "problem": None if problem is None else {"key": problem.key, "params": reason},
        }


def environment_ids() -> tuple[str, ...]:
    """Return the ids somebody may choose from: Arena's own, Gymnasium's newest versions, and every Atari game.

    Packages that register environments of their own with Gymnasium are among them.
    """
    import gymnasium

    own = [*(entry.id for entry in ENVIRONMENTS), OBJECTS_ID]
    try:
        gymnasium.register_envs(import_module("ale_py"))
    except ImportError:
        own.remove(OBJECTS_ID)
    registered = [name for name in gymnasium.registry if name not in own and not name.startswith(_UNPLAYABLE)]
    atari = sorted(name for name in registered if _ATARI_ID.fullmatch(name))
    cartridges = {name[len("ALE/") : -len("-v5")] for name in atari}
    others = [name for name in registered if not _is_atari(name, cartridges)]
    return (*own, *sorted(_newest(others)), *atari, *(f"{name}NoFrameskip-v4" for name in sorted(cartridges)))


def _is_atari(env_id: str, cartridges: set[str]) -> bool:
    """Say whether an id is one of those under which ale-py registers a game; two of them are offered."""
    name = env_id.removeprefix("ALE/").rpartition("-v")[0]
    return name.removesuffix("NoFrameskip") in cartridges


def _newest(ids: list[str]) -> list[str]:
    """Leave out versions that have a successor: Gymnasium says that they are out of date."""
    versions = {name: match for name in ids if (match := _VERSIONED.fullmatch(name))}
    newest: dict[str, int] = {}
    for match in versions.values():
        newest[match["name"]] = max(int(match["version"]), newest.get(match["name"], 0))
    return [
        name for name in ids if name not in versions or int(versions[name]["version"]) == newest[versions[name]["name"]]
    ]


def known_environments(ids: tuple[str, ...]) -> Iterator[KnownEnvironment]:
    """Look at each of some ids; an Atari game, which takes a while to begin, is told of without beginning it."""
    for env_id in ids:
        if kind_of(env_id) == "pixels":
            yield KnownEnvironment(env_id=env_id, kind="pixels", shape=_PICTURE_SHAPE)
        else:
            yield examined(env_id)


def examined(env_id: str) -> KnownEnvironment:
    """Make an environment and say what it is; one no network can learn in says why."""
    kind = kind_of(env_id)
    try:
        place = place_of(env_id)
        drawn = kind != "vector" or can_be_drawn(env_id)
    except ArenaError as problem:
        return KnownEnvironment(env_id=env_id, kind=kind, drawn=False, problem=problem)
    seen = place.observation_space
    return KnownEnvironment(
        env_id=env_id,
        kind=kind,
        shape=() if isinstance(seen, spaces.Discrete) else seen.shape,
        states=int(seen.n) if isinstance(seen, spaces.Discrete) else 0,
        actions=place.action_names,
        drawn=drawn,
    )


def can_be_drawn(env_id: str) -> bool:
    """Say whether an environment of Gymnasium makes pictures of itself."""
    game = import_module("agents.deep.gymnasium_game").made(env_id, {})
    try:
        return "rgb_array" in game.metadata.get("render_modes", ())
    finally:
        game.close()
