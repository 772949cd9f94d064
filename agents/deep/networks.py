"""The network of each deep agent, from a few plain values: those who train, watch and store models build the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy
from stable_baselines3.common.sb2_compat.rmsprop_tf_like import RMSpropTFLike

from agents.deep.actor_network import ActorCnnPolicy, ActorPolicy
from agents.deep.config import DeepConfig, DqnConfig, QrDqnConfig
from agents.deep.nature_network import ByteCnnPolicy, ByteNatureCNN
from agents.deep.places import Place
from agents.deep.value_networks import QuantilesPolicy, ValuePolicy
from arena.errors import UsageError

VALUE_AGENTS = ("dqn", "qr_dqn")
"""Agents whose network says what each action is worth."""

CRITICS = ("ppo", "a2c", "trpo")
"""Agents with an actor and a critic."""

ACTORS = ("deep_reinforce", "grpo")
"""Agents with an actor only."""

_EPSILON = 1e-5
_QUANTILES_EPSILON = 0.01 / 32  # Dabney et al. 2018, sect. 5.1


def network_of(config: DeepConfig, place: Place) -> dict[str, Any]:
    """Return the description of an agent's network in a place, plain values ready for JSON.

    Args:
        config: Settings of the agent.
        place: Where it learns.

    Returns:
        ``kind`` ``nature`` with its ``width``, or ``mlp`` with the units of its ``layers``; ``dueling`` for DQN,
        ``quantiles`` for QR-DQN.
    """
    made: dict[str, Any]
    if place.kind == "pixels":
        made = {"kind": "nature", "width": config.width}
    else:
        made = {"kind": "mlp", "layers": [config.hidden_units] * config.hidden_layers}
    if isinstance(config, DqnConfig):
        made["dueling"] = config.dueling == "on"
    if isinstance(config, QrDqnConfig):
        made["quantiles"] = config.n_quantiles
    return made


def policy_class_for(agent_id: str, network: Mapping[str, Any]) -> tuple[type[BasePolicy], dict[str, Any]]:
    """Return the class of an agent's policy, and the arguments SB3's algorithms make it with.

    Args:
        agent_id: Id in the catalog.
        network: As :func:`network_of` returns it.

    Raises:
        UsageError: If there is no such deep agent or no such network.
    """
    nature = network.get("kind") == "nature"
    if not nature and network.get("kind") != "mlp":
        raise UsageError("error.deep.network", kind=network.get("kind"))
    if agent_id in VALUE_AGENTS:
        return _value_class(agent_id, network, nature)
    if agent_id not in CRITICS + ACTORS:
        raise UsageError("error.deep.agent", id=agent_id, known=", ".join(VALUE_AGENTS + CRITICS + ACTORS))
    arguments: dict[str, Any] = {"optimizer_kwargs": {"eps": _EPSILON, "fused": True}}
    if agent_id == "a2c":
        # As RL Baselines3 Zoo: TensorFlow's RMSprop for pictures, PyTorch's elsewhere, which does not begin so slowly.
        arguments = {"optimizer_class": RMSpropTFLike if nature else torch.optim.RMSprop}
        arguments["optimizer_kwargs"] = {"alpha": 0.99, "eps": _EPSILON, "weight_decay": 0.0}
    actor_only = agent_id in ACTORS
    if nature:
        arguments["features_extractor_kwargs"] = {"width": float(network["width"])}
        return (ActorCnnPolicy if actor_only else ByteCnnPolicy), arguments
    layers = [int(units) for units in network["layers"]]
    arguments["net_arch"] = {"pi": layers, "vf": [] if actor_only else layers}
    return (ActorPolicy if actor_only else ActorCriticPolicy), arguments


def _value_class(agent_id: str, network: Mapping[str, Any], nature: bool) -> tuple[type[BasePolicy], dict[str, Any]]:
    arguments: dict[str, Any] = {"optimizer_kwargs": {"fused": True}}
    if nature:
        arguments["features_extractor_class"] = ByteNatureCNN
        arguments["features_extractor_kwargs"] = {"width": float(network["width"])}
        # As SB3 has it for NatureCNN: the heads stand directly on the features, and bytes are divided only once.
        arguments["net_arch"] = []
        arguments["normalize_images"] = False
    else:
        arguments["net_arch"] = [int(units) for units in network["layers"]]
    if agent_id == "dqn":
        return ValuePolicy, {**arguments, "dueling": bool(network.get("dueling", False))}
    # SB3-Contrib sets its own arguments of the optimiser where no class is named.
    arguments["optimizer_class"] = torch.optim.Adam
    arguments["optimizer_kwargs"] = {"eps": _QUANTILES_EPSILON, "fused": True}
    return QuantilesPolicy, {**arguments, "n_quantiles": int(network["quantiles"])}


def policy_for(
    agent_id: str, observation_space: spaces.Space[Any], n_actions: int, network: Mapping[str, Any]
) -> BasePolicy:
    """Make an agent's policy alone, to play with; its weights are random.

    Args:
        agent_id: Id in the catalog.
        observation_space: What is seen, as a :class:`agents.deep.places.Place` has it.
        n_actions: Number of actions.
        network: As :func:`network_of` returns it.

    Raises:
        UsageError: If there is no such deep agent or no such network.
    """
    kind, arguments = policy_class_for(agent_id, network)
    policy = kind(observation_space, spaces.Discrete(n_actions), lambda _: 0.0, **arguments)
    policy.set_training_mode(False)
    return policy
