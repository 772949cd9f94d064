"""Scenes: a world, an agent and a question, ready to be opened with one press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GRID_WORLD = "Arena/GridWorld-v0"
"""Gymnasium id of the worlds that are maps; ``env_kwargs["map"]`` names the map."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the Lab shows when it is asked to show something.

    Attributes:
        id: Name on the command line and in the settings.
        title_key: Translation key of its title, or empty for a scene somebody put together.
        line_key: Translation key of one inviting sentence, or empty.
        env_id: Gymnasium id of the world.
        env_kwargs: The world's arguments.
        agent: Catalog id of the agent.
        hyperparameters: Fields that differ from the agent's defaults.
        seed: Seed of the run.
        speed: Updates a second, as in ``SetSpeed``.
        layer: What the stage paints first: ``value``, ``q``, ``policy``, ``visits`` or ``change``.
    """

    id: str
    title_key: str = ""
    line_key: str = ""
    env_id: str = GRID_WORLD
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str = "q_learning"
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    speed: float = 4.0
    layer: str = "q"


SCENES: tuple[Scene, ...] = (
    Scene(
        id="cliff",
        title_key="scene.cliff.title",
        line_key="scene.cliff.line",
        env_kwargs={"map": "cliff"},
        hyperparameters={"alpha": 0.5, "gamma": 1.0},
    ),
    Scene(
        id="cliff_sarsa",
        title_key="scene.cliff_sarsa.title",
        line_key="scene.cliff_sarsa.line",
        env_kwargs={"map": "cliff"},
        agent="sarsa",
        hyperparameters={"alpha": 0.5, "gamma": 1.0},
    ),
    Scene(
        id="two_goals",
        title_key="scene.two_goals.title",
        line_key="scene.two_goals.line",
        env_kwargs={"map": "two_goals"},
        layer="value",
    ),
    Scene(
        id="ice_lake",
        title_key="scene.ice_lake.title",
        line_key="scene.ice_lake.line",
        env_kwargs={"map": "ice_lake"},
        layer="policy",
    ),
    Scene(
        id="windy",
        title_key="scene.windy.title",
        line_key="scene.windy.line",
        env_kwargs={"map": "windy"},
        agent="expected_sarsa",
        layer="policy",
    ),
    Scene(
        id="maze",
        title_key="scene.maze.title",
        line_key="scene.maze.line",
        env_kwargs={"map": "maze"},
        agent="value_iteration",
        layer="value",
    ),
)
"""Scenes of the start page, the first one first."""


def scene(id: str) -> Scene | None:
    """Return a scene of :data:`SCENES` by its name."""
    return next((each for each in SCENES if each.id == id), None)
