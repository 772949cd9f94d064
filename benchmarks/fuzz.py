"""A million spoiled inputs for everything that reads a stranger's file: only our own errors may come out.

Run: ``python benchmarks/fuzz.py [--inputs 1000000] [--seed 0]``. Maps, run configurations, lines of event files,
messages and keyframe files get a share each. The first input that raises anything else is written out and ends the
run with exit code 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from arena.environments.grid.map_file import parse_map
from arena.errors import ArenaError
from arena.protocol.codec import decode, encode, event_from_json, event_to_json
from arena.protocol.messages import HyperparameterChanged, Metrics, View
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.run_config import RunConfig, now_utc
from tests.arena.mutations import spoiled

Reader = Callable[[bytes], object]


def keyframes(folder: Path) -> tuple[bytes, Reader]:
    """Return a small keyframe file's bytes, and what reads such bytes whole."""
    path = folder / "keyframes"
    arrays = {"q": np.arange(8.0).reshape(2, 4), "visits": np.ones((2, 4), np.int64)}
    with KeyframeFile(path) as file:
        for tick in (0, 5, 9):
            file.append(
                Keyframe(tick=tick, episode=0, largest_change=0.0, state_hash=state_hash(arrays), arrays=arrays)
            )
    good = path.read_bytes()

    def read(data: bytes) -> None:
        path.write_bytes(data)
        with KeyframeFile(path, read_only=True) as file:
            for index in range(len(file.ticks)):
                file.read(index)

    return good, read


def cases(folder: Path) -> dict[str, tuple[float, list[bytes], Reader]]:
    """Return, by name: share of the inputs, good inputs, and the reader."""
    maps = resources.files("assets").joinpath("maps")
    config = RunConfig(
        env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, agent="q_learning",
        hyperparameters={"alpha": 0.5}, seed=0, created=now_utc(), parent=None, versions={"python": "3"},
    )  # fmt: skip
    metrics = Metrics(run_id="r", blocks=((0.0, 1.0, 13.0, -13.0, -13.0, -13.0, 13.0),))
    change = HyperparameterChanged(run_id="r", env_steps=7, name="alpha", value=0.25)
    view = View(arrays={"q": np.arange(8.0).reshape(2, 4)}, scalars={"state": 1.0})
    file, read = keyframes(folder)
    return {
        "maps": (
            0.34,
            [each.read_bytes() for each in maps.iterdir() if each.name.endswith(".txt")],
            lambda data: parse_map(data, "spoiled.txt"),
        ),
        "configs": (
            0.3,
            [config.to_json().encode()],
            lambda data: RunConfig.from_json(data.decode("utf-8", "replace"), "config.json"),
        ),
        "events": (
            0.2,
            [event_to_json(metrics).encode(), event_to_json(change).encode()],
            lambda data: event_from_json(data.decode("utf-8", "replace")),
        ),
        "messages": (0.12, [encode(view), encode(metrics)], decode),
        "keyframes": (0.04, [file], read),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    luck = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        for name, (share, good, read) in cases(Path(folder)).items():
            count, refused, started = round(share * given.inputs), 0, time.monotonic()
            for index in range(count):
                data = spoiled(luck.choice(good), luck)
                try:
                    read(data)
                except ArenaError:
                    refused += 1
                except Exception as problem:
                    print(f"{name}, input {index}: {problem!r} for {data!r}")
                    return 1
            seconds = time.monotonic() - started
            print(
                f"{name:10} {count:9,} spoiled inputs: {refused:9,} refused, {count - refused:9,} read, {seconds:.0f} s"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
