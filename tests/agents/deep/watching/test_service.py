"""The watching worker, driven by commands in this process and, once, in its own."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from agents.deep.watching.model_files import WEIGHTS
from agents.deep.watching.service import Watching
from agents.deep.watching.source import open_source
from agents.runtime.client import WorkerClient
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.errors import UsageError
from arena.protocol.messages import (
    Act,
    Command,
    Event,
    Failed,
    Pause,
    PhaseChanged,
    Run,
    SetMover,
    SetSpeed,
    Step,
    Stop,
    View,
    ViewRequest,
    Warned,
)
from arena.protocol.watch_messages import (
    EditGame,
    GameOver,
    MomentsFound,
    NewGame,
    PickMoment,
    ShowStep,
    UseWeights,
    WatchReady,
    WeightsTaken,
)
from tests.agents.deep.watching.watched_models import AGES, OBJECTS, PIXELS, age_file, watched_model

E = TypeVar("E", bound=Event)
PATIENCE = 150.0


class Watched:
    """A watching worker in a thread, and everything it said."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.events, self.views = Inbox(), list[Event](), list[View]()
        self.worker = Watching(str(folder), self.inbox, self.events.append, self.views.append)
        self.thread = threading.Thread(target=self.worker.loop)
        self.thread.start()
        self.wait(WeightsTaken)

    def wait(self, kind: type[E], of: Callable[[E], bool] = lambda _: True) -> E:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for event in list(self.events):
                if isinstance(event, kind) and of(event):
                    return event
            time.sleep(0.01)
        raise AssertionError([type(event).__name__ for event in self.events])

    def view(self, *layers: str, until: Callable[[View], bool] = lambda _: True) -> View:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            asked = len(self.views)
            self.inbox.put(ViewRequest(layers=layers))
            while len(self.views) == asked and time.monotonic() < limit:
                time.sleep(0.005)
            if until(self.views[-1]):
                return self.views[-1]
            time.sleep(0.02)
        raise AssertionError(self.views[-1].scalars)

    def step(self, count: int) -> View:
        before = self.view().scalars["step"]
        self.inbox.put(Step(count=count))
        return self.view("frame", until=lambda view: view.scalars["step"] == before + count)

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.inbox.put(command)

    def close(self) -> None:
        self.inbox.put(Stop())
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return watched_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def watched(small: Path) -> Iterator[Watched]:
    made = Watched(small)
    yield made
    made.close()


def test_that_it_tells_what_there_is_to_see(watched: Watched) -> None:
    ready = watched.wait(WatchReady)
    assert (ready.name, ready.env_id, ready.agent, ready.observation) == ("small", PIXELS, "ppo", "pixels")
    assert ready.action_names == ("NOOP", "FIRE", "RIGHT", "LEFT") and ready.preferences == "probabilities"
    assert [age["env_steps"] for age in ready.ages] == list(AGES[:-1])
    assert ready.reference["person"] == 31.8 and ready.reference["published"][0] == [1e6, 22.0]
    assert ready.card["title"]["en"] == "Small"
    view = watched.view(*ready.layers, until=lambda view: "saliency_actor" in view.arrays)
    shapes = {name: (array.shape, str(array.dtype)) for name, array in view.arrays.items()}
    assert shapes.pop("values") == shapes.pop("rewards") == ((1,), "float32")
    assert shapes == {
        "frame": ((210, 160, 3), "uint8"),
        "input": ((4, 84, 84), "uint8"),
        "preferences": ((4,), "float32"),
        "saliency_actor": ((84, 84), "float32"),
        "saliency_critic": ((84, 84), "float32"),
        "filters": ((4, 4, 8, 8), "float32"),
        "activations_1": ((4, 20, 20), "float32"),
        "activations_2": ((8, 9, 9), "float32"),
        "activations_3": ((8, 7, 7), "float32"),
        "map": ((0, 2), "float32"),
        "map_values": ((0,), "float32"),
        "bricks": ((6, 18), "bool"),
    }
    assert view.arrays["preferences"].sum() == pytest.approx(1.0, abs=1e-5)


def test_that_a_view_holds_what_was_asked_for_and_nothing_is_computed_that_was_not(watched: Watched) -> None:
    watched.step(20)
    assert set(watched.view("frame", "q", "objects").arrays) == {"frame"}
    table: Any = watched.worker._table
    assert table._looker is None and table._map._axes is None
    assert not any(part._forward_hooks for part in table.player.policy.modules())


def test_that_it_runs_pauses_steps_back_and_goes_on_from_there(watched: Watched) -> None:
    watched.send(SetSpeed(per_second=0.0), Run())
    watched.view(until=lambda view: view.scalars["newest"] > 40)
    watched.send(Pause())
    watched.wait(PhaseChanged, lambda event: event.phase == "running")
    newest = watched.view().scalars["newest"]
    time.sleep(0.05)
    assert watched.view().scalars["newest"] == newest
    watched.send(ShowStep(step=5))
    shown = watched.view("frame", until=lambda view: view.scalars["step"] == 5)
    assert shown.scalars["newest"] == newest
    again = watched.step(3)
    assert (again.scalars["step"], again.scalars["newest"]) == (8, 8)
    watched.wait(MomentsFound, lambda event: {"unsure", "surprise"} <= {moment["kind"] for moment in event.moments})


def test_that_a_game_ends_with_its_raw_score_and_the_next_begins_by_itself(watched: Watched) -> None:
    watched.send(SetSpeed(per_second=0.0), SetMover(mover="random"), Run())
    over = watched.wait(GameOver)
    assert over.mover == "random" and over.length > 100 and not over.edited
    # A third may have begun before anybody looks.
    later = watched.view(until=lambda view: view.scalars["game"] >= 2)
    assert later.scalars["game_seed"] == later.scalars["game"] - 1
    watched.send(Pause(), NewGame(game_seed=0), SetMover(mover="random"))
    again = watched.view(until=lambda view: view.scalars["game_seed"] == 0)
    assert again.scalars["step"] == 0
    watched.events.clear()
    watched.send(Run())
    assert watched.wait(GameOver).score == over.score


def test_that_a_persons_moves_and_score_are_kept_apart(watched: Watched) -> None:
    watched.step(4)
    watched.send(SetMover(mover="person"))
    for action in (2, 2, 3):
        watched.send(Act(action=action))
    view = watched.view(until=lambda view: view.scalars["step"] == 7)
    recording = watched.worker._table.player.recording
    assert recording["actions"].tolist()[4:7] == [2, 2, 3] and recording["chosen_by"].tolist()[3:7] == [0, 1, 1, 1]
    assert view.scalars["person_score"] == 0.0
    watched.send(Act(action=9))
    assert watched.wait(Warned).key == "error.action.range"


def test_that_ghosts_and_other_ages_come_when_asked_for(watched: Watched) -> None:
    watched.step(6)
    watched.send(UseWeights(file=age_file(AGES[1]), ghosts=(age_file(AGES[0]),)))
    taken = watched.wait(WeightsTaken, lambda event: event.weights_env_steps == AGES[1])
    assert taken.file == age_file(AGES[1])
    view = watched.view("ghosts", until=lambda view: view.scalars["step"] == 0)
    assert view.arrays["ghosts"].shape == (1, 210, 160, 3)
    watched.step(10)
    watched.send(UseWeights())
    watched.wait(WeightsTaken, lambda event: event.file == "" and event.weights_env_steps == AGES[2])
    assert "ghosts" not in watched.view("ghosts").arrays
    watched.send(UseWeights(file="../../secret.safetensors"))
    assert watched.wait(Warned).key == "error.watch.weights"


def test_that_what_cannot_be_done_is_told_and_the_game_goes_on(watched: Watched) -> None:
    watched.send(EditGame(bricks=((9, 9, 1),)), PickMoment(index=3), SetMover(mover="dog"))
    keys = {"error.watch.edit_brick", "error.watch.moment", "error.watch.mover"}
    for key in keys:
        watched.wait(Warned, lambda event, key=key: event.key == key)  # type: ignore[misc]
    watched.step(2)
    watched.send(EditGame(bricks=((0, 0, 0), (1, 0, 0))))
    view = watched.view("bricks", until=lambda view: view.scalars["edited"] == 1.0)
    assert not view.arrays["bricks"][:2, 0].any() and view.arrays["bricks"].sum() == 106


def run_of_benchmarks(folder: Path) -> Path:
    """A folder as the long trainings write it, with one checkpoint's weights."""
    from agents.deep.recipes import recipe
    from arena.runs.safe_file import write_json

    folder.mkdir()
    recipe_of = {**recipe("ppo-breakout-objects").plain(), "layers": [16]}
    write_json(folder / "recipe.json", recipe_of)
    return folder


def test_that_newer_weights_of_a_run_are_followed_and_damaged_ones_refused(tmp_path: Path) -> None:
    model = watched_model(tmp_path / "objects", OBJECTS)
    run = run_of_benchmarks(tmp_path / "run")
    shutil.copy(model / age_file(AGES[0]), run / WEIGHTS)
    watched = Watched(run)
    before = watched.view("preferences").arrays["preferences"]
    newer = run / "newer"
    shutil.copy(model / WEIGHTS, newer)
    newer.replace(run / WEIGHTS)
    after = watched.view("preferences", until=lambda view: not np.allclose(view.arrays["preferences"], before))
    newer.write_bytes((model / WEIGHTS).read_bytes()[:-100])
    newer.replace(run / WEIGHTS)
    assert watched.wait(Warned).key == "error.model.damaged"
    assert np.array_equal(watched.view("preferences").arrays["preferences"], after.arrays["preferences"])
    watched.step(3)
    watched.close()


@pytest.mark.parametrize(
    ("env_id", "agent", "missing"),
    [
        (PIXELS, "dqn", set()),
        (PIXELS, "qr_dqn", set()),
        (OBJECTS, "ppo", {"filters", "saliency_actor", "input"}),
        ("CartPole-v1", "grpo", {"values", "saliency_actor", "bricks"}),
        ("FrozenLake-v1", "dqn", {"objects", "input", "filters"}),
    ],
)
def test_that_every_kind_of_agent_and_place_can_be_watched(
    tmp_path: Path, env_id: str, agent: str, missing: set[str]
) -> None:
    watched = Watched(watched_model(tmp_path / "one", env_id, agent))
    ready = watched.wait(WatchReady)
    assert not missing & set(ready.layers)
    assert ready.preferences == ("values" if "dqn" in agent else "probabilities")
    watched.send(SetSpeed(per_second=0.0), Run())
    if env_id in (PIXELS, OBJECTS):
        watched.view(until=lambda view: view.scalars["step"] > 12)
    else:
        watched.wait(GameOver)
    watched.send(Pause())
    view = watched.view(*ready.layers)
    assert set(ready.layers) - set(view.arrays) <= {"saliency_actor", "saliency_critic", "ghosts"}
    assert view.arrays["frame"].dtype == np.uint8 and view.arrays["frame"].ndim == 3
    assert np.isfinite(view.arrays["preferences"]).all()
    watched.close()


def test_that_a_game_by_turns_waits_for_its_person(tmp_path: Path) -> None:
    watched = Watched(watched_model(tmp_path / "lake", "FrozenLake-v1", "dqn"))
    watched.send(SetMover(mover="person"), Run())
    assert watched.wait(PhaseChanged, lambda event: bool(event.reason)).reason == "phase.reason.your_move"
    watched.send(Act(action=2))
    assert watched.view(until=lambda view: view.scalars["step"] == 1).scalars["chosen_by"] == 1
    watched.close()


def test_that_a_folder_with_nothing_to_watch_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a model nor a run"):
        open_source(str(tmp_path))


# ── in a process of its own ────────────────────────────────────────────────────────────────────────────────────────


def played_elsewhere(folder: Path, clients: int) -> list[View]:
    """Start workers, let each do the same decisions, return what each shows then."""
    started = [WorkerClient.start(RunSpec(watch=str(folder))) for _ in range(clients)]
    shown: list[View] = []
    try:
        for client in started:
            client.send(Step(count=30))
        until = time.monotonic() + 2 * PATIENCE
        for client in started:
            while time.monotonic() < until:
                client.request_view(("frame", "preferences", "input"))
                found = [item for item in client.poll() if isinstance(item, View)]
                if found and found[-1].scalars["step"] == 30 and "preferences" in found[-1].arrays:
                    shown.append(found[-1])
                    break
                time.sleep(0.05)
    finally:
        for client in started:
            client.stop()
        assert not any(client.alive for client in started)
    return shown


def test_that_the_same_seed_gives_the_same_game_in_two_processes(small: Path) -> None:
    one, other = played_elsewhere(small, 2)
    for name, array in one.arrays.items():
        assert np.array_equal(array, other.arrays[name])
    assert one.scalars == other.scalars


def test_that_a_missing_cartridge_ends_the_worker_with_a_sentence(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "ALE_ROMS_DIR", str(tmp_path))
    client = WorkerClient.start(RunSpec(watch=str(small)))
    until, failed = time.monotonic() + PATIENCE, None
    while failed is None and time.monotonic() < until:
        failed = next((item for item in client.poll() if isinstance(item, Failed)), None)
        time.sleep(0.02)
    client.stop()
    assert failed is not None and failed.key == "error.atari.rom"
