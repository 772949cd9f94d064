"""Hyper-parameters changed in a run that exists, checked as a whole before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.catalog import agent
from agents.configuration import build, settings_of, values_of
from arena.errors import ConfigError, UsageError

MOVERS = ("agent", "random")
"""Who may choose the actions without a window."""


def ordered_changes(
    agent_id: str, now: Mapping[str, Any], changes: Mapping[str, Any], own: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return changes in an order in which each one alone is allowed.

    Lowering ε below its end is a contradiction until the end has been lowered too: whoever asks for both means both.

    Args:
        agent_id: Catalog id.
        now: Settings in force, and ``mover``.
        changes: New values by name.
        own: What the run's configuration says of somebody's own agent.

    Raises:
        ConfigError: Unknown, out of range, contradictory together, or not to be changed in a running agent.
        UsageError: If a person is to choose the moves.
    """
    config_class = agent(agent_id, own).config_class()
    wanted = dict(changes)
    mover = wanted.pop("mover", now.get("mover", "agent"))
    if mover == "person":
        raise UsageError("error.cli.person")
    if mover not in MOVERS:
        raise ConfigError("error.setting.choice", field="mover", value=mover, choices=", ".join(MOVERS))
    values = {name: value for name, value in now.items() if name != "mover"}
    fixed = {item.name for item in settings_of(config_class) if item.live == "never"}
    if found := [name for name in wanted if name in fixed]:
        raise ConfigError("error.setting.not_live", field=found[0])
    build(config_class, {**values, **wanted})
    order: dict[str, Any] = {"mover": mover} if "mover" in changes else {}
    while wanted:
        fitting = (name for name in wanted if _fits(config_class, {**values, name: wanted[name]}))
        name = next(fitting, next(iter(wanted)))
        # Raises where they fit together but not one after the other.
        values = dict(values_of(build(config_class, {**values, name: wanted[name]})))
        order[name] = values[name]
        del wanted[name]
    return order


def _fits(config_class: type[Any], values: Mapping[str, Any]) -> bool:
    try:
        build(config_class, values)
    except ConfigError:
        return False
    return True
