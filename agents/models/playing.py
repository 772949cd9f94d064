"""The network of a model, ready to play."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from stable_baselines3.common.policies import BasePolicy

from agents.deep.networks import policy_for
from agents.deep.weights import load_weights
from agents.models.manifest import Manifest, read_manifest
from agents.models.spaces import space_of
from agents.models.store import load_weights_of
from arena.errors import ModelError, RunError


def empty_policy(manifest: Manifest) -> BasePolicy:
    """Return the network a manifest describes, with random weights.

    Raises:
        ModelError: If it is a table, or describes no network of ours.
    """
    if manifest.family != "deep":
        raise ModelError("error.model.table", name=manifest.name)
    try:
        return policy_for(manifest.agent, space_of(manifest.observation), len(manifest.actions), manifest.network)
    except (KeyError, TypeError, ValueError, RuntimeError, AssertionError):
        # A part that another kind of network needs, or sizes no layer of ours can take.
        raise ModelError("error.model.field", file=manifest.name, field="network") from None


def policy_of_model(folder: Path, age: int | str | None = None) -> BasePolicy:
    """Return the network of a model with its weights, checked as a whole before a single one is put in.

    Args:
        folder: The model's folder.
        age: As for :func:`agents.models.store.load_weights_of`.

    Raises:
        ModelError: If the model is damaged, or its weights do not fit its network.
        RunError: If it cannot be read.
    """
    return policy_with(read_manifest(folder), load_weights_of(folder, age))


def policy_with(manifest: Manifest, weights: Mapping[str, torch.Tensor]) -> BasePolicy:
    """Return the network a manifest describes with some weights.

    Raises:
        ModelError: If they do not fit it.
    """
    policy = empty_policy(manifest)
    try:
        load_weights(policy, weights, manifest.name)
    except RunError as problem:
        raise ModelError("error.model.weights", name=manifest.name, weights=problem.params.get("name", "")) from None
    return policy
