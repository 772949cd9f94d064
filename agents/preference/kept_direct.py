"""A policy from comparisons without a reward model, examined beside what it began with and kept in the library."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stable_baselines3.common.policies import ActorCriticPolicy

from agents.catalog import agent
from agents.configuration import build
from agents.deep.config import DeepConfig
from agents.deep.places import Place, place_of
from agents.deep.suggestions import deep_settings_for
from agents.models.begin_with import beginning_of
from agents.models.card import Evaluation
from agents.preference.comparing import returns_at_random
from agents.preference.direct_preferences import DirectConfig, DirectPreferences
from agents.preference.kept_model import Origin, check_actor, keep_model, network_at_random, network_with
from agents.preference.label_reading import labels_in
from agents.preference.measuring import examined
from agents.preference.step_wishes import DirectWish

GRID = "Arena/GridWorld-v0"


def keep_direct(
    labels: str,
    name: str,
    wish: DirectWish,
    *,
    told: Callable[[int, int], object] = lambda _, __: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any] | None:
    """Learn from labels, examine and keep.

    Args:
        labels: Label set, or folder of a run.
        name: What to call the model; there must be none of that name.
        wish: How.
        told: Called after each pass with its number, from 1, and how many there are.
        should_stop: Asked again and again; nothing is kept then.

    Returns:
        What came of it as plain values, ``None`` if it was stopped.

    Raises:
        ArenaError: If labels, model or place cannot be used, or no model can be written.
    """
    agent_id, place, config, policy, noted = _begun(wish)
    how = DirectConfig(beta=wish.beta, epochs=wish.epochs, learning_rate=wish.learning_rate, seed=wish.seed)
    with tempfile.TemporaryDirectory(prefix="arena-labels-") as folder:
        shelf, answers, left_out = labels_in(labels, place, Path(folder))

    def play() -> tuple[dict[str, float | int], Evaluation | None]:
        return examined(policy, place, agent_id, wish.episodes, wish.seed, should_stop)

    returns: dict[str, Any] = {
        "reference": play()[0],
        "random": returns_at_random(place, config, agent_id, wish.episodes, wish.seed, should_stop),
    }
    begun = time.monotonic()
    learning = DirectPreferences(policy, shelf, answers, how)
    report = learning.learn(told=lambda epoch, _: told(epoch, how.epochs), should_stop=should_stop)
    seconds = time.monotonic() - begun
    returns["dpo"], evaluation = play()
    if should_stop():
        return None
    accuracy = report.held_out_accuracy if report.held_out else report.accuracy
    foretold = {} if math.isnan(accuracy) else {"dpo_held_out": report.held_out, "dpo_accuracy": accuracy}
    origin = Origin(
        limit="labels",
        env_steps=int(noted.get("env_steps", 0)),
        seed=wish.seed,
        seconds=seconds,
        more={
            "dpo_beta": how.beta,
            "dpo_epochs": report.epochs,
            "dpo_learning_rate": how.learning_rate,
            "dpo_labels": report.labels,
            "dpo_reference": str(noted.get("model", "")),
            **foretold,
        },
    )
    entry = keep_model(name, agent_id, place, config, policy, origin, evaluation)
    return {
        "model": entry.name,
        "folder": str(entry.folder),
        "env_id": place.env_id,
        "env_kwargs": dict(place.env_kwargs),
        "agent": agent_id,
        "seed": wish.seed,
        "seconds": seconds,
        "begun_with": noted.get("model", ""),
        "beta": how.beta,
        "left_out": left_out,
        **asdict(report),
        "return": returns,
    }


def _begun(wish: DirectWish) -> tuple[str, Place, DeepConfig, ActorCriticPolicy, Mapping[str, Any]]:
    """Return agent, place, configuration and network it begins with, and the model's name and age."""
    if wish.begin_with:
        begun = beginning_of(wish.begin_with, wish.agent, wish.settings, wish.env_id, wish.env_kwargs)
        check_actor(begun.agent)
        config = build(agent(begun.agent).config_class(), begun.settings)
        policy = network_with(begun.agent, begun.place, config, begun.weights, begun.manifest.name)
        noted = {"model": begun.manifest.name, "env_steps": begun.manifest.env_steps}
        return begun.agent, begun.place, config, policy, noted
    agent_id = wish.agent or "ppo"
    check_actor(agent_id)
    env_id = wish.env_id or GRID
    place = place_of(env_id, wish.env_kwargs)
    config = build(agent(agent_id).config_class(), deep_settings_for(agent_id, env_id, wish.settings))
    place = place.under(config)
    return agent_id, place, config, network_at_random(agent_id, place, config, wish.seed), {}
