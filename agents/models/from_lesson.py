"""A model of a network that was taught by another (``benchmarks/distill_shipped.py``), named so wherever it is told."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from agents.deep.recipes import recipe
from agents.models.manifest import MOST_BYTES, WEIGHTS
from agents.models.model_source import Source, deep_source
from agents.models.plain_file import MOST_JSON, plain_mapping, read_bounded
from arena.errors import ModelError
from arena.runs.run_config import library_versions

LESSON = "lesson.json"
"""The file that makes a folder that of a lesson."""

STUDENT, TEACHER = "ppo-breakout", "ppo-breakout-objects"
"""Recipes whose networks learn and teach."""

_MOST_MARKS = 16 * 2**20


def lesson_source(folder: Path, name: str) -> Source:
    """Return the model of a lesson's pupil.

    Args:
        folder: Folder of the lesson.
        name: What to call the model.

    Raises:
        ModelError: If something in it is damaged.
        RunError: If something cannot be read.
    """
    shown = f"{folder.name}/{LESSON}"
    lesson = plain_mapping(read_bounded(folder / LESSON, MOST_JSON, shown), shown)
    marks = read_bounded(folder / "marks.csv", _MOST_MARKS, f"{folder.name}/marks.csv").decode("utf-8", "replace")
    rows = list(csv.DictReader(io.StringIO(marks)))
    try:
        env_steps = min(int(lesson["steps"]), int(rows[-1]["env_steps"]))
        seconds = float(rows[-1]["seconds"])
        env_id = str(lesson["env_id"])
        seed = int(lesson.get("seed", 1))
    except (KeyError, IndexError, TypeError, ValueError):
        raise ModelError("error.model.damaged", file=shown) from None
    made = deep_source(
        name=name,
        agent_id="ppo",
        env_id=env_id,
        env_kwargs={},
        network={"kind": "nature", "width": recipe(STUDENT).width},
        hyperparameters={key: value for key, value in lesson.items() if isinstance(value, (int, float))},
        env_steps=env_steps,
        seed=seed,
        weights=read_bounded(folder / WEIGHTS, MOST_BYTES, f"{folder.name}/{WEIGHTS}"),
        versions=library_versions(),
    )
    machine = {"processor": library_versions().get("cpu", "")}
    card = replace(made.card, distilled_from=TEACHER, wall_seconds=seconds, machine=machine)
    return replace(made, manifest=replace(made.manifest, origin="distilled"), card=card)
