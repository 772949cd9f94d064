"""The three steps as errands of the window: to show, to imitate, to learn from answers directly, to compare.

Each is what a verb of the command line does, by the same code: see :mod:`agents.models.errand` for how it is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from agents.deep.places import Place, place_of
from agents.models.library import find_model
from agents.models.playing import policy_of_model
from agents.models.whole_games import place_for
from agents.preference.comparing import compared
from agents.preference.demonstrating import ORACLE, Acting, demonstrate, oracle_in, player_with
from agents.preference.kept_clone import keep_clone
from agents.preference.kept_direct import keep_direct
from agents.preference.step_wishes import CloneWish, DirectWish
from arena.errors import ModelError
from arena.preferences.demonstration_file import write_demonstrations
from arena.preferences.demonstration_shelf import gathered, new_file

Tell = Callable[[dict[str, Any]], None]


def show(wanted: dict[str, Any], tell: Tell, gone: threading.Event) -> dict[str, Any]:
    """Let a teacher play whole games, and put them with what else was shown in that world.

    Args:
        wanted: ``env_id``, ``env_kwargs``, ``teacher`` (``oracle`` or a model), ``episodes``, ``seed``.
        tell: Told ``done`` of ``of`` games.
        gone: Set when nobody waits any more.
    """
    place, acting = _teacher(wanted)
    done = 0

    def told(_: object) -> None:
        nonlocal done
        done += 1
        tell({"done": done, "of": wanted["episodes"]})

    made = demonstrate(
        place, acting, wanted["teacher"], wanted["episodes"], seed=wanted["seed"], told=told, should_stop=gone.is_set
    )
    if made is None or gone.is_set():
        raise ModelError("error.model.errand_died")
    file = new_file(made.env_id, made.env_kwargs)
    write_demonstrations(file, made)
    return {"file": str(file)}


def _teacher(wanted: dict[str, Any]) -> tuple[Place, Acting]:
    seed = wanted["seed"]
    place = place_of(wanted["env_id"], wanted["env_kwargs"])
    if wanted["teacher"] == ORACLE:
        return place, oracle_in(place, seed)
    entry = find_model(wanted["teacher"])
    return place_for(place, entry.manifest), player_with(policy_of_model(entry.folder), seed, deterministic=False)


def imitate(wanted: dict[str, Any], tell: Tell, gone: threading.Event) -> dict[str, Any]:
    """Behaviour cloning.

    Args:
        wanted: ``files`` of demonstrations, ``name`` of the model, ``agent``, ``episodes`` it is examined with.
        tell: Told ``done`` of ``of`` passes.
        gone: Set when nobody waits any more.
    """
    found = keep_clone(
        gathered(wanted["files"]),
        wanted["name"],
        CloneWish(agent=wanted["agent"], episodes=wanted["episodes"]),
        told=lambda done, of: tell({"done": done, "of": of}),
        should_stop=gone.is_set,
    )
    return _there(found)


def prefer_directly(wanted: dict[str, Any], tell: Tell, gone: threading.Event) -> dict[str, Any]:
    """Direct preference optimisation.

    Args:
        wanted: ``labels`` (a run or a set), ``name`` of the model, ``begin_with``, ``env_id``, ``env_kwargs``,
            ``episodes`` it is examined with.
        tell: Told ``done`` of ``of`` passes.
        gone: Set when nobody waits any more.
    """
    wish = DirectWish(
        begin_with=wanted["begin_with"],
        env_id=wanted["env_id"],
        env_kwargs=wanted["env_kwargs"],
        episodes=wanted["episodes"],
    )
    found = keep_direct(
        wanted["labels"],
        wanted["name"],
        wish,
        told=lambda done, of: tell({"done": done, "of": of}),
        should_stop=gone.is_set,
    )
    return _there(found)


def compare(wanted: dict[str, Any], tell: Tell, gone: threading.Event) -> dict[str, Any]:
    """Measure true returns.

    Args:
        wanted: ``env_id``, ``env_kwargs``, ``folders`` of models, ``episodes``, ``seed``.
        tell: Told ``done`` of ``of`` players.
        gone: Set when nobody waits any more.
    """
    return compared(
        wanted["env_id"],
        wanted["env_kwargs"],
        wanted["folders"],
        wanted["episodes"],
        wanted["seed"],
        told=lambda done, of: tell({"done": done, "of": of}),
        should_stop=gone.is_set,
    )


def _there(found: dict[str, Any] | None) -> dict[str, Any]:
    if found is None:
        # Nobody waits any more: nothing was kept.
        raise ModelError("error.model.errand_died")
    return found
