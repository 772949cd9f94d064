"""A policy that was cloned, or learned from comparisons, as a model of the library whose card says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from safetensors.torch import save as bytes_of
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.configuration import values_of
from agents.deep.config import DeepConfig
from agents.deep.networks import network_of, policy_for
from agents.deep.places import Place
from agents.deep.training.making import deep_versions
from agents.deep.weights import load_weights, weights_of
from agents.models.begin_with import CRITICS
from agents.models.card import Evaluation
from agents.models.folder import write_model
from agents.models.library import ModelEntry, new_folder, open_model
from agents.models.model_source import deep_source
from arena.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a policy is from, for its card.

    Attributes:
        limit: ``cloned`` or ``labels``, of :data:`agents.models.card.LIMITS`.
        teacher: Who was imitated; empty for nobody.
        env_steps: Decisions it has learned from.
        seed: Of its learning.
        seconds: How long that took by the clock.
        more: What it was trained with besides the settings of its agent, numbers and text by name.
    """

    limit: str
    teacher: str = ""
    env_steps: int
    seed: int
    seconds: float
    more: Mapping[str, Any]


def check_actor(agent_id: str) -> None:
    """Check that an agent has a policy of its own, which can be taught what to do.

    Raises:
        UsageError: If it has none.
    """
    if agent_id not in CRITICS:
        raise UsageError("error.preference.no_actor", id=agent_id, known=", ".join(CRITICS))


def network_at_random(agent_id: str, place: Place, config: DeepConfig, seed: int) -> ActorCriticPolicy:
    """Return the network of an agent with first weights that a seed settles.

    Args:
        agent_id: One with an actor and a critic.
        place: What it sees, as its configuration has it.
        config: Its settings.
        seed: Of the weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = policy_for(agent_id, place.observation_space, len(place.action_names), network_of(config, place))
    assert isinstance(made, ActorCriticPolicy)
    return made


def network_with(
    agent_id: str, place: Place, config: DeepConfig, weights: Mapping[str, torch.Tensor], name: str
) -> ActorCriticPolicy:
    """Return the network of an agent with the weights of a model.

    Raises:
        RunError: If they are another network's.
    """
    made = network_at_random(agent_id, place, config, 0)
    load_weights(made, weights, name)
    return made


def undecided(policy: ActorCriticPolicy) -> ActorCriticPolicy:
    """Let a policy draw all actions alike, and return it: who knows nothing at all, to compare with."""
    with torch.no_grad():
        for value in policy.action_net.parameters():
            value.zero_()
    return policy


def keep_model(
    name: str,
    agent_id: str,
    place: Place,
    config: DeepConfig,
    policy: ActorCriticPolicy,
    origin: Origin,
    evaluation: Evaluation | None,
) -> ModelEntry:
    """Write a policy into the library.

    Args:
        name: What to call the model; there must be none of that name.
        agent_id: Catalog id of who can go on with it.
        place: Where it plays.
        config: Settings of that agent.
        policy: The policy.
        origin: Where it is from.
        evaluation: Whole games it has played.

    Raises:
        UsageError: If the name is taken or none.
        ModelError: If it is too large.
        RunError: If it cannot be written.
    """
    made = deep_source(
        name=name,
        agent_id=agent_id,
        env_id=place.env_id,
        env_kwargs=place.env_kwargs,
        network=None,
        hyperparameters=values_of(config),
        env_steps=origin.env_steps,
        seed=origin.seed,
        weights=bytes_of(weights_of(policy)),
        versions=deep_versions(),
    )
    card = replace(
        made.card,
        limits=(*made.card.limits, origin.limit),
        distilled_from=origin.teacher,
        wall_seconds=origin.seconds,
        machine={"processor": deep_versions().get("cpu", ""), "torch": torch.__version__},
        evaluation=evaluation,
    )
    manifest = replace(
        made.manifest,
        origin="distilled" if origin.teacher else "trained",
        hyperparameters={**made.manifest.hyperparameters, **origin.more},
    )
    folder = new_folder(name)
    write_model(folder, manifest, card, made.files)
    return open_model(folder)
