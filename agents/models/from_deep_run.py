"""A model made of a deep run's folder: of its newest weights or of an age it kept; the run may go on meanwhile.

Such a folder has ``config.json``, ``training.json``, ``weights.safetensors``, ``ages/`` and ``progress.csv``; all of
them are only read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.models.learning_curve import curve_of_run
from agents.models.manifest import MOST_BYTES, WEIGHTS, Age
from agents.models.model_source import Source, deep_source
from agents.models.plain_file import MOST_JSON, plain_mapping, read_bounded
from agents.runtime.deep_runs import PREFERENCES
from arena.errors import ModelError, RunError
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder

_MOST_ROWS = 64 * 2**20
"""Bytes of ``progress.csv``; one of a week has less."""


def deep_run_source(folder: RunFolder, name: str, age: int | None = None) -> Source:
    """Return the model of a deep run.

    Args:
        folder: The run.
        name: What to call the model.
        age: ``env_steps`` of an age that was kept; the newest weights where not given.

    Raises:
        ModelError: If there are no such weights, or they are damaged.
        RunError: If something cannot be read.
    """
    config, path = folder.config, folder.path
    file = WEIGHTS if age is None else _kept(path, age).file
    weights = read_bounded(path / file, MOST_BYTES, f"{path.name}/{file}")
    env_steps = _published_steps(weights, f"{path.name}/{file}") if age is None else age
    made = deep_source(
        name=name,
        agent_id=config.agent,
        env_id=config.env_id,
        env_kwargs=config.env_kwargs,
        network=None,
        hyperparameters=config.hyperparameters,
        env_steps=env_steps,
        seed=config.seed,
        weights=weights,
        versions=config.versions,
    )
    card = replace(
        made.card,
        machine=_machine(path, config),
        wall_seconds=_seconds_at(path, env_steps),
        curve=curve_of_run(path, env_steps),
        limits=(*made.card.limits, *(("labels",) if (path / PREFERENCES).is_file() else ())),
    )
    return replace(made, card=card)


def with_run_ages(source: Source, run: Path, ages: tuple[int, ...]) -> Source:
    """Add ages a deep run kept to a model made of it; the weights it plays with are its last age.

    Args:
        source: The model.
        run: The run's folder.
        ages: ``env_steps`` of each, oldest first.

    Raises:
        ModelError: If there is no such age.
        RunError: If it cannot be read.
    """
    found = [_kept(run, age) for age in ages]
    files = {age.file: read_bounded(run / age.file, MOST_BYTES, f"{run.name}/{age.file}") for age in found}
    found.append(Age(env_steps=source.manifest.env_steps, file=WEIGHTS))
    return replace(source, manifest=replace(source.manifest, ages=tuple(found)), files={**source.files, **files})


def run_ages(run: Path) -> tuple[Age, ...]:
    """Return the ages a deep run has kept, oldest first; what cannot be read is left out."""
    found = []
    for path in sorted((run / "ages").glob("*.json")):
        shown = f"{run.name}/{path.name}"
        try:
            known = plain_mapping(read_bounded(path, MOST_JSON, shown), shown)
            score = known.get("score")
            file = path.with_suffix(".safetensors")
            if file.is_file():
                found.append(
                    Age(
                        env_steps=int(known["env_steps"]),
                        file=f"ages/{file.name}",
                        score=-1.0 if score is None else float(score),
                    )
                )
        except (ModelError, KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def _kept(run: Path, age: int) -> Age:
    ages = run_ages(run)
    for known in ages:
        if known.env_steps == age:
            return known
    known_ages = ", ".join(f"{known.env_steps:,}" for known in ages)
    raise ModelError("error.model.no_age", age=age, known=known_ages or "–")


def _published_steps(data: bytes, shown: str) -> int:
    """Age of weights, 0 if they do not say."""
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + min(length, MOST_JSON)])
        return max(0, int(header.get("__metadata__", {}).get("env_steps", 0)))
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise ModelError("error.model.damaged", file=shown) from None


def _machine(run: Path, config: RunConfig) -> dict[str, Any]:
    """What the run computed on, as far as its folder tells."""
    told: dict[str, Any] = {"processor": config.versions.get("cpu", "")}
    try:
        plan = plain_mapping(read_bounded(run / "training.json", MOST_JSON, run.name), run.name)
    except (ModelError, RunError):
        plan = {}
    if isinstance(plan.get("threads"), int):
        told["threads"] = plan["threads"]
    if isinstance(plan.get("precision"), str):
        told["precision"] = plan["precision"]
    if "torch" in config.versions:
        told["torch"] = config.versions["torch"]
    return told


def _seconds_at(run: Path, env_steps: int) -> float | None:
    """Seconds of training by the clock that led to some weights, ``None`` where no row tells."""
    try:
        text = read_bounded(run / "progress.csv", _MOST_ROWS, f"{run.name}/progress.csv").decode("utf-8")
        found = [seconds for steps, seconds in _clock(text) if steps <= env_steps]
    except (ModelError, RunError, ValueError, csv.Error):
        return None
    return max(found, default=None)


def _clock(text: str) -> Iterator[tuple[float, float]]:
    for row in csv.DictReader(io.StringIO(text)):
        # The run goes on meanwhile: its last line may be half written.
        if row.get("env_steps") and row.get("wall_seconds"):
            yield float(row["env_steps"]), float(row["wall_seconds"])
