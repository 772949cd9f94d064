"""Small models with random weights, saved as every model is, to be watched in tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from agents.deep.networks import policy_for
from agents.deep.places import Place, place_of
from agents.deep.watching.source import open_source
from agents.deep.watching.table import Table
from agents.deep.weights import load_weights, weights_of
from agents.models.card import Card
from agents.models.manifest import Age, Manifest, Observation
from agents.models.store import save_model
from arena.runs.run_config import now_utc

PIXELS = "BreakoutNoFrameskip-v4"
STICKY = "ALE/Breakout-v5"
OBJECTS = "Arena/BreakoutObjects-v0"
AGES = (0, 1000, 2000)


def random_weights(place: Place, agent: str, network: Mapping[str, Any], seed: int) -> dict[str, torch.Tensor]:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        policy = policy_for(agent, place.observation_space, len(place.action_names), network)
        weights = weights_of(policy)
    # SB3 begins with an actor that has no preferences: these are to have some.
    for name in weights:
        if name.startswith("action_net"):
            weights[name] = weights[name] * 100
    return weights


def watched_model(folder: Path, env_id: str = PIXELS, agent: str = "ppo", **env_kwargs: Any) -> Path:
    """Save a model of three ages with random weights; return its folder."""
    place = place_of(env_id, env_kwargs)
    network: dict[str, Any] = {"kind": "mlp", "layers": [16]}
    if place.kind == "pixels":
        network = {"kind": "nature", "width": 0.125}
    if agent == "qr_dqn":
        network["quantiles"] = 5
    weights = [random_weights(place, agent, network, seed) for seed in (1, 2, 3)]
    shape = place.observation_space.shape or (int(getattr(place.observation_space, "n", 1)),)
    manifest = Manifest(
        name=folder.name,
        family="deep",
        agent=agent,
        origin="trained",
        env_id=env_id,
        env_kwargs=env_kwargs,
        recipe_version=int(place.kind == "pixels"),
        observation=Observation(
            kind=place.kind, shape=tuple(shape), dtype="uint8" if place.kind == "pixels" else "float32"
        ),
        actions=place.action_names,
        network=network,
        hyperparameters={"gamma": 0.9},
        seed=1,
        env_steps=AGES[-1],
        created=now_utc(),
        ages=tuple(Age(env_steps=age, file=age_file(age)) for age in AGES[:-1]),
    )
    card = Card(
        title={"en": "Small", "zh_TW": "小", "zh_CN": "小"},
        env_steps=AGES[-1],
        seed=1,
        wall_seconds=None,
        machine={},
        evaluation=None,
        ages=(),
        limits=(),
    )
    ages = {age_file(age): old for age, old in zip(AGES, weights[:-1], strict=False)}
    save_model(folder, manifest, weights[-1], card, ages)
    return folder


def age_file(age: int) -> str:
    return f"ages/{age:09d}.safetensors"


def table_of(folder: Path) -> Table:
    """Sit down at a model's game with its network, as the worker does."""
    source = open_source(str(folder))
    table = Table(source)
    policy = source.policy()
    weights, env_steps = source.weights(source.newest())
    load_weights(policy, weights, "newest")
    table.sit_down(policy, env_steps)
    return table
