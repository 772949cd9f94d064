"""A network that imitates demonstrations, examined with whole games and kept in the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from agents.catalog import agent
from agents.configuration import build
from agents.deep.config import DeepConfig
from agents.deep.places import Place, place_of
from agents.deep.suggestions import deep_settings_for
from agents.preference.cloning import Cloning, clone
from agents.preference.kept_model import Origin, check_actor, keep_model, network_at_random
from agents.preference.measuring import examined
from agents.preference.step_wishes import CloneWish
from arena.errors import UsageError
from arena.preferences.demonstrations import Demonstrations


def keep_clone(
    shown: Demonstrations,
    name: str,
    wish: CloneWish,
    *,
    told: Callable[[int, int], object] = lambda _, __: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any] | None:
    """Imitate, examine and keep.

    Args:
        shown: What was demonstrated.
        name: What to call the model; there must be none of that name.
        wish: How.
        told: Called after each pass with its number, from 1, and how many there are.
        should_stop: Asked again and again; nothing is kept then.

    Returns:
        What came of it as plain values, ``None`` if it was stopped.

    Raises:
        UsageError: If no such agent can imitate, the place is another one now, or the name is taken.
        ArenaError: If a setting is not allowed, or the model cannot be written.
    """
    place, config = place_and_config(wish.agent, shown, wish.settings)
    policy = network_at_random(wish.agent, place, config, wish.seed)
    how = Cloning(epochs=wish.epochs, learning_rate=wish.learning_rate, seed=wish.seed)
    begun = time.monotonic()
    report = clone(policy, shown, how, told=lambda epoch, _: told(epoch, how.epochs), should_stop=should_stop)
    seconds = time.monotonic() - begun
    returns, evaluation = examined(policy, place, wish.agent, wish.episodes, wish.seed, should_stop)
    if should_stop():
        return None
    origin = Origin(
        limit="cloned",
        teacher=shown.player,
        env_steps=shown.steps,
        seed=wish.seed,
        seconds=seconds,
        more={
            "clone_epochs": report.epochs,
            "clone_learning_rate": how.learning_rate,
            "clone_games": shown.games,
            "clone_sha256": shown.sha256,
            "clone_held_out": report.held_out,
            "clone_accuracy": report.held_out_accuracy if report.held_out else report.accuracy,
        },
    )
    entry = keep_model(name, wish.agent, place, config, policy, origin, evaluation)
    return {
        "model": entry.name,
        "folder": str(entry.folder),
        "env_id": shown.env_id,
        "env_kwargs": dict(shown.env_kwargs),
        "agent": wish.agent,
        "seed": wish.seed,
        "seconds": seconds,
        "demonstrations": {
            "sha256": shown.sha256,
            "player": shown.player,
            "games": shown.games,
            "steps": shown.steps,
            "mean_return": float(shown.scores.mean()),
        },
        **asdict(report),
        "return": returns,
    }


def place_and_config(agent_id: str, shown: Demonstrations, asked: Mapping[str, Any]) -> tuple[Place, DeepConfig]:
    """Return where was demonstrated, as an agent sees it, and that agent's settings.

    Raises:
        UsageError: If no such agent can imitate, or the place is another one now.
        ConfigError: If a setting is not allowed.
    """
    check_actor(agent_id)
    place = place_of(shown.env_id, shown.env_kwargs)
    one_picture = place.kind == "pixels" and shown.observations.shape[1:2] == (1,)
    settings = deep_settings_for(agent_id, shown.env_id, {**({"frame_stack": "off"} if one_picture else {}), **asked})
    config = build(agent(agent_id).config_class(), settings)
    place = place.under(config)
    if not _fits(shown, place):
        raise UsageError("error.demonstrations.other_place", id=shown.env_id)
    return place, config


def _fits(shown: Demonstrations, place: Place) -> bool:
    seen, space = shown.observations, place.observation_space
    if (shown.kind, shown.action_names) != (place.kind, place.action_names):
        return False
    if place.kind == "states":
        states = int(space.n)  # type: ignore[union-attr]
        return seen.dtype == np.int64 and seen.ndim == 1 and seen.min() >= 0 and bool(seen.max() < states)
    return bool(seen.dtype == space.dtype and seen.shape[1:] == space.shape)
