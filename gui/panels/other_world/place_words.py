"""An environment in words: what a network sees there and does, or why it cannot learn there."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from gui.language import number, tr
from gui.panels.arcade.action_names import action_word

_PACKAGE = ("error.deep.dependency", "error.deep.no_place")
_MOST_NAMES = 6


def sees_words(told: Mapping[str, Any]) -> str:
    """Return what is seen there."""
    shape = told["shape"]
    if told["kind"] == "pixels":
        return tr("place.sees.pictures", n=shape[0], height=shape[1], width=shape[2])
    if told["states"]:
        one = told["states"] == 1
        return tr("place.sees.state") if one else tr("place.sees.states", n=number(told["states"]))
    return tr("place.sees.numbers", n=number(prod(shape)))


def acts_words(told: Mapping[str, Any], *, names: bool = False) -> str:
    """Return how many actions there are.

    Args:
        told: The environment.
        names: Whether they are named, where they are few and have names.
    """
    actions = told["actions"]
    if not actions:
        return tr("place.actions.own")
    if names and len(actions) <= _MOST_NAMES and not actions[0].isdecimal():
        return tr("place.actions.named", n=len(actions), names=", ".join(map(action_word, actions)))
    return tr("place.actions", n=len(actions))


def short_words(told: Mapping[str, Any] | None) -> str:
    """Return a few words beside an id in a list; empty while nothing is known."""
    if told is None:
        return ""
    problem = told["problem"]
    if problem is None:
        return tr("place.short", sees=sees_words(told), acts=acts_words(told))
    if problem["key"] == "error.deep.continuous":
        return tr("place.short.continuous")
    return tr("place.short.package" if problem["key"] in _PACKAGE else "place.short.other")


def whole_words(told: Mapping[str, Any]) -> str:
    """Return one sentence on an environment, or why no network can learn there."""
    problem = told["problem"]
    if problem is not None:
        return tr(problem["key"], **problem["params"])
    words = {"sees": sees_words(told), "acts": acts_words(told, names=True)}
    if told["kind"] == "states":
        return tr("place.told.table", **words)
    text = tr("place.told", **words)
    if told["kind"] == "pixels":
        sticky = str(told["env_id"]).startswith("ALE/")
        return f"{text} {tr('place.told.sticky' if sticky else 'place.told.exact')}"
    return text if told["drawn"] else f"{text} {tr('place.told.undrawn')}"
