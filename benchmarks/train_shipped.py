"""Train one of the deep agents that ship, or go on training it, exactly.

Run: ``python benchmarks/train_shipped.py ppo-breakout --folder FOLDER [--threads 1] [--until STEPS]``. Ctrl-C or
SIGTERM stops it at the next update with everything on disk; the same command goes on from there. ``progress.csv`` in
the folder has the whole-game scores.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

# Before torch loads its threads: one that waits for the other must not burn the core another program wants.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from agents.command_line.interruption import Interruption
from agents.deep.long_run import LongRun
from agents.deep.recipes import RECIPES, recipe
from arena.errors import ArenaError


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=[known.name for known in RECIPES])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument(
        "--threads", type=int, default=1, help="threads of a gradient step; part of what makes it repeatable"
    )
    parser.add_argument("--until", type=int, help="env_steps to stop at")
    given = parser.parse_args()
    with Interruption() as stop:
        try:
            run = LongRun(
                given.folder,
                recipe(given.name),
                learning_threads=given.threads,
                say=lambda line: print(line, flush=True),
            )
            try:
                run.run(lambda: bool(stop), given.until)
            finally:
                run.close()
        except ArenaError as problem:
            print(problem, file=sys.stderr)
            return problem.exit_code
    return stop.exit_code if stop else 0


if __name__ == "__main__":
    sys.exit(main())
