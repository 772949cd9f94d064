"""A model made of a run: of its newest weights or of an earlier age, or of a whole tabular run.

A deep run's folder has ``config.json``, ``weights.safetensors`` and ``ages/``; a run of hours
(:mod:`agents.deep.long_run`) has ``recipe.json``, ``snapshots/`` and ``checkpoints/``. Both are only read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from agents.catalog import agent
from agents.models.card import Card
from agents.models.folder import write_model
from agents.models.library import ModelEntry, new_folder, open_model
from agents.models.manifest import MOST_BYTES, RUN, Manifest, Observation
from agents.models.model_source import Source
from arena.errors import ModelError
from arena.runs.run_config import now_utc
from arena.runs.run_folder import CONFIG, RunFolder

_EARLIER, _BETWEEN = 0.9, 0.3
"""An age between is younger than nine tenths of a model's own, and near to three."""

_ROOM = 0.9
"""Share of what a model may weigh that its weights may take."""


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
    source = with_growth(source_of(Path(run), name, age), Path(run))
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
        from agents.models.from_deep_run import deep_run_source

        return deep_run_source(folder, name, age)
    return _tabular_source(folder, name)


def with_growth(source: Source, run: Path) -> Source:
    """Add to a network's model how it grew: its first age and one between, if the run has kept them.

    Args:
        source: The model.
        run: The run it is made of.

    Raises:
        ModelError: If an age is damaged.
        RunError: If it cannot be read.
    """
    own = source.manifest.env_steps
    if source.manifest.family != "deep" or own <= 0:
        return source
    long = (run / "recipe.json").is_file()
    if long:
        from agents.models.from_long_run import snapshot_ages, with_ages

        kept, added = snapshot_ages(run), with_ages
    else:
        from agents.models.from_deep_run import run_ages, with_run_ages

        kept, added = tuple(age.env_steps for age in run_ages(run)), with_run_ages
    earlier = [age for age in kept if age < _EARLIER * own]
    if not earlier:
        return source
    between = min(earlier[1:] or earlier, key=lambda age: abs(age - _BETWEEN * own))
    grown = added(source, run, tuple(sorted({earlier[0], between})))
    if sum(map(len, grown.files.values())) > MOST_BYTES * _ROOM:
        return source
    *young, newest = grown.manifest.ages
    score = source.card.curve[-1][1] if source.card.curve else newest.score
    return replace(grown, manifest=replace(grown.manifest, ages=(*young, replace(newest, score=score))))


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
