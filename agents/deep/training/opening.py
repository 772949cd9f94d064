"""Begins a deep run in a new folder, or goes on with one."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from agents.deep.checkpoint import checkpoints
from agents.deep.suggestions import deep_settings_for
from agents.deep.training.begun_with import note_model
from agents.deep.training.making import Makings, deep_versions
from agents.deep.training.plan import TrainingPlan, usual_plan
from agents.deep.training.training_run import TrainingRun
from agents.runtime.spec import RunSpec
from arena.errors import RunError
from arena.protocol.messages import Event
from arena.runs.locations import ensure_writable, runs_root
from arena.runs.run_config import RunConfig, now_utc
from arena.runs.run_folder import RunFolder


def makings_of(spec: RunSpec) -> Makings:
    """Return what a new run is made of; nothing is written, so that all that can be wrong is found before.

    Args:
        spec: What to train.

    Raises:
        UsageError: Unknown agent or place, or settings that do not fit, also not into memory.
    """
    config = RunConfig(
        env_id=spec.env_id,
        env_kwargs=dict(spec.env_kwargs),
        agent=spec.agent,
        hyperparameters=deep_settings_for(spec.agent, spec.env_id, spec.hyperparameters),
        seed=spec.seed,
        created=now_utc(),
        parent=None,
        versions=deep_versions(),
    )
    return Makings(config, spec.device, spec.threads, spec.precision)


def plan_of(spec: RunSpec, makings: Makings) -> TrainingPlan:
    """Return when a new run saves and evaluates itself."""
    usual = usual_plan(makings.config.horizon)
    return TrainingPlan(
        save_every=spec.save_every or usual.save_every,
        eval_every=spec.eval_every,
        eval_episodes=spec.eval_episodes or usual.eval_episodes,
        threads=makings.threads,
        precision=makings.precision,
    )


def open_run(spec: RunSpec, emit: Callable[[Event], None]) -> TrainingRun:
    """Open the run a spec asks for, new or to go on with.

    Args:
        spec: What to train.
        emit: Called with every event.

    Raises:
        ArenaError: If it cannot be begun or gone on with; no half-made folder is left behind then.
    """
    return _go_on(spec, emit) if spec.resume else begin(spec, makings_of(spec), emit)


def begin(spec: RunSpec, makings: Makings, emit: Callable[[Event], None]) -> TrainingRun:
    """Begin a new run.

    Args:
        spec: What to train.
        makings: What it is made of, as :func:`makings_of` returns it.
        emit: Called with every event.

    Raises:
        ArenaError: If it cannot be begun; no half-made folder is left behind then.
    """
    root = runs_root(spec.log_folder)
    ensure_writable(root)
    folder = RunFolder.create(root, makings.run_config)
    folder.lock()
    try:
        plan = plan_of(spec, makings)
        plan.write(folder.path)
        if makings.begun is not None:
            note_model(folder.path, makings.begun.model, makings.begun.env_steps)
        return TrainingRun(folder, makings, plan, emit)
    except BaseException:
        folder.unlock()
        if not checkpoints(folder.checkpoints_path):
            # Nothing was learned, and nothing could ever go on from it.
            shutil.rmtree(folder.path, ignore_errors=True)
        raise


def _go_on(spec: RunSpec, emit: Callable[[Event], None]) -> TrainingRun:
    folder = RunFolder.open(spec.resume or "")
    if folder.handed_in:
        raise RunError("error.deep.handed_in", folder=folder.run_id)
    folder.lock()
    try:
        plan = TrainingPlan.read(folder.path)
        return TrainingRun(folder, Makings(folder.config, spec.device, plan.threads, plan.precision), plan, emit)
    except BaseException:
        folder.unlock()
        raise
