"""What a model is made of before it is written: its description, its card, and the bytes of what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.catalog import agent
from agents.models.card import Card
from agents.models.manifest import WEIGHTS, Manifest
from arena.runs.run_config import now_utc


@dataclass(frozen=True, kw_only=True)
class Source:
    """A model that can be made: what it is, what is told of it, and the bytes of what was learned."""

    manifest: Manifest
    card: Card
    files: Mapping[str, bytes]


def deep_source(
    *,
    name: str,
    agent_id: str,
    env_id: str,
    env_kwargs: Mapping[str, Any],
    network: Mapping[str, Any] | None,
    hyperparameters: Mapping[str, Any],
    env_steps: int,
    seed: int,
    weights: bytes,
    versions: Mapping[str, str],
) -> Source:
    """Return the model of a deep agent's weights.

    Args:
        name: Of the model.
        agent_id: Catalog id.
        env_id: Where it plays.
        env_kwargs: Arguments of that.
        network: Its network; made of the settings where not given.
        hyperparameters: What it was trained with.
        env_steps: For how long.
        seed: Of its training.
        weights: Bytes of a ``safetensors`` file.
        versions: Libraries it was trained with.
    """
    from agents.configuration import build
    from agents.deep.networks import network_of
    from agents.deep.places import place_of
    from agents.models.spaces import observation_of

    place = place_of(env_id, env_kwargs)
    if network is None:
        config = build(agent(agent_id).config_class(), hyperparameters)
        place = place.under(config)
        network = network_of(config, place)
    manifest = Manifest(
        name=name,
        family="deep",
        agent=agent_id,
        origin="trained",
        env_id=env_id,
        env_kwargs=dict(place.env_kwargs),
        recipe_version=place.recipe.version if place.kind in ("pixels", "objects") else 0,
        observation=observation_of(place.kind, place.observation_space),
        actions=place.action_names,
        network=dict(network),
        hyperparameters=dict(hyperparameters),
        seed=seed,
        env_steps=env_steps,
        created=now_utc(),
        versions=dict(versions),
    )
    limits = ["no_optimizer"]
    if network.get("kind") == "nature" and float(network["width"]) < 1.0:
        limits.append("half_width")
    if place.kind in ("pixels", "objects"):
        limits.append("objects" if place.kind == "objects" else "one_game")
    return Source(
        manifest=manifest, card=Card(env_steps=env_steps, seed=seed, limits=tuple(limits)), files={WEIGHTS: weights}
    )
