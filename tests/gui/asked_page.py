"""The preference page on a run whose clips, pairs and label store are real, and whose worker is a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from agents.preference.preference_plan import plan_from
from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.environments.registry import make_world
from arena.preferences.clip import Clip
from arena.preferences.label import Label, Pair
from arena.preferences.label_store import LabelStore
from arena.protocol.messages import Command, WorldReady
from arena.protocol.preference_messages import PairOffered
from arena.protocol.training_messages import TrainingReady
from arena.protocol.world_codec import describe
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder
from gui.main_window import MainWindow
from gui.pages.prefer import PreferPage
from gui.settings_store import SettingsStore
from gui.state.pair_queue import PRELOADED

PATIENCE = 60_000
WORLD = make_world("Arena/GridWorld-v0", {"map": "four_rooms"})


def clip_of(seed: int, length: int = 12) -> Clip:
    """A walk through four rooms, as a policy that knows nothing takes it."""
    luck = np.random.default_rng(seed)
    states, actions = [int(WORLD.model.start_states[0])], []
    for _ in range(length):
        actions.append(int(luck.integers(WORLD.model.actions)))
        states.append(int(WORLD.model.next_state[states[-1], actions[-1], 0]))
    return Clip(
        env_id=WORLD.env_id, env_kwargs=dict(WORLD.env_kwargs), kind="states", env_step=seed, game=0,
        observations=np.array(states[:-1]), actions=np.array(actions), rewards=np.zeros(length, np.float32),
    )  # fmt: skip


class Asking:
    """A run's folder with clips and pairs, as the worker leaves them."""

    def __init__(self, root: Path) -> None:
        config = RunConfig(
            env_id=WORLD.env_id, env_kwargs=dict(WORLD.env_kwargs), agent="ppo", seed=0, created="2026-11-21T12:00:00Z"
        )
        self.run = RunFolder.create(root, config).path
        self.opened: list[RunSpec] = []
        """What the page has wanted to begin or open."""
        self.asked: list[Command] = []
        """What the worker was asked for."""
        self.store = LabelStore(root / "arena.db")
        self._made = 0

    def offer(self, **fields: object) -> PairOffered:
        """Write two clips and a pair of them; what the worker then says."""
        self._made += 2
        clips = clip_of(self._made), clip_of(self._made + 1)
        left, right = self.store.add_clips(self.run.name, clips)
        pair = Pair(run_id=self.run.name, left=clips[0].clip_id, right=clips[1].clip_id)
        self.store.add_pair(pair)
        said = PairOffered(
            pair_id=pair.pair_id, left=pair.left, right=pair.right, left_file=str(left), right_file=str(right)
        )
        return PairOffered(**{**said.__dict__, **fields})

    def labels(self) -> tuple[Label, ...]:
        """What is on disk."""
        return self.store.labels(self.run.name)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path / "runs")
    yield made
    made.store.close()


@pytest.fixture
def page(qtbot: QtBot, asking: Asking, monkeypatch: pytest.MonkeyPatch) -> Iterator[PreferPage]:
    """The page on a run whose worker says only what a test says for it."""
    window = MainWindow(SettingsStore())
    qtbot.addWidget(window)
    window.resize(1280, 800)
    found = window.page("prefer")
    assert isinstance(found, PreferPage)
    model = found.model
    monkeypatch.setattr(model, "open", asking.opened.append)

    def ask(command: Command) -> int:
        asking.asked.append(command)
        return len(asking.asked)

    monkeypatch.setattr(model, "ask", ask)
    plan_from({"label_budget": 20, "task": "no_cliff"}, "ppo", WORLD.env_id).write(asking.run)
    model.begin("ppo")
    window.show_page("prefer")
    window.show()
    come(found, asking)
    yield found
    window.close_now()
    WorkerClient.drop_spare()


def come(page: PreferPage, asking: Asking) -> None:
    """What a worker says when it has opened a run."""
    world, arrays = describe(WORLD)
    page.model.take(WorldReady(world=world, arrays=arrays, folder=str(asking.run)))
    page.model.take(TrainingReady(config={"agent": "ppo", "hyperparameters": {}}, folder=str(asking.run)))


def fold(page: PreferPage) -> None:
    """What the timer does, as often as every pair needs to be read."""
    for _ in range(PRELOADED + 1):
        page.model._preload()
    page.model.asked.emit(page.model.known)
