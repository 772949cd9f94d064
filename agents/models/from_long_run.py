"""A model made of a run of hours (:mod:`agents.deep.long_run`), with the ages it kept; the run may go on meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from agents.deep.recipes import PpoRecipe
from agents.models.learning_curve import curve_of_run
from agents.models.manifest import MOST_BYTES, WEIGHTS, Age
from agents.models.model_source import Source, deep_source
from agents.models.plain_file import MOST_JSON, plain_mapping, read_bounded
from arena.errors import ArenaError, ModelError
from arena.runs.run_config import library_versions


def long_run_source(run: Path, name: str, age: int | None = None) -> Source:
    """Return the model of a long run.

    Args:
        run: The run's folder.
        name: What to call the model.
        age: ``env_steps`` of a snapshot, as its file is named; the newest weights there are where not given.

    Raises:
        ModelError: If there are no such weights, or they are damaged.
        RunError: If something cannot be read.
    """
    recipe = _recipe(run)
    state, weights = _newest(run) if age is None else _snapshot(run, age)
    made = deep_source(
        name=name,
        agent_id="ppo",
        env_id=recipe.env_id,
        env_kwargs={},
        network=_network(recipe),
        hyperparameters=_settings(recipe),
        env_steps=int(state["env_steps"]),
        seed=recipe.seed,
        weights=weights,
        versions={**library_versions(), **_learning_libraries()},
    )
    machine = {
        "processor": library_versions().get("cpu", ""),
        **({"threads": state["learning_threads"], "torch": state["torch"]} if "torch" in state else {}),
    }
    seconds = state.get("wall_seconds")
    curve = curve_of_run(run, int(state["env_steps"]))
    return replace(made, card=replace(made.card, machine=machine, wall_seconds=seconds, curve=curve))


def with_ages(source: Source, run: Path, ages: tuple[int, ...]) -> Source:
    """Add snapshots of a long run to a model made of it; the weights it plays with are its last age.

    Args:
        source: The model.
        run: The run's folder.
        ages: ``env_steps`` of snapshots, as their files are named, oldest first.

    Raises:
        ModelError: If there is no such snapshot.
        RunError: If it cannot be read.
    """
    found: list[Age] = []
    files: dict[str, bytes] = {}
    for age in ages:
        state, data = _snapshot(run, age)
        file = f"ages/{age:09d}.safetensors"
        files[file] = data
        score = state.get("mean_score_of_last_training_games")
        found.append(Age(env_steps=int(state["env_steps"]), file=file, score=-1.0 if score is None else float(score)))
    found.append(Age(env_steps=source.manifest.env_steps, file=WEIGHTS))
    return replace(source, manifest=replace(source.manifest, ages=tuple(found)), files={**source.files, **files})


def _learning_libraries() -> dict[str, str]:
    return {name: metadata.version(name) for name in ("ale-py", "stable-baselines3", "torch")}


def snapshot_ages(run: Path) -> tuple[int, ...]:
    """Return the ages a long run has kept, as their files are named."""
    return tuple(sorted(int(path.stem) for path in (run / "snapshots").glob("*.safetensors") if path.stem.isdigit()))


def _recipe(run: Path) -> PpoRecipe:
    shown = f"{run.name}/recipe.json"
    try:
        return PpoRecipe.from_plain(plain_mapping(read_bounded(run / "recipe.json", MOST_JSON, shown), shown))
    except (TypeError, KeyError):
        raise ModelError("error.model.damaged", file=shown) from None


def _network(recipe: PpoRecipe) -> dict[str, Any]:
    if recipe.observations == "objects":
        return {"kind": "mlp", "layers": list(recipe.layers)}
    return {"kind": "nature", "width": recipe.width}


def _settings(recipe: PpoRecipe) -> dict[str, Any]:
    return {
        "n_envs": recipe.games,
        "n_steps": recipe.rollout,
        "batch_size": recipe.batch,
        "n_epochs": recipe.epochs,
        "learning_rate": {"kind": "linear", "start": recipe.learning_rate, "end": 0.0},
        "clip_range": {"kind": "linear", "start": recipe.clip_range, "end": 0.0},
        "vf_coef": recipe.value_weight,
        "ent_coef": recipe.entropy_weight,
        "gamma": recipe.gamma,
        "gae_lambda": recipe.lam,
        "max_grad_norm": recipe.largest_gradient,
        "horizon": recipe.horizon,
    }


def _newest(run: Path) -> tuple[Mapping[str, Any], bytes]:
    kept = sorted((path for path in (run / "checkpoints").glob("[0-9]*") if path.is_dir()), reverse=True)
    problem: ArenaError = ModelError("error.model.no_age", age=0, known="–")
    for path in kept:
        try:
            return _checkpoint(path)
        except ArenaError as found:
            # The run goes on meanwhile: the older of two may be gone by now, the newer one is whole or not there.
            problem = found
    raise problem


def _checkpoint(path: Path) -> tuple[Mapping[str, Any], bytes]:
    shown = f"{path.name}/state.json"
    state = plain_mapping(read_bounded(path / "state.json", MOST_JSON, shown), shown)
    data = read_bounded(path / WEIGHTS, MOST_BYTES, f"{path.name}/{WEIGHTS}")
    hashes = state.get("sha256")
    if not isinstance(hashes, dict) or hashlib.sha256(data).hexdigest() != hashes.get(WEIGHTS):
        raise ModelError("error.model.damaged", file=f"{path.name}/{WEIGHTS}")
    return state, data


def _snapshot(run: Path, age: int) -> tuple[Mapping[str, Any], bytes]:
    path = run / "snapshots" / f"{age:09d}.safetensors"
    if not path.is_file():
        known = ", ".join(f"{kept:,}" for kept in snapshot_ages(run))
        raise ModelError("error.model.no_age", age=age, known=known or "–")
    shown = f"{run.name}/{path.stem}.json"
    state = plain_mapping(read_bounded(path.with_suffix(".json"), MOST_JSON, shown), shown)
    return state, read_bounded(path, MOST_BYTES, f"{run.name}/{path.name}")
