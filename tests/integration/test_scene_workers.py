"""Every scene that ships, opened by a worker process of its own as the window opens it: paused, at its moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import Event, Failed, PhaseChanged, RunTo, View, WorldReady
from arena.scenes.scene_store import shipped_scenes

NAMES = sorted(shipped_scenes())


@pytest.fixture(autouse=True, scope="module")
def _spare() -> Iterator[None]:
    yield
    WorkerClient.drop_spare()


def paused(client: WorkerClient, tick: int) -> list[Event | View]:
    """Collect what a worker says until it stands still at a tick."""
    said: list[Event | View] = []
    until = time.monotonic() + 100
    while time.monotonic() < until:
        for message in client.poll():
            said.append(message)
            assert not isinstance(message, Failed), str(message)
            if isinstance(message, PhaseChanged) and message.phase == "paused" and message.env_steps == tick:
                return said
        time.sleep(0.01)
    raise AssertionError("it never paused there")


@pytest.mark.parametrize("name", NAMES)
def test_that_a_scene_that_ships_opens_in_a_worker_paused_at_its_moment(name: str, tmp_path: Path) -> None:
    scene = shipped_scenes()[name]
    client = WorkerClient.start(
        RunSpec(
            env_id=scene.env_id,
            env_kwargs=scene.env_kwargs,
            agent=scene.agent,
            hyperparameters=scene.hyperparameters,
            seed=scene.seed,
            log_folder=str(tmp_path),
            speed=scene.speed,
        )
    )
    try:
        # The next one loads its libraries while this one makes its world.
        WorkerClient.prewarm()
        ready = next(message for message in paused(client, 0) if isinstance(message, WorldReady))
        assert ready.config["agent"] == scene.agent and ready.config["seed"] == scene.seed
        assert dict(scene.hyperparameters).items() <= dict(ready.config["hyperparameters"]).items()
        if scene.tick:
            client.send(RunTo(goal="tick", count=scene.tick))
            paused(client, scene.tick)
    finally:
        client.stop()
