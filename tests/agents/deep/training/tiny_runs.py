"""Tiny deep runs for tests, driven by commands as a worker drives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from agents.deep.training.service import TrainingService, opened
from agents.deep.weights import weights_of
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.protocol.codec import decode, encode
from arena.protocol.messages import Command, Event, PhaseChanged, Stop, View

PPO = {"n_envs": 2, "n_steps": 16, "batch_size": 16, "n_epochs": 2, "hidden_units": 16, "horizon": 4_096}
DQN = {
    "n_envs": 2, "buffer_size": 500, "learning_starts": 32, "batch_size": 8, "train_freq": 4,
    "target_update_interval": 64, "hidden_units": 16, "horizon": 4_096, "exploration_fraction": 0.5,
}  # fmt: skip
GRPO = {
    "n_envs": 4, "group_size": 2, "episode_limit": 40, "batch_size": 32, "hidden_units": 16, "horizon": 4_096,
    "kl_coef": 0.5,
}  # fmt: skip
SETTINGS = {"ppo": PPO, "dqn": DQN, "grpo": GRPO}

React = Callable[["Driven", Event], None]


class Driven:
    """A run with its inbox and everything it said.

    Args:
        spec: The run.
        react: Called with each event, to send commands as a person would.
    """

    def __init__(self, spec: RunSpec, react: React | None = None) -> None:
        self.events: list[Event] = []
        self.views: list[View] = []
        self.inbox = Inbox()
        self._react = react
        self.service: TrainingService = opened(spec, self.inbox, self._hear, self._see)

    def _hear(self, event: Event) -> None:
        heard = decode(encode(event))
        assert isinstance(heard, Event)
        self.events.append(heard)
        if self._react is not None:
            self._react(self, heard)

    def _see(self, view: View) -> None:
        seen = decode(encode(view))
        assert isinstance(seen, View)
        self.views.append(seen)

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.inbox.put(command)

    def work(self) -> Driven:
        """Work until stopped."""
        try:
            self.service.loop()
        finally:
            self.service.run.close()
        return self

    @property
    def folder(self) -> Path:
        return self.service.run.folder.path

    def weights(self) -> dict[str, torch.Tensor]:
        policy: Any = self.service.run.model.policy
        return weights_of(policy)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def reasons(self) -> list[tuple[str, str]]:
        return [(event.phase, event.reason) for event in self.of(PhaseChanged)]


def tiny(folder: Path, agent: str = "ppo", env_id: str = "FrozenLake-v1", **given: Any) -> RunSpec:
    """Return the spec of a tiny run."""
    settings = {**SETTINGS[agent], **given.pop("settings", {})}
    return RunSpec(
        **{
            "env_id": env_id,
            "agent": agent,
            "hyperparameters": settings,
            "seed": 3,
            "log_folder": str(folder),
            "device": "cpu",
            "save_every": 256,
            **given,
        }
    )


def going_on(folder: Path) -> RunSpec:
    """Return the spec to go on with a run."""
    return RunSpec(resume=str(folder), device="cpu")


def stop_when_paused(driven: Driven, event: Event) -> None:
    """Stop as soon as the run pauses for a reason, or is through."""
    if isinstance(event, PhaseChanged) and (event.reason or event.phase == "finished"):
        driven.send(Stop())
