"""Take in a set of a million label lines, and look at time and memory.

Run: ``python benchmarks/import_labels.py [--lines 1000000]``. A thousand pairs, each answered by as many raters as it
takes; one line in a thousand has an unknown field. Reports lines a second, and how much more memory the process took
at its peak than before.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from arena.preferences.clip import Clip
from arena.preferences.clip_file import write_clip
from arena.preferences.exchange import WantedClips, import_labels
from arena.preferences.label import Label, Pair, label_id_of
from arena.preferences.label_lines import line_of
from arena.preferences.label_store import LabelStore

PAIRS = 1_000
PLACE = {"map": "cliff"}


def make_set(folder: Path, lines: int) -> None:
    """Write a set of so many lines."""
    folder.mkdir()
    clips = [
        Clip(
            env_id="Arena/GridWorld-v0", env_kwargs=PLACE, kind="states", env_step=number, game=0,
            observations=np.arange(25), actions=np.zeros(25, np.int64), rewards=np.zeros(25, np.float32),
        )
        for number in range(PAIRS + 1)
    ]  # fmt: skip
    for clip in clips:
        write_clip(folder, clip)
    pairs = [Pair(run_id="far", left=a.clip_id, right=b.clip_id) for a, b in zip(clips, clips[1:], strict=False)]
    with (folder / "labels.jsonl").open("wb") as file:
        file.writelines(line_of(pair, "far") for pair in pairs)
        for number in range(lines - PAIRS):
            pair = pairs[number % PAIRS]
            rater = f"rater {number // PAIRS}"
            label = Label(
                label_id=label_id_of(pair.pair_id, rater), pair_id=pair.pair_id, answer="left", rater=rater,
                seconds=1.5, given="2026-11-21T10:11:12+00:00",
            )  # fmt: skip
            line = line_of(label, "far")
            file.write(line if number % 1000 else line.replace(b'"answer"', b'"note":1,"answer"'))


def peak() -> float:
    """Return the most memory this process has ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        make_set(root / "set", given.lines)
        (root / "runs" / "a-run").mkdir(parents=True)
        before, told = peak(), 0
        with LabelStore(root / "runs" / "arena.db") as store:

            def progress(_: float) -> None:
                nonlocal told
                told += 1

            started, worked = time.perf_counter(), time.process_time()
            found = import_labels(
                root / "set",
                store,
                "a-run",
                wanted=WantedClips(env_id="Arena/GridWorld-v0", env_kwargs=PLACE),
                progress=progress,
            )
            seconds, worked = time.perf_counter() - started, time.process_time() - worked
        print(
            f"{found.lines:,} lines in {seconds:.0f} s ({found.lines / seconds:,.0f}/s; {worked:.0f} s of processor),"
        )
        print(f"{found.labels:,} labels came in, left out: {dict(found.left_out)}, progress told {told} times,")
        print(f"memory {before:.0f} MiB before, {peak():.0f} MiB at most")


if __name__ == "__main__":
    main()
