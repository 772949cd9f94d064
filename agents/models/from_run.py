"""A model made of a run: of its newest weights or of an earlier age, or of a whole tabular run.

A deep run's folder has ``config.json``, ``weights.safetensors`` and ``ages/``; a run of hours
(:mod:`agents.deep.long_run`) has ``recipe.json``, ``snapshots/`` and ``checkpoints/``. Both are only read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from agents.catalog import AgentEntry, agent
from agents.models.card import Card
from agents.models.folder import write_model
from agents.models.library import ModelEntry, new_folder, open_model
from agents.models.manifest import MOST_BYTES, RUN, WEIGHTS, Age, Manifest, Observation
from agents.models.model_source import Source, deep_source
from agents.models.plain_file import MOST_JSON, plain_mapping, read_bounded
from arena.errors import ModelError
from arena.runs.run_config import now_utc
from arena.runs.run_folder import CONFIG, RunFolder


def save_from_run(
    run: str | Path,
    name: str,
    age: int | None = None,
    *,
    target: Path | None = None,
    title: Mapping[str, str] | None = None,
) -> ModelEntry:
    """Make a model of a run; the run may go on meanwhile.

    Args:
        run: Run folder.
        name: What to call the model.
        age: ``env_steps`` of an age that was kept; the newest weights where not given.
        target: Folder to make; in the library where not given.
        title: The model's name in words, per language.

    Raises:
        UsageError: If the name is taken or none.
        ModelError: If the run has no such weights, or cannot be a model.
        RunError: If it cannot be read, or the model not written.
    """
    folder = target or new_folder(name)
    source = source_of(Path(run), name, age)
    card = replace(source.card, title=dict(title or {}))
    write_model(folder, replace(source.manifest, name=name), card, source.files)
    return open_model(folder)


def source_of(run: Path, name: str, age: int | None = None) -> Source:
    """Return the model a run would become.

    Raises:
        ModelError: If the run has no such weights, or cannot be a model.
        RunError: If it cannot be read.
    """
    if (run / "recipe.json").is_file():
        from agents.models.from_long_run import long_run_source

        return long_run_source(run, name, age)
    folder = RunFolder.open(run)
    entry = agent(folder.config.agent, folder.config.own)
    if folder.config.own is not None:
        raise ModelError("error.model.own_agent", name=folder.run_id)
    if entry.family == "deep":
        return _deep_source(folder, entry, name, age)
    return _tabular_source(folder, name)


def _deep_source(folder: RunFolder, entry: AgentEntry, name: str, age: int | None) -> Source:
    config, path = folder.config, folder.path
    ages = run_ages(path)
    if age is None:
        weights = path / WEIGHTS
        env_steps = _published_steps(weights)
    else:
        chosen = next((known for known in ages if known.env_steps == age), None)
        if chosen is None:
            known_ages = ", ".join(f"{known.env_steps:,}" for known in ages)
            raise ModelError("error.model.no_age", age=age, known=known_ages or "–")
        weights, env_steps = path / chosen.file, age
    return deep_source(
        name=name,
        agent_id=entry.id,
        env_id=config.env_id,
        env_kwargs=config.env_kwargs,
        network=None,
        hyperparameters=config.hyperparameters,
        env_steps=env_steps,
        seed=config.seed,
        weights=read_bounded(weights, MOST_BYTES, f"{path.name}/{weights.name}"),
        versions=config.versions,
    )


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


def _published_steps(file: Path) -> int:
    """Age of a file of weights, 0 if it does not say."""
    import json

    data = read_bounded(file, MOST_BYTES, f"{file.parent.name}/{file.name}")
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + min(length, MOST_JSON)])
        return max(0, int(header.get("__metadata__", {}).get("env_steps", 0)))
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise ModelError("error.model.damaged", file=f"{file.parent.name}/{file.name}") from None


def _tabular_source(folder: RunFolder, name: str) -> Source:
    from agents.models.whole_games import evaluation_from
    from agents.runtime.replay import StoredRun
    from agents.tabular.play import play_episodes
    from arena.runs.hand_in import pack_run

    stored = StoredRun(str(folder.path))
    tick = stored.last_tick()
    learner = stored.learner_at(tick)
    model, layout = stored.world.model, stored.world.layout
    returns, _ = play_episodes(model, learner.q, 30, 0, policy=learner.policy())
    with tempfile.TemporaryDirectory(prefix="arena-model-") as place:
        # Packed as one hands a run in: opening it copies checked bytes, and its past can be looked through.
        data = pack_run(folder, Path(place) / RUN).read_bytes()
    config = folder.config
    manifest = Manifest(
        name=name,
        family="tabular",
        agent=config.agent,
        origin="trained",
        env_id=config.env_id,
        env_kwargs=dict(config.env_kwargs),
        observation=Observation(kind="states", shape=(model.states,), dtype="int64"),
        actions=tuple(key.rpartition(".")[2].upper() for key in layout.action_keys),
        hyperparameters=dict(config.hyperparameters),
        seed=config.seed,
        env_steps=tick,
        created=now_utc(),
        versions=dict(config.versions),
    )
    greedy = learner.policy() is None
    evaluation = evaluation_from(returns.tolist(), 0, greedy)
    card = Card(env_steps=tick, seed=config.seed, evaluation=evaluation, limits=("table",))
    return Source(manifest=manifest, card=card, files={RUN: data})


def is_run(path: Path) -> bool:
    """Say whether a folder is a run's."""
    return (path / CONFIG).is_file() or (path / "recipe.json").is_file()
