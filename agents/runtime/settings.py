"""The hyper-parameters a run begins with."""

from __future__ import annotations

from typing import Any

from agents.catalog import agent
from agents.configuration import build, settings_of, values_of
from agents.runtime.spec import RunSpec
from arena.environments.world import World


def settings_for(spec: RunSpec, world: World) -> dict[str, Any]:
    """Return all hyper-parameters of a run to begin: those asked for, else suggested by the world, else defaults.

    Raises:
        ConfigError: As :func:`agents.configuration.build`.
    """
    config_class = agent(spec.agent).config_class()
    names = {item.name for item in settings_of(config_class)} - set(getattr(config_class, "not_suggested", ()))
    suggested = {name: value for name, value in world.suggested.items() if name in names}
    return dict(values_of(build(config_class, {**suggested, **spec.hyperparameters})))
