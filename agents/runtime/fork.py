"""A second run that begins as another one was at a tick, with one thing changed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.configuration import values_of
from agents.runtime.recorder import index_run
from agents.runtime.replay import StoredRun
from arena.errors import RunError
from arena.protocol.messages import HyperparameterChanged, Metrics
from arena.runs.event_log import EventLog, read_events
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.run_config import RunConfig, library_versions, now_utc
from arena.runs.run_folder import RunFolder


def fork_run(path: str | Path, at: int, changes: Mapping[str, Any], root: str | Path | None = None) -> RunFolder:
    """Copy a run as it was at a tick into a new run folder.

    The clock goes on from that tick and the seed stays, so a fork without changes does what the run did: twins share
    their luck. The rows of the return curve up to the tick come along.

    Args:
        path: Run folder.
        at: Tick.
        changes: Hyper-parameters that are different from there on, by name.
        root: Folder for the new run; beside the old one where not given.

    Returns:
        The new run's folder, ready to be resumed.

    Raises:
        RunError: If the run cannot be read or never got to that tick.
        ConfigError: If a change is not allowed.
    """
    stored = StoredRun(str(path))
    learner = stored.learner_at(at)
    for name, value in changes.items():
        learner.set(name, value)
    config = RunConfig(
        env_id=stored.config.env_id,
        env_kwargs=stored.config.env_kwargs,
        agent=stored.config.agent,
        hyperparameters=values_of(learner.config),
        seed=stored.config.seed,
        created=now_utc(),
        parent={"run": stored.folder.path.name, "tick": at, "changes": dict(changes)},
        versions=library_versions(),
    )
    made = RunFolder.create(Path(root) if root else stored.folder.path.parent, config)
    rows = tuple(
        row
        for event in read_events(stored.folder.events_path)
        if isinstance(event, Metrics)
        for row in event.blocks
        if row[2] <= at
    )
    log = EventLog(made.events_path)
    if rows:
        log.append(Metrics(run_id=made.path.name, env_steps=at, blocks=rows))
    if learner.mover != "agent":
        log.append(HyperparameterChanged(run_id=made.path.name, env_steps=at, name="mover", value=learner.mover))
    log.flush()
    log.close()
    arrays = learner.arrays()
    with KeyframeFile(made.keyframes_path) as keyframes:
        keyframes.append(
            Keyframe(
                tick=at,
                episode=int(learner.counters["episode"]),
                largest_change=0.0,
                state_hash=state_hash(arrays),
                arrays=arrays,
            )
        )
        keyframes.flush()
    with contextlib.suppress(RunError):
        # The index can be rebuilt from the folders; a fork must not fail for it.
        index_run(made, learner, "stopped")
    return made
