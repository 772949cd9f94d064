"""Clips, worlds and runs for tests of learning from preferences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from agents.configuration import build
from agents.deep.places import Place, place_of
from agents.preference.config import PreferenceConfig
from agents.preference.ensemble import Ensemble
from agents.preference.labelled_clips import Answers, ClipShelf, Judged
from agents.preference.service import PreferenceService, opened
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.preferences.clip import Clip
from arena.protocol.codec import decode, encode
from arena.protocol.messages import Event, PhaseChanged, Stop, View

GRID = "Arena/GridWorld-v0"
OPEN = {"map": "open_field"}

HYPER = {"n_envs": 4, "n_steps": 16, "batch_size": 32, "n_epochs": 2, "hidden_units": 16, "horizon": 1_024}
SMALL = {"first_steps": 256, "first_labels": 4, "label_budget": 8, "candidates": 60, "epochs": 8, "members": 3}


def open_place() -> Place:
    return place_of(GRID, OPEN)


def clip_of(states: list[int], actions: list[int], rewards: list[float], env_step: int = 0) -> Clip:
    """Return a clip of the open field."""
    return Clip(
        env_id=GRID,
        env_kwargs=OPEN,
        kind="states",
        env_step=env_step,
        game=0,
        observations=np.array(states, np.int64),
        actions=np.array(actions, np.int64),
        rewards=np.array(rewards, np.float32),
    )


def random_clips(count: int, seed: int = 0, steps: int = 6) -> list[Clip]:
    """Return clips whose true reward is 1 in the lower half of the states and 0 elsewhere."""
    luck = np.random.default_rng(seed)
    made = []
    for index in range(count):
        states = luck.integers(64, size=steps).tolist()
        actions = luck.integers(4, size=steps).tolist()
        made.append(clip_of(states, actions, [float(state >= 32) for state in states], env_step=index))
    return made


def judged(clips: list[Clip]) -> tuple[ClipShelf, Answers]:
    """Return neighbours as pairs, answered by their true rewards."""
    shelf = ClipShelf(25)
    pairs = []
    for left, right in zip(clips[0::2], clips[1::2], strict=True):
        shelf.add(left)
        shelf.add(right)
        apart = left.true_return - right.true_return
        mu = 0.5 if apart == 0 else float(apart > 0)
        pairs.append(Judged(pair_id=left.clip_id[:8], left=left.clip_id, right=right.clip_id, mu=mu))
    return shelf, Answers(pairs)


def ensemble(seed: int = 0, **settings: Any) -> Ensemble:
    return Ensemble(open_place(), build(PreferenceConfig, settings), seed)


class Driven:
    """A run of preferences, its inbox, and everything it said."""

    def __init__(self, spec: RunSpec, react: Callable[[Driven, Event], None] | None = None) -> None:
        self.events: list[Event] = []
        self.views: list[View] = []
        self.inbox = Inbox()
        self._react = react
        self.service: PreferenceService = opened(spec, self.inbox, self._hear, self._see)

    def _hear(self, event: Event) -> None:
        heard = decode(encode(event))
        assert isinstance(heard, Event)
        self.events.append(heard)
        if self._react is not None:
            self._react(self, heard)
        elif isinstance(heard, PhaseChanged) and heard.phase in ("paused", "finished") and heard.reason:
            self.inbox.put(Stop())

    def _see(self, view: View) -> None:
        self.views.append(view)

    def work(self) -> Driven:
        try:
            self.service.loop()
        finally:
            self.service.run.close()
        return self

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def tiny(folder: Path, *, seed: int = 3, teacher: str = "oracle", agent: str = "ppo", **settings: Any) -> RunSpec:
    hyper = {name: value for name, value in HYPER.items() if agent != "a2c" or name not in ("batch_size", "n_epochs")}
    if agent == "trpo":
        hyper.pop("n_epochs")
    return RunSpec(
        env_id=GRID,
        env_kwargs=OPEN,
        agent=agent,
        seed=seed,
        log_folder=str(folder),
        save_every=256,
        hyperparameters=hyper,
        preference={"teacher": {"kind": teacher}, **SMALL, **settings},
    )
