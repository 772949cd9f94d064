"""How quickly the past is there: any of ten million updates, why a number, landmarks; and what recording costs.

Run: ``python benchmarks/time_machine.py [--updates 10000000] [--looks 400]``. The figures are for the worker that looks
back; a window adds one message each way. Recording: the same learner with and without a run folder, in turns.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from agents.catalog import agent
from agents.runtime.past import Past
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.tabular.arrays import new_records
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.protocol.messages import Event

ENV, KWARGS = "Arena/GridWorld-v0", {"map": "cliff"}
CHUNK = 500_000


def recorded(folder: str, steps: int, env: str = ENV) -> tuple[Session, float]:
    """Learn with everything recorded; return the session and steps/s."""
    spec = RunSpec(env_id=env, env_kwargs=KWARGS if env == ENV else {}, agent="q_learning", log_folder=folder)
    session = Session.begin(spec, list[Event]().append)
    began = time.perf_counter()
    while session.tick < steps:
        session.advance(steps)
    return session, steps / (time.perf_counter() - began)


def bare(steps: int) -> float:
    """Learn with nothing recorded; return steps/s."""
    entry = agent("q_learning")
    learner: TabularLearner = entry.learner_class()(
        rule=entry.rule,
        config_class=entry.config_class(),
        model=make_world(ENV, KWARGS).model,
        hyperparameters={},
        seed=0,
    )
    records = new_records()
    began = time.perf_counter()
    while learner.tick < steps:
        records.used[:] = 0
        learner.advance(min(steps, learner.tick + CHUNK), new_stop(), records)
    return steps / (time.perf_counter() - began)


def milliseconds(work: list[float]) -> str:
    """Return median, 99th percentile and maximum."""
    p50, p99, most = (1e3 * float(np.percentile(work, each)) for each in (50, 99, 100))
    return f"median {p50:.1f} ms, p99 {p99:.1f} ms, max {most:.1f} ms"


def timed(function: object, *arguments: object) -> float:
    """Call and return the seconds it took."""
    began = time.perf_counter()
    function(*arguments)  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=10_000_000)
    parser.add_argument("--looks", type=int, default=400)
    given = parser.parse_args()
    luck = random.Random(0)
    with tempfile.TemporaryDirectory(prefix="arena-past-") as folder:
        ratios = []
        for _ in range(5):
            without = bare(given.updates)
            session, speed = recorded(folder, given.updates)
            session.close()
            ratios.append(speed / without)
        path = session.folder.path
        print(f"recording: {statistics.median(ratios):.1%} of the speed without (median of 5 pairs)")
        size = (path / "keyframes").stat().st_size
        print(f"keyframes: {size / given.updates * 1e6:,.0f} bytes a million updates on the cliff")
        past = Past(str(path))
        past.at(1)
        print(
            "any update: "
            + milliseconds([timed(past.at, luck.randrange(1, given.updates)) for _ in range(given.looks)])
        )
        one_by_one = [timed(past.at, given.updates // 2 + step) for step in range(200)]
        print("the next update: " + milliseconds(one_by_one))
        states, actions = past.at(1).learner.q.shape
        why = [
            timed(past.why, luck.randrange(states - 1), luck.randrange(actions), given.updates, 20)
            for _ in range(given.looks // 4)
        ]
        print("why, 20 rows: " + milliseconds(why))
        for what in ("largest_change", "first_goal", "policy_change", "episode_back", "episode_on"):
            print(f"{what}: {1e3 * timed(past.find, what, given.updates // 2):.0f} ms")
        past.close()
    assert Path(folder).exists() is False


if __name__ == "__main__":
    main()
