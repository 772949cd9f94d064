"""How a model's scores grew while it was trained: read from its run's ``progress.csv``, few enough for a card."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

from agents.models.card import MOST_POINTS
from agents.models.plain_file import read_bounded

Curve = tuple[tuple[int, float], ...]

PROGRESS = "progress.csv"
_MOST_BYTES = 64 * 2**20


def curve_of_run(run: Path, env_steps: int) -> Curve:
    """Return the curve of a run up to an age; empty where the run has none.

    Args:
        run: Folder of a run of a network, short or long.
        env_steps: Age of the model that is made of it.

    Raises:
        RunError: If the table is there and cannot be read.
    """
    path = run / PROGRESS
    if not path.is_file():
        return ()
    text = read_bounded(path, _MOST_BYTES, f"{run.name}/{PROGRESS}").decode("utf-8", "replace")
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        try:
            steps, score = int(float(row["env_steps"])), float(row["score_of_100"])
        except (KeyError, TypeError, ValueError):
            # Before the first game has ended there is no score; a last row may be cut off.
            continue
        if math.isfinite(score) and 0 <= steps <= env_steps:
            found.append((steps, score))
    return thinned(found)


def thinned(points: Sequence[tuple[int, float]], most: int = MOST_POINTS) -> Curve:
    """Return at most so many points: the last of each stretch of equally many, and always the very last one."""
    if len(points) <= most:
        return tuple(points)
    return tuple(points[math.ceil((place + 1) * len(points) / most) - 1] for place in range(most))
