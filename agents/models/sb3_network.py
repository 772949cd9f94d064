"""Which network of ours a set of named weights belongs to, told from their names and shapes alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.policies import BasePolicy

from agents.deep.weights import named_weights
from agents.models.sb3_hints import Hints
from arena.errors import ModelError

AGENTS = ("ppo", "a2c", "dqn")
"""Algorithms whose models can be imported."""

_ACTIVATION = {"ppo": "tanh", "a2c": "tanh", "dqn": "relu"}
_CONVOLUTION = re.compile(r"(q_net\.)?features_extractor\.cnn\.0\.weight")
_HEADS = {"ppo": "action_net.weight", "a2c": "action_net.weight", "dqn": "q_net.q_net.{last}.weight"}
_ALIKE = ("pi_features_extractor.", "vf_features_extractor.")


def described(
    given: Mapping[str, torch.Tensor],
    seen: spaces.Space[Any],
    actions: int,
    wanted: str,
    hints: Hints,
    shown: str,
) -> tuple[str, dict[str, Any]]:
    """Return the algorithm and the description of the network some weights belong to.

    Args:
        given: The weights by name.
        seen: What the place shows.
        actions: How many actions it has.
        wanted: The algorithm somebody named; empty for none.
        hints: What was remembered of the training.
        shown: Name of the file for messages.

    Raises:
        ModelError: If it is no network of ours, of another algorithm than was named, or of other spaces.
    """
    agent = _agent(given, wanted, hints, shown)
    if hints.activation not in ("", _ACTIVATION[agent]):
        raise ModelError("error.model.sb3_network", file=shown, name=f"activation_fn={hints.activation}")
    layers = _layers(given, agent)
    first = next((value for name, value in given.items() if _CONVOLUTION.fullmatch(name)), None)
    last = given.get(_HEADS[agent].format(last=2 * len(layers) - 2))
    network: dict[str, Any]
    if first is not None:
        network = {"kind": "nature", "width": 1.0}
        theirs: Any = f"{first.shape[1] if first.dim() == 4 else '?'}×84×84"
        stack = seen.shape[0] if isinstance(seen, spaces.Box) and len(seen.shape) == 3 else None
        fits = first.dim() == 4 and first.shape[1] == stack
    else:
        network = {"kind": "mlp", "layers": [int(weight.shape[0]) for weight in layers[: _hidden(agent, layers)]]}
        narrow = layers[0] if layers else last
        theirs = int(narrow.shape[1]) if narrow is not None else "?"
        fits = narrow is not None and theirs == spaces.flatdim(seen) and not _is_picture(seen)
    their_actions = int(last.shape[0]) if last is not None and last.dim() == 2 else "?"
    if not fits or their_actions != actions:
        raise ModelError(
            "error.model.spaces",
            file=shown,
            seen=theirs,
            actions=their_actions,
            place_seen=_words(seen),
            place_actions=actions,
        )
    return agent, ({**network, "dueling": False} if agent == "dqn" else network)


def named_once(policy: BasePolicy, given: Mapping[str, torch.Tensor], shown: str) -> dict[str, torch.Tensor]:
    """Return the weights under the names a policy of ours has them; shared ones, which SB3 names three times, once.

    Args:
        policy: The network they are for.
        given: The weights as SB3 names them.
        shown: Name of the file for messages.

    Raises:
        ModelError: If a weight is missing or one is left over, or actor and critic do not share what they share here.
    """
    own = dict(named_weights(policy))
    left = dict(given)
    found = {name: left.pop(name) for name in own if name in left}
    for name in list(left):
        for alike in _ALIKE:
            shared = found.get("features_extractor." + name.removeprefix(alike)) if name.startswith(alike) else None
            if shared is not None and torch.equal(shared, left[name]):
                del left[name]
                break
    strange = sorted(left) + sorted(set(own) - set(found))
    if strange:
        raise ModelError("error.model.sb3_network", file=shown, name=strange[0])
    for name, value in found.items():
        if value.shape != own[name].shape:
            raise ModelError("error.model.sb3_network", file=shown, name=f"{name} {tuple(value.shape)}")
        if not bool(torch.isfinite(value).all()):
            raise ModelError("error.model.not_finite", file=shown, name=name)
    return found


def _agent(given: Mapping[str, torch.Tensor], wanted: str, hints: Hints, shown: str) -> str:
    found: tuple[str, ...]
    if any(name.startswith("q_net.") for name in given):
        found = ("dqn",)
    elif "action_net.weight" in given and "value_net.weight" in given:
        found = ("trpo",) if hints.agent == "trpo" else ("ppo", "a2c")
    else:
        raise ModelError("error.model.sb3_agent", file=shown, known=", ".join(AGENTS))
    agent = wanted or (hints.agent if hints.agent in found else found[0])
    if agent not in AGENTS:
        raise ModelError("error.model.sb3_agent", file=shown, known=", ".join(AGENTS))
    if agent not in found:
        raise ModelError("error.model.sb3_other_agent", file=shown, wanted=wanted, found=" / ".join(found))
    return agent


def _layers(given: Mapping[str, torch.Tensor], agent: str) -> list[torch.Tensor]:
    """Weights of the actor's layers in order; of a network of values its last layer too."""
    pattern = r"q_net\.q_net\.(\d{1,2})\.weight" if agent == "dqn" else r"mlp_extractor\.policy_net\.(\d{1,2})\.weight"
    found = [(int(match[1]), value) for name, value in given.items() if (match := re.fullmatch(pattern, name))]
    return [value for _, value in sorted(found, key=lambda pair: pair[0]) if value.dim() == 2]


def _hidden(agent: str, layers: list[torch.Tensor]) -> int:
    return len(layers) - 1 if agent == "dqn" else len(layers)


def _is_picture(seen: spaces.Space[Any]) -> bool:
    return isinstance(seen, spaces.Box) and len(seen.shape) == 3


def _words(seen: spaces.Space[Any]) -> str:
    if isinstance(seen, spaces.Box):
        return "×".join(map(str, seen.shape))
    return str(spaces.flatdim(seen))
