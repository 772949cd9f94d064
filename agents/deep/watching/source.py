"""What is watched: a model's folder, or a run's whose weights grow. Reading it loads no learning library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces

from agents.catalog import agent
from agents.configuration import build
from agents.deep.config import DeepConfig
from agents.deep.places import Place, place_of
from agents.deep.recipes import PpoRecipe
from agents.deep.watching.model_files import MANIFEST, WEIGHTS, bytes_of, card_of, manifest_of, tensors_of
from arena.errors import RunError, UsageError
from arena.runs.run_config import RunConfig
from arena.runs.safe_file import told_plainly

if TYPE_CHECKING:
    import torch
    from stable_baselines3.common.policies import BasePolicy

VALUE_AGENTS = ("dqn", "qr_dqn")
"""Agents whose preferences are values of actions."""

WITHOUT_CRITIC = ("deep_reinforce", "grpo")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A network on disk and where it plays.

    Attributes:
        folder: Its folder.
        name: What it is called.
        agent: Catalog id.
        place: Where it plays, as it sees it.
        network: Plain values the network is built from; ``None`` where they follow from ``config``.
        config: Settings of a run; ``None`` for a model.
        ages: ``env_steps``, ``file`` and ``score`` each, oldest first.
        card: Card of a model as plain values.
        gamma: Discount it was trained with.
        clipped: Whether training clips rewards to their sign.
        env_steps: Age of a model's own weights; −1 where the files say it.
    """

    folder: Path
    name: str
    agent: str
    place: Place
    network: Mapping[str, Any] | None = None
    config: DeepConfig | None = None
    ages: tuple[Mapping[str, Any], ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    gamma: float = 0.99
    clipped: bool = True
    env_steps: int = -1

    @property
    def preferences(self) -> str:
        """What the network's preferences are: ``probabilities`` or ``values``."""
        return "values" if self.agent in VALUE_AGENTS else "probabilities"

    @property
    def has_critic(self) -> bool:
        """Whether the network says what a situation is worth."""
        return self.agent not in WITHOUT_CRITIC

    def newest(self) -> Path:
        """Return the file of the newest weights; it need not exist yet."""
        file = self.folder / WEIGHTS
        if file.exists():
            return file
        # A run of the benchmarks: its checkpoints hold the newest ones.
        found = sorted(self.folder.glob(f"checkpoints/[0-9]*/{WEIGHTS}"))
        return found[-1] if found else file

    def file(self, named: str) -> Path:
        """Return a file of weights a person named.

        Raises:
            UsageError: If it is none of this model or run.
        """
        path = Path(named) if Path(named).is_absolute() else self.folder / named
        inside = path.resolve().is_relative_to(self.folder.resolve())
        if not inside or path.suffix != ".safetensors" or not path.is_file():
            raise UsageError("error.watch.weights", file=Path(named).name, name=self.name)
        return path

    def policy(self) -> BasePolicy:
        """Make the network; its weights are random."""
        from agents.deep.networks import network_of, policy_for

        network = self.network
        if network is None:
            assert self.config is not None
            network = network_of(self.config, self.place)
        return policy_for(self.agent, self.place.observation_space, len(self.place.action_names), network)

    def weights(self, file: Path) -> tuple[dict[str, torch.Tensor], int]:
        """Read a file of weights and its age in ``env_steps``, −1 if it does not say.

        Raises:
            ModelError: If it is damaged.
            RunError: If it cannot be read.
        """
        shown = f"{self.name}/{file.name}"
        data = bytes_of(self.folder, file, shown)
        return tensors_of(data, shown), self._age_of(file, data)

    def _age_of(self, file: Path, data: bytes) -> int:
        for age in self.ages:
            if Path(str(age["file"])).resolve() == file.resolve():
                return int(age["env_steps"])
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        told = header.get("__metadata__", {}).get("env_steps", self.env_steps)
        if str(told) == "-1" and file.parent.name.isdigit():
            told = file.parent.name
        return int(told) if str(told).lstrip("-").isdigit() else -1


def open_source(path: str) -> Source:
    """Return what lies in a folder.

    Raises:
        UsageError: If it is neither a model nor the run of a deep agent.
        ArenaError: If it is damaged or of a newer Arena.
    """
    folder = Path(path).expanduser().absolute()
    if (folder / MANIFEST).is_file():
        return _model(folder)
    if (folder / "config.json").is_file():
        return _run(folder)
    if (folder / "recipe.json").is_file():
        return _long_run(folder)
    raise UsageError("error.watch.nothing", folder=str(folder))


def _model(folder: Path) -> Source:
    manifest = manifest_of(folder)
    if manifest.family != "deep":
        raise UsageError("error.watch.not_deep", name=folder.name)
    seen = manifest.observation
    place = place_of(manifest.env_id, manifest.env_kwargs)
    if place.kind == "pixels":
        place = _stacked(place, seen.shape[0])
    if place.kind != seen.kind or tuple(place.action_names) != tuple(manifest.actions):
        raise UsageError("error.watch.other_game", name=folder.name, env=manifest.env_id)
    given = manifest.hyperparameters
    gamma = given.get("gamma", 0.99)
    return Source(
        folder=folder,
        name=folder.name,
        agent=manifest.agent,
        place=place,
        network=manifest.network,
        ages=tuple({**vars(age), "file": str(folder / age.file)} for age in manifest.ages),
        card=card_of(folder),
        gamma=float(gamma) if isinstance(gamma, (int, float)) else 0.99,
        clipped=_clips(given.get("reward_clipping", place.kind in ("pixels", "objects"))),
        env_steps=manifest.env_steps,
    )


def _run(folder: Path) -> Source:
    file = folder / "config.json"
    with told_plainly(file):
        config = RunConfig.from_json(file.read_text(encoding="utf-8"), f"{folder.name}/config.json")
    entry = agent(config.agent)
    if entry.family != "deep":
        raise UsageError("error.watch.not_deep", name=folder.name)
    settings: DeepConfig = build(entry.config_class(), config.hyperparameters)
    return Source(
        folder=folder,
        name=folder.name,
        agent=config.agent,
        place=place_of(config.env_id, config.env_kwargs).under(settings),
        config=settings,
        ages=_ages(folder / "ages"),
        gamma=settings.gamma,
        clipped=_clips(settings.reward_clipping),
    )


def _long_run(folder: Path) -> Source:
    """Return a run of the benchmarks, as the agents that ship are trained."""
    file = folder / "recipe.json"
    try:
        with told_plainly(file):
            recipe = PpoRecipe.from_plain(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError):
        raise RunError("error.run.damaged", file=str(file)) from None
    objects = recipe.observations == "objects"
    return Source(
        folder=folder,
        name=recipe.name,
        agent="ppo",
        place=place_of(recipe.env_id),
        network={"kind": "mlp", "layers": list(recipe.layers)}
        if objects
        else {"kind": "nature", "width": recipe.width},
        ages=_ages(folder / "snapshots"),
        gamma=recipe.gamma,
    )


def _ages(folder: Path) -> tuple[dict[str, Any], ...]:
    found = []
    for file in sorted(folder.glob("*.safetensors")):
        try:
            told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
            score = told.get("score", told.get("mean_score_of_last_training_games"))
            found.append(
                {
                    "env_steps": int(told.get("env_steps", file.stem)),
                    "file": str(file),
                    "score": -1.0 if score is None else float(score),
                }
            )
        except (OSError, ValueError, TypeError, AttributeError):
            # An age that is being written, or whose note is damaged, is not offered.
            continue
    return tuple(found)


def _clips(told: object) -> bool:
    return told not in (False, "off", 0)


def _stacked(place: Place, stack: int) -> Place:
    space = place.observation_space
    if place.stack == stack or not isinstance(space, spaces.Box):
        return place
    return replace(place, stack=stack, observation_space=spaces.Box(0, 255, (stack, *space.shape[1:]), np.uint8))
