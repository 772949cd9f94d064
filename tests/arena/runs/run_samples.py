"""What the tests of runs on disk share: a configuration, keyframes, a tiny disk, a child to be killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from arena.runs.keyframe_file import Keyframe, state_hash
from arena.runs.run_config import RunConfig

ROOT = Path(__file__).resolve().parents[3]

COUNTERS = np.dtype([("tick", "<i8"), ("episode", "<i8"), ("share", "<f8"), ("done", "?")])

CONFIG = RunConfig(
    env_id="Arena/GridWorld-v0",
    env_kwargs={"map": "cliff", "sizes": [1, 2.5, None, {"deep": True}]},
    agent="q_learning",
    hyperparameters={"alpha": 0.1, "exploration": "softmax", "epsilon_horizon": 1000},
    seed=2**64 - 1,
    created="2026-11-20T10:11:12+00:00",
    parent={"run": "a-run", "tick": 7, "changes": {"alpha": 0.2}},
    versions={"numpy": "2.4.6"},
)


def keyframe(tick: int, size: int = 40) -> Keyframe:
    """Make a keyframe whose arrays tell its tick."""
    counters = np.zeros(1, COUNTERS)
    counters["tick"] = tick
    arrays = {"q": np.full((size, 4), tick / 3), "visits": np.arange(size) + tick, "counters": counters}
    return Keyframe(tick=tick, episode=tick // 10, largest_change=0.5, state_hash=state_hash(arrays), arrays=arrays)


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of a few kilobytes; where that is not allowed the test is skipped."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True, capture_output=True)


@contextlib.contextmanager
def child(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in a process of its own, which is killed at the end however it goes."""
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something is so; the test fails if it never is."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.005)
