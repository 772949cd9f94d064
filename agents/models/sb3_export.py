"""A zip that plain Stable-Baselines3 loads, without anything of ours in it: ``PPO.load("out.zip")`` and play."""

from __future__ import annotations

import inspect
import io
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.base_class import BaseAlgorithm

from agents.deep.places import place_of
from agents.deep.weights import load_weights, widened
from agents.models.manifest import Manifest
from agents.models.playing import policy_with
from agents.models.spaces import observation_of, space_of
from arena.errors import ArenaError, ModelError
from arena.runs.safe_file import write_bytes

_CLASSES = {
    "ppo": ("stable_baselines3", "PPO"),
    "a2c": ("stable_baselines3", "A2C"),
    "dqn": ("stable_baselines3", "DQN"),
    "trpo": ("sb3_contrib", "TRPO"),
    "qr_dqn": ("sb3_contrib", "QRDQN"),
}
_REPLAYING = ("dqn", "qr_dqn")


def export_sb3(manifest: Manifest, weights: Mapping[str, torch.Tensor], file: Path) -> str:
    """Write a model as Stable-Baselines3 saves one.

    A network of half the width becomes one of full width that answers exactly the same
    (:func:`agents.deep.weights.widened`), for SB3 knows only that one.

    Args:
        manifest: What the model is.
        weights: Its weights by name.
        file: The zip; what was there is replaced as a whole.

    Returns:
        Name of the class that loads it, for instance ``stable_baselines3.PPO``.

    Raises:
        ModelError: If SB3 has no such algorithm or network, or the weights do not fit.
        RunError: If the file cannot be written.
    """
    if manifest.agent not in _CLASSES or manifest.network.get("dueling"):
        raise ModelError("error.model.not_for_sb3", name=manifest.name, known=", ".join(_CLASSES))
    policy_with(manifest, weights)
    model = _empty(manifest)
    load_weights(model.policy, widened(weights, model.policy), manifest.name)
    data = io.BytesIO()
    model.save(data)
    write_bytes(file, data.getvalue())
    module, name = _CLASSES[manifest.agent]
    return f"{module}.{name}"


def _empty(manifest: Manifest) -> BaseAlgorithm:
    """Make the algorithm as SB3 itself does when it loads one: spaces, no games."""
    module, name = _CLASSES[manifest.agent]
    kind: type[BaseAlgorithm] = getattr(import_module(module), name)
    nature = manifest.network["kind"] == "nature"
    settings = _settings(manifest, kind)
    model = kind(
        policy="CnnPolicy" if nature else "MlpPolicy",
        env=None,
        device="cpu",
        _init_setup_model=False,  # type: ignore[call-arg]
        policy_kwargs=_policy_kwargs(manifest),
        **settings,
    )
    model.observation_space = _space(manifest)
    model.action_space = spaces.Discrete(len(manifest.actions))
    model.n_envs = 1
    model.seed = manifest.seed if manifest.seed is not None and manifest.seed < 2**32 else None
    if manifest.agent in _REPLAYING:
        # Nothing is remembered here, so room for what is remembered is not made; whoever loads it gets the usual size.
        size, model.buffer_size = model.buffer_size, 1  # type: ignore[attr-defined]
        model._setup_model()
        model.buffer_size = size  # type: ignore[attr-defined]
        model.replay_buffer = None  # type: ignore[attr-defined]
    else:
        model._setup_model()
    model.num_timesteps = manifest.env_steps
    return model


def _policy_kwargs(manifest: Manifest) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if manifest.network["kind"] == "mlp":
        made["net_arch"] = [int(units) for units in manifest.network["layers"]]
    if manifest.agent == "qr_dqn":
        made["n_quantiles"] = int(manifest.network["quantiles"])
    return made


def _space(manifest: Manifest) -> spaces.Space[Any]:
    """The environment's own space with its bounds, so that SB3 takes the environment; else one of its shape."""
    try:
        space = place_of(manifest.env_id, manifest.env_kwargs).observation_space
    except ArenaError:
        return space_of(manifest.observation)
    same = observation_of(manifest.observation.kind, space) == manifest.observation
    return space if same else space_of(manifest.observation)


_NUMBERS = (
    "gamma", "gae_lambda", "n_steps", "n_epochs", "batch_size", "ent_coef", "vf_coef", "max_grad_norm", "learning_rate",
    "clip_range", "buffer_size", "learning_starts", "target_update_interval", "exploration_final_eps", "target_kl",
)  # fmt: skip


def _settings(manifest: Manifest, kind: type[BaseAlgorithm]) -> dict[str, Any]:
    """Settings SB3 knows by the same names, so that training can go on; a falling step size begins anew."""
    known = inspect.signature(kind.__init__).parameters
    made = {}
    for name in _NUMBERS:
        value = manifest.hyperparameters.get(name)
        value = value["start"] if isinstance(value, Mapping) else value
        if name in known and type(value) in (int, float):
            made[name] = value
    if manifest.agent in _REPLAYING:
        # In SB3's DQN that means something else (n-step returns); ours is called n.
        made.pop("n_steps", None)
        made.setdefault("buffer_size", 100_000)
    return made
