"""Kill people's programs while they answer, and look which answers are gone.

Run: ``python benchmarks/kill_labels.py [--kills 100]``. Two raters (processes) answer, change and take back labels of
one run as fast as the disk allows and say each one that was acknowledged; after a random time both get SIGKILL. Then
every acknowledged label is looked for in the label store, in a store made again from ``labels.jsonl`` alone, and the
database is checked. Also reports how long an answer takes until it is on disk.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from itertools import count
from pathlib import Path

import numpy as np

from arena.preferences.clip import Clip
from arena.preferences.label import Label, Pair
from arena.preferences.label_store import LabelStore

RUN = "a-run"
PAIRS = 200
ROOT = Path(__file__).resolve().parent.parent
Acknowledged = dict[str, tuple[str, bool, int]]
"""``label_id`` → answer, taken back, revision."""


def prepare(folder: Path, pairs: int = PAIRS) -> None:
    """Make a run with pairs to be answered."""
    (folder / RUN).mkdir()
    clips = [
        Clip(
            env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, kind="states", env_step=number, game=0,
            observations=np.arange(25), actions=np.zeros(25, np.int64), rewards=np.zeros(25, np.float32),
        )
        for number in range(pairs + 1)
    ]  # fmt: skip
    with LabelStore(folder / "arena.db") as store:
        store.add_clips(RUN, clips)
        store.add_pairs(
            RUN,
            [Pair(run_id=RUN, left=a.clip_id, right=b.clip_id) for a, b in zip(clips, clips[1:], strict=False)],
        )


def rate(folder: Path, rater: str, seed: int) -> None:
    """Answer without end and say what was acknowledged; this process is killed."""
    luck = random.Random(seed)
    with LabelStore(folder / "arena.db") as store:
        pairs = store.pairs(RUN)
        for _ in count():
            before = time.perf_counter()
            label = store.answer(luck.choice(pairs).pair_id, luck.choice(("left", "right", "equal", "unclear")), rater)
            seconds = time.perf_counter() - before
            if luck.random() < 0.2:
                label = store.take_back(label.label_id)
            said = f"{label.label_id} {label.answer} {int(label.taken_back)} {label.revision} {seconds:.6f}\n"
            # One write: what arrives has been acknowledged, half a line has not.
            os.write(1, said.encode("ascii"))


def kill_once(folder: Path, luck: random.Random, raters: tuple[str, ...]) -> tuple[Acknowledged, list[float]]:
    """Let raters answer for a random time, kill them all, and return what they were told is stored."""
    command = [sys.executable, "-m", "benchmarks.kill_labels", "--rate", str(folder)]
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    children = [
        subprocess.Popen(
            [*command, rater, str(luck.getrandbits(32))], stdout=subprocess.PIPE, cwd=ROOT, env=environment
        )
        for rater in raters
    ]
    said: list[bytes] = [b""] * len(children)

    def listen(index: int) -> None:
        output = children[index].stdout
        assert output is not None
        while piece := os.read(output.fileno(), 65536):
            said[index] += piece

    listeners = [threading.Thread(target=listen, args=(index,)) for index in range(len(children))]
    for listener in listeners:
        listener.start()
    until = time.monotonic() + 60
    while not all(said) and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(luck.uniform(0.0, 0.3))
    for one in children:
        os.kill(one.pid, signal.SIGKILL)
    for one, listener in zip(children, listeners, strict=True):
        one.wait()
        listener.join()
        if one.stdout is not None:
            one.stdout.close()
    told: Acknowledged = {}
    seconds = []
    for output in said:
        for line in output[: output.rfind(b"\n") + 1].decode("ascii").splitlines():
            label_id, answer, taken_back, revision, took = line.split()
            told[label_id] = (answer, taken_back == "1", int(revision))
            seconds.append(float(took))
    return told, seconds


def lost(folder: Path, told: Acknowledged) -> int:
    """Return how many acknowledged labels a store does not have: it may have a later one that nobody was told of."""
    with LabelStore(folder / "arena.db") as store:
        labels = {label.label_id: label for label in store.labels(RUN)}
    return sum(not _kept(labels.get(label_id), what) for label_id, what in told.items())


def _kept(label: Label | None, told: tuple[str, bool, int]) -> bool:
    if label is None or label.revision < told[2]:
        return False
    return label.revision > told[2] or (label.answer, label.taken_back) == told[:2]


def is_intact(folder: Path) -> bool:
    """Check every page of the database."""
    with closing(sqlite3.connect(folder / "arena.db")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def lost_without_database(folder: Path, told: Acknowledged) -> int:
    """Return how many acknowledged labels cannot be had from the run folder alone."""
    with tempfile.TemporaryDirectory() as other:
        (Path(other) / RUN).mkdir()
        (Path(other) / RUN / "labels.jsonl").write_bytes((folder / RUN / "labels.jsonl").read_bytes())
        return lost(Path(other), told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", nargs=3, metavar=("FOLDER", "RATER", "SEED"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.rate:
        rate(Path(given.rate[0]), given.rate[1], int(given.rate[2]))
    luck = random.Random(given.seed)
    told: Acknowledged = {}
    seconds: list[float] = []
    gone, intact, kills = 0, True, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        while kills < given.kills:
            now, took = kill_once(folder, luck, ("Ada", "Bob"))
            kills += 2
            told.update(now)
            seconds += took
            gone += lost(folder, told) + lost_without_database(folder, told)
            intact &= is_intact(folder)
            print(f"{kills} kills: {len(seconds):,} answers acknowledged, {gone} lost, intact: {intact}", flush=True)
    print(f"an answer until it is on disk: median {np.median(seconds) * 1e3:.1f} ms, "
          f"p99 {np.quantile(seconds, 0.99) * 1e3:.1f} ms (two raters at once)")  # fmt: skip


if __name__ == "__main__":
    main()
