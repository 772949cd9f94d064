"""Teach the pixel network of ``ppo-breakout-pupil`` with the objects network as its teacher.

Run: ``python benchmarks/distill_shipped.py --teacher RUN/snapshots/003000000.safetensors --folder FOLDER [--steps N]``.
Writes ``FOLDER/weights.safetensors`` every 100,000 decisions and ``FOLDER/marks.csv``; what came out is told on the
agent's card as what it is: taught, not learned from scratch.
"""

from __future__ import annotations

import argparse
import signal
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from gymnasium import spaces
from safetensors.torch import load_file
from safetensors.torch import save as bytes_of

from agents.deep.distillation import Lesson, Marks, teach
from agents.deep.learner import policy_of
from agents.deep.recipes import recipe
from agents.deep.weights import load_weights, weights_of
from arena.environments.atari.breakout_memory import FIELDS
from arena.environments.atari.recipe import recipe_for
from arena.runs.safe_file import write_bytes, write_json

EVERY = 100_000


class Keeper:
    """Writes down how it goes, and the weights now and then."""

    def __init__(self, folder: Path, student: torch.nn.Module) -> None:
        self._folder, self._student = folder, student
        self._began = time.monotonic()
        self._kept = 0
        self._scores: list[float] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._table = (folder / "marks.csv").open("w", encoding="utf-8")
        self._table.write("env_steps,divergence,value_loss,agreement,score_of_100,games,seconds\n")

    def hear(self, marks: Marks) -> None:
        """Take note of an update."""
        self._scores += marks.scores
        last = self._scores[-100:]
        if marks.env_steps % 16_384 < 1_024:
            mean = sum(last) / len(last) if last else float("nan")
            row = (f"{marks.env_steps},{marks.divergence:.5f},{marks.value_loss:.5f},{marks.agreement:.4f},{mean:.2f},"
                   f"{len(self._scores)},{time.monotonic() - self._began:.0f}")  # fmt: skip
            self._table.write(row + "\n")
            self._table.flush()
            print(row, flush=True)
        if marks.env_steps // EVERY != self._kept // EVERY:
            self.keep(marks.env_steps)

    def keep(self, env_steps: int) -> None:
        """Write the weights."""
        self._kept = env_steps
        write_bytes(self._folder / "weights.safetensors", bytes_of(weights_of(self._student)))  # type: ignore[arg-type]


def main() -> None:
    """Teach until done, or until told to stop; what was learned is written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    teacher = policy_of(recipe("ppo-breakout-objects"), spaces.Box(-3.0, 3.0, (len(FIELDS),)), 4)
    load_weights(teacher, load_file(given.teacher), str(given.teacher))
    pixels = recipe("ppo-breakout")
    student = policy_of(pixels, spaces.Box(0, 255, (4, 84, 84), np.uint8), 4)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    keeper = Keeper(given.folder, student)
    lesson = replace(Lesson(), steps=given.steps)
    write_json(given.folder / "lesson.json", {**asdict(lesson), "teacher": given.teacher.name, "env_id": pixels.env_id})
    recipe_of_game = recipe_for(pixels.env_id)
    done = teach(student, teacher, recipe_of_game, lesson, told=keeper.hear, should_stop=lambda: bool(stopping))
    keeper.keep(done)


if __name__ == "__main__":
    main()
