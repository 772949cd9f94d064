"""What a deep run is made of: configuration, place, machine; and the learner made of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper

from agents.catalog import agent
from agents.configuration import build
from agents.deep.algorithms import algorithm_for
from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.grpo import GRPO
from agents.deep.memory_needed import check_memory
from agents.deep.places import Place, place_of
from agents.deep.precision import precision_for
from agents.deep.threads import cores_here, usual_threads
from agents.deep.weights import load_weights
from arena.environments.registry import make_world
from arena.environments.world import World
from arena.runs.run_config import RunConfig, library_versions

DEVICES = ("auto", "cpu", "cuda")
"""Where somebody may want the network to compute."""

_EXACT = ("device", "threads", "precision", "torch", "cpu")


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A model a run begins with.

    Attributes:
        weights: Its weights by name.
        model: What it is called.
        env_steps: For how long it had learned.
    """

    weights: Mapping[str, torch.Tensor]
    model: str
    env_steps: int


class Makings:
    """What a run is made of.

    Args:
        run_config: The run's ``config.json``.
        device: One of :data:`DEVICES`.
        threads: Threads of a gradient step; 0 for what suits the place and the machine.
        precision: One of :data:`agents.deep.precision.PRECISIONS`.

    Raises:
        UsageError: If there is no such agent, place or precision.
        ConfigError: If a setting is not allowed, or more memory would be taken than there is.

    Attributes:
        begun: The model a new run begins with; ``None`` where it begins from nothing or goes on.
    """

    def __init__(self, run_config: RunConfig, device: str = "auto", threads: int = 0, precision: str = "auto") -> None:
        self.run_config = run_config
        self.config: Any = build(agent(run_config.agent).config_class(), run_config.hyperparameters)
        self.place: Place = place_of(run_config.env_id, run_config.env_kwargs)
        self.begun: Begun | None = None
        self.world: World | None = None
        if self.place.kind == "states":
            self.world = make_world(run_config.env_id, run_config.env_kwargs)
        self.threads = threads or usual_threads(self.place.kind, self.config, cores_here())
        self.exact = True
        """Whether going on is bit for bit, as far as is known."""
        self._warnings: list[tuple[str, dict[str, Any]]] = []
        self.device = self._chosen(device)
        check_memory(self.config, self.place)
        self.precision = precision_for(
            precision,
            kind=self.place.kind,
            width=self.config.width,
            device=self.device,
            threads=self.threads,
        )

    def _chosen(self, device: str) -> str:
        there = torch.cuda.is_available()
        if device == "cuda" and not there:
            self._warnings.append(("warning.deep.no_gpu", {}))
        return "cuda" if there and device != "cpu" else "cpu"

    def model(self, device: str) -> BaseAlgorithm:
        """Make the learner, with games of its own, at the beginning."""
        self.device = device
        learner = algorithm_for(
            self.config,
            self.place,
            seed=self.run_config.seed,
            threads=self.threads,
            device=device,
            around=self.around,
            precision=self.precision,
        )
        if self.begun is not None:
            load_weights(learner.policy, self.begun.weights, self.begun.model)
            if isinstance(learner, GRPO):
                # What it must not drift away from is what it begins with, not the random network it was made with.
                learner.hold_reference()
        return learner

    def begin_with(self, weights: Mapping[str, torch.Tensor], model: str, env_steps: int) -> None:
        """Let a new run begin with a model's weights instead of random ones.

        Args:
            weights: By name; they must be those of this run's network.
            model: What the model is called.
            env_steps: For how long it had learned.
        """
        self.begun = Begun(weights=weights, model=model, env_steps=env_steps)

    def around(self, games: GamesVecEnv) -> VecEnv:
        """Return what the learner sees of the games: themselves."""
        return games

    def steps_per_update(self, model: BaseAlgorithm) -> int:
        """Return the ``env_steps`` between two updates."""
        assert model.env is not None
        if isinstance(model, OffPolicyAlgorithm):
            frequency: Any = model.train_freq
            return int(getattr(frequency, "frequency", frequency)) * model.env.num_envs
        return int(getattr(model, "n_steps", 0)) * model.env.num_envs

    def machine(self, model: BaseAlgorithm) -> dict[str, Any]:
        """Return what the numbers of a run depend on besides its configuration."""
        return {
            "device": model.device.type,
            "threads": self.threads,
            "precision": self.precision,
            "torch": torch.__version__,
            "cpu": library_versions()["cpu"],
        }

    def note_machine(self, before: Mapping[str, Any], damaged: list[Path]) -> None:
        """Note on what machine a run was stopped, and which of its checkpoints could not be used.

        Args:
            before: What :meth:`machine` said then.
            damaged: Those newer than the one it goes on from.
        """
        now = {
            "device": self.device,
            "threads": self.threads,
            "precision": self.precision,
            "torch": torch.__version__,
            "cpu": library_versions()["cpu"],
        }
        different = [name for name in _EXACT if before.get(name) != now[name]]
        self.exact = not different
        if different:
            self._warnings.append(("warning.deep.not_exact", {"what": ", ".join(different)}))
        if damaged:
            self._warnings.append(
                ("warning.deep.damaged", {"count": len(damaged), "steps": int(before.get("env_steps", 0))})
            )

    def warnings(self) -> list[tuple[str, dict[str, Any]]]:
        """Return key and parameters of what must be said once, and forget it."""
        said, self._warnings = self._warnings, []
        return said

    @staticmethod
    def forget_finished(model: BaseAlgorithm) -> None:
        """Empty the games' own list of those that ended: they are counted from SB3's infos."""
        env: VecEnv | None = model.env
        while isinstance(env, VecEnvWrapper):
            env = env.venv
        games: Any = env
        games.take_finished()


def deep_versions() -> dict[str, str]:
    """Return the versions a deep run's numbers depend on, as in ``config.json``."""
    from importlib import metadata

    versions = dict(library_versions())
    for name in ("torch", "stable-baselines3", "sb3-contrib", "ale-py", "safetensors"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions
