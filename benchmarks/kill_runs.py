"""Kill training at random moments and look what was lost.

Run: ``python benchmarks/kill_runs.py [--kills 200]``. A worker learns flat out; after a random time it gets SIGKILL;
the run is loaded again from its newest keyframe. Reports how many reloaded, and the most steps and seconds lost.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from pathlib import Path

from agents.runtime.client import WorkerClient
from agents.runtime.replay import StoredRun
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError
from arena.protocol.messages import SPEED_MAXIMUM, Metrics, PhaseChanged, Run
from arena.runs.keyframe_file import state_hash


def ready(client: WorkerClient) -> None:
    """Wait until the worker has its world and waits for a command."""
    while not any(isinstance(m, PhaseChanged) and m.phase == "paused" for m in client.poll()):
        time.sleep(0.005)


def one(spec: RunSpec, luck: random.Random) -> tuple[Path, int, float, bool]:
    """Learn for a random time, kill, and return the folder, the steps and the seconds lost, and whether it reloaded."""
    client = WorkerClient.start(spec)
    ready(client)
    WorkerClient.prewarm()
    client.send(Run())
    started, told, until = time.monotonic(), 0, luck.uniform(0.05, 2.5)
    while time.monotonic() - started < until:
        told = max([told, *(m.env_steps for m in client.poll() if isinstance(m, Metrics))])
        time.sleep(0.01)
    os.kill(client.pid, signal.SIGKILL)
    folder = Path(client.folder)
    time.sleep(0.05)
    told = max([told, *(m.env_steps for m in client.poll() if isinstance(m, Metrics))])
    client.close()
    try:
        stored = StoredRun(str(folder))
        tick = stored.last_tick()
        learner = stored.learner_at(tick)
        ok = bool(state_hash(learner.arrays()))
    except ArenaError as problem:
        print("not reloaded:", problem)
        return folder, told, until, False
    lost = max(0, told - tick)
    return folder, lost, lost / max(1.0, told / max(until, 1e-9)), ok


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args()
    luck = random.Random(0)
    reloaded, most_steps, most_seconds = 0, 0, 0.0
    agents = ("q_learning", "sarsa", "expected_sarsa", "monte_carlo")
    with tempfile.TemporaryDirectory() as root:
        folder: Path | None = None
        for index in range(given.kills):
            # Half of the kills hit a run that was killed before.
            again = folder is not None and luck.random() < 0.5
            spec = RunSpec(
                env_id="Arena/GridWorld-v0",
                env_kwargs={"map": luck.choice(("cliff", "four_rooms"))},
                agent=luck.choice(agents),
                log_folder=root,
                resume=str(folder) if again else None,
                speed=SPEED_MAXIMUM,
            )
            folder, steps, seconds, ok = one(spec, luck)
            reloaded += ok
            most_steps, most_seconds = max(most_steps, steps), max(most_seconds, seconds)
            if index % 20 == 19:
                print(f"{index + 1} kills, {reloaded} reloaded, most lost {most_steps:,} steps = {most_seconds:.2f} s")
        WorkerClient.drop_spare()
    print(
        f"kills {given.kills}: reloaded {reloaded}, most lost {most_steps:,} steps ({most_seconds:.3f} s of learning)"
    )


if __name__ == "__main__":
    main()
