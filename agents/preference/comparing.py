"""What the agents of the three steps earn, measured alike: the true return of whole games, and that of chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.catalog import agent
from agents.configuration import build
from agents.deep.config import DeepConfig
from agents.deep.places import Place, place_of
from agents.deep.suggestions import deep_settings_for
from agents.models.library import open_model
from agents.models.playing import policy_of_model
from agents.models.whole_games import place_for, whole_games
from agents.preference.kept_model import network_at_random, undecided
from agents.preference.measuring import returns_of

RANDOM = "random"
"""Who draws all actions alike."""


def returns_at_random(
    place: Place, config: DeepConfig, agent_id: str, episodes: int, seed: int, should_stop: Callable[[], bool]
) -> dict[str, float | int]:
    """Return what somebody earns who draws all actions alike; there is no likeliest one.

    Args:
        place: Where, as the agent sees it.
        config: Settings of the agent.
        agent_id: Catalog id of one with an actor.
        episodes: Whole games.
        seed: Of games and draws.
        should_stop: Asked before each step; games that have not ended then are left out.
    """
    nobody = undecided(network_at_random(agent_id, place, config, seed))
    games = whole_games(nobody, place, agent_id, episodes, seed=seed, should_stop=should_stop)
    return {
        "episodes": episodes,
        "sampled": float(np.mean([game.score for game in games])) if games else math.nan,
        "sampled_length": float(np.mean([game.length for game in games])) if games else math.nan,
    }


def compared(
    env_id: str,
    env_kwargs: Mapping[str, Any],
    folders: Sequence[str],
    episodes: int,
    seed: int,
    *,
    told: Callable[[int, int], object] = lambda _, __: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, dict[str, float | int]]:
    """Return what models earn in the same games, and what chance does.

    Args:
        env_id: Where chance plays.
        env_kwargs: Arguments of that.
        folders: Folders of the models.
        episodes: Whole games of each, once with likeliest and once with drawn actions.
        seed: Of games and draws.
        told: Called with how many of how many have played.
        should_stop: Asked before each step.

    Returns:
        Figures as :func:`agents.preference.measuring.returns_of` by folder, and by :data:`RANDOM`.

    Raises:
        ArenaError: If a model or the place is not there, or damaged.
    """
    config = build(agent("ppo").config_class(), deep_settings_for("ppo", env_id, {}))
    place = place_of(env_id, env_kwargs).under(config)
    found = {RANDOM: returns_at_random(place, config, "ppo", episodes, seed, should_stop)}
    for done, folder in enumerate(folders, 1):
        told(done, 1 + len(folders))
        if should_stop():
            break
        manifest = open_model(Path(folder)).manifest
        plays = place_for(place_of(manifest.env_id, manifest.env_kwargs), manifest)
        policy = policy_of_model(Path(folder))
        found[folder] = returns_of(policy, plays, manifest.agent, episodes, seed, should_stop)
    return found
