"""Which runs are those of a network, known without loading a learning library."""

from __future__ import annotations

from pathlib import Path

from agents.catalog import agent
from agents.own.library import is_own
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder

PREFERENCES = "preferences.json"
"""File of a run folder that makes it a run of preferences."""


def is_deep(spec: RunSpec) -> bool:
    """Say whether a spec asks for a deep run, new or to go on with; what cannot be read is none."""
    if spec.look or spec.watch or spec.experiments:
        return False
    if not spec.resume:
        return is_deep_agent(spec.agent)
    try:
        return is_deep_run(RunFolder.open(spec.resume).config)
    except ArenaError:
        # Whoever opens it says what is wrong with it.
        return False


def trainer_of(spec: RunSpec) -> str:
    """Return the module that trains the deep run a spec asks for; it has ``opened`` and loads learning libraries."""
    learns = spec.preference is not None if not spec.resume else (Path(spec.resume) / PREFERENCES).is_file()
    if learns:
        return "agents.preference.service"
    return "agents.models.begin_with" if spec.begin_with and not spec.resume else "agents.deep.training.service"


def is_deep_run(config: RunConfig) -> bool:
    """Say whether a run is one of a deep agent."""
    return config.own is None and is_deep_agent(config.agent)


def is_deep_agent(id: str) -> bool:
    """Say whether an agent of the catalog is a deep one."""
    if is_own(id):
        return False
    try:
        return agent(id).family == "deep"
    except ArenaError:
        return False
