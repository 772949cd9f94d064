"""PPO on Breakout's objects from nothing, as ``arena train`` does it: minutes until it plays like a person, and to 100.

Run: ``python benchmarks/objects_minutes.py [--seed 1] [--minutes 30] [--hyperparams NAME:VALUE …]``. The score is the
mean of the last 100 whole games of training, with the exploring policy; a person's 31.8 is that of Mnih et al. 2015.
Prints each line crossed, by the clock and in seconds of processor time of all processes.
"""

from __future__ import annotations

import argparse
import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES = (31.8, 100.0)
MAIN = "import sys; from agents.command_line.main import main; sys.exit(main(sys.argv[1:]))"


def newest(home: Path) -> dict[str, str]:
    """Return the last line of the run's table, empty while there is none."""
    for file in home.glob("runs/*/progress.csv"):
        with file.open(encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        return rows[-1] if rows else {}
    return {}


def processor_seconds(leader: int) -> float:
    """Return what a session of processes has used so far (Linux)."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text("ascii", "replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--steps", type=int, default=3_000_000)
    parser.add_argument("--hyperparams", nargs="*", default=[])
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="arena-objects-"))
    words = [
        "train",
        "--algo",
        "ppo",
        "--env",
        "Arena/BreakoutObjects-v0",
        "-n",
        str(given.steps),
        "--seed",
        str(given.seed),
    ]
    if given.hyperparams:
        words += ["--hyperparams", *given.hyperparams]
    child = subprocess.Popen(
        [sys.executable, "-c", MAIN, *words], cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ARENA_HOME": str(home)},
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    waiting = list(LINES)
    began = time.monotonic()
    try:
        while waiting and child.poll() is None and time.monotonic() - began < given.minutes * 60:
            time.sleep(1.0)
            row = newest(home)
            score = float(row.get("score_of_100") or 0.0)
            while waiting and score >= waiting[0]:
                minutes, used = (time.monotonic() - began) / 60, processor_seconds(child.pid) / 60
                print(f"{waiting.pop(0):6.1f} after {minutes:5.1f} min ({used:.1f} processor minutes), "
                      f"{int(row['env_steps']):,} steps", flush=True)  # fmt: skip
        row = newest(home)
        print(f"at the end: {row.get('env_steps')} steps, {(time.monotonic() - began) / 60:.1f} min, {row}")
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait(60)


if __name__ == "__main__":
    main()
