"""The configuration class of an agent somebody wrote: its settings are data, not fields, so making it runs nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from agents.configuration import Setting, Value
from agents.own.declaration import OwnAgent


class DeclaredConfig:
    """Values of settings that were declared as data.

    Args:
        values: Values by name; the rest keep their defaults.
    """

    declared: ClassVar[tuple[Setting, ...]] = ()
    """The settings, in order."""

    not_suggested: ClassVar[tuple[str, ...]] = ()
    """All of them: what an author wrote counts, not what a world suggests to the agents of the catalog."""

    gamma: Value = 0.99
    """Discount the exact solution is computed with where the agent has no setting of that name."""

    def __init__(self, **values: Value) -> None:
        for item in self.declared:
            setattr(self, item.name, values.get(item.name, item.default))


@lru_cache(maxsize=64)
def config_class_of(own: OwnAgent) -> type[DeclaredConfig]:
    """Return the configuration class of an agent somebody wrote."""
    names = tuple(item.name for item in own.settings)
    known = {"declared": own.settings, "not_suggested": names, "__doc__": own.summary or own.name}
    return type("OwnConfig", (DeclaredConfig,), known)
