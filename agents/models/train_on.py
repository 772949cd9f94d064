"""A new run that begins with a model's weights. A model holds nothing else: optimiser and replay memory begin anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.catalog import agent
from agents.configuration import checked, settings_of
from agents.deep.training.making import Makings
from agents.deep.training.opening import begin, makings_of
from agents.models.manifest import Manifest, read_manifest
from agents.models.store import load_weights_of
from agents.runtime.spec import RunSpec
from arena.errors import ConfigError, ModelError


def train_on(folder: Path) -> Path:
    """Make a run whose first checkpoint holds a model's weights, to be resumed like any other.

    Args:
        folder: The model's folder.

    Returns:
        The run's folder.

    Raises:
        ModelError: If the model is a table or damaged, or its network is none a run here can have.
        ArenaError: If the run cannot be made; nothing is left behind then.
    """
    manifest = read_manifest(folder)
    if manifest.family != "deep":
        raise ModelError("error.model.table", name=manifest.name)
    weights = load_weights_of(folder)
    spec = RunSpec(
        env_id=manifest.env_id,
        env_kwargs=dict(manifest.env_kwargs),
        agent=manifest.agent,
        hyperparameters=settings_from(manifest),
        # Other games than those it began with.
        seed=((manifest.seed or 0) + 1) % 2**32,
    )
    makings = Makings(makings_of(spec).run_config, "cpu")
    makings.begin_with(weights, manifest.name, manifest.env_steps)
    begun = begin(spec, makings, lambda _: None)
    begun.close()
    return begun.folder.path


def settings_from(manifest: Manifest) -> dict[str, Any]:
    """Return the settings a run here knows, of what a model was trained with and of its network.

    Raises:
        ModelError: If its network is none that settings here describe.
    """
    told: dict[str, Any] = {}
    for name, value in manifest.hyperparameters.items():
        if isinstance(value, Mapping):
            told |= {name: value["start"], f"{name}_schedule": value["kind"]}
        else:
            told[name] = value
    told |= network_settings(manifest)
    config = agent(manifest.agent).config_class()
    known = {item.name for item in settings_of(config)}
    made = {}
    for name in sorted(known & set(told)):
        try:
            made[name] = checked(config, name, told[name])
        except ConfigError:
            # What somebody else's training allowed; ours begins with the usual value.
            continue
    return made


def network_settings(manifest: Manifest) -> dict[str, Any]:
    """Return the settings that make a model's network.

    Raises:
        ModelError: If no settings here do.
    """
    network = manifest.network
    made: dict[str, Any] = {}
    if "width" in network:
        made["width"] = network["width"]
    if "layers" in network:
        layers = list(network["layers"])
        if len(set(layers)) > 1:
            raise ModelError("error.model.not_trainable", name=manifest.name)
        made |= {"hidden_layers": len(layers), **({"hidden_units": layers[0]} if layers else {})}
    if "dueling" in network:
        made["dueling"] = "on" if network["dueling"] else "off"
    if "quantiles" in network:
        made["n_quantiles"] = network["quantiles"]
    return made
