"""A second run that begins as another one was at a tick, with one thing changed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.catalog import agent
from agents.configuration import build, settings_of, values_of
from agents.own.library import is_own
from agents.runtime.fork_changes import ForkChanges
from agents.runtime.recorder import index_run
from agents.runtime.replay import StoredRun, learner_for
from agents.tabular.learner import TabularLearner
from agents.tabular.transfer import transfer
from arena.environments.correspondence import states_at_same_place
from arena.environments.registry import make_world
from arena.environments.world import World
from arena.errors import ConfigError, RunError, UsageError
from arena.protocol.messages import HyperparameterChanged, Metrics
from arena.runs.event_log import EventLog, read_events
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.locations import runs_root
from arena.runs.run_config import RunConfig, library_versions, now_utc
from arena.runs.run_folder import RunFolder
from arena.runs.safe_file import told_plainly, write_bytes


def fork_run(path: str | Path, at: int, changes: Mapping[str, Any], root: str | Path | None = None) -> RunFolder:
    """Copy a run as it was at a tick into a new run folder.

    The clock goes on from that tick and the seed stays unless it is what changes, so a fork without changes does what
    the run did: twins share their luck. The rows of the return curve up to the tick come along. Another algorithm takes
    the tables it knows, another world of the same size the values of the cells that are still there.

    Args:
        path: Run folder.
        at: Tick.
        changes: What is different from there on, as :meth:`agents.runtime.fork_changes.ForkChanges.plain` has it.
        root: Folder for the new run; where not given beside the old one, or among one's own if that was handed in.

    Returns:
        The new run's folder, ready to be resumed.

    Raises:
        RunError: If the run cannot be read or never got to that tick.
        UsageError: If a change is not allowed, or nothing of what was learned fits the other algorithm or world.
    """
    wanted = ForkChanges.of(changes)
    stored = StoredRun(str(path))
    before = stored.learner_at(at)
    world = _world(stored, wanted)
    own = _own(stored, world, wanted)
    config = RunConfig(
        env_id=world.env_id,
        env_kwargs=world.env_kwargs,
        agent=wanted.agent or stored.config.agent,
        hyperparameters=_settings(stored, before, world, wanted),
        seed=stored.config.seed if wanted.seed is None else _seed(wanted.seed),
        created=now_utc(),
        parent={"run": stored.folder.path.name, "tick": at, "changes": wanted.plain()},
        versions=library_versions(),
        own=own,
    )
    learner = _learner(stored, before, world, config)
    for name, value in wanted.hyperparameters.items():
        learner.set(name, value)
    if wanted.action is not None:
        _check_action(learner, wanted.action)
    made = RunFolder.create(_beside(stored.folder, root), _with_settings(config, values_of(learner.config)))
    _write(made, stored, learner)
    if own is not None:
        _copy_code(stored.folder, made)
    with contextlib.suppress(RunError):
        # The index can be rebuilt from the folders; a fork must not fail for it.
        index_run(made, learner, "stopped")
    return made


def _world(stored: StoredRun, wanted: ForkChanges) -> World:
    if not wanted.env_kwargs:
        return stored.world
    given = {**stored.world.env_kwargs, **wanted.env_kwargs}
    return make_world(stored.config.env_id, {name: value for name, value in given.items() if value is not None})


def _own(stored: StoredRun, world: World, wanted: ForkChanges) -> Mapping[str, Any] | None:
    """Return what is known of somebody's own agent where it goes on; its code is not asked, so little may change."""
    if wanted.agent is not None and wanted.agent != stored.config.agent:
        if is_own(wanted.agent):
            raise UsageError("error.own.fork")
        return None
    if stored.config.own is not None and world.model.states != stored.world.model.states:
        raise UsageError("error.own.fork_world")
    return stored.config.own


def _copy_code(source: RunFolder, made: RunFolder) -> None:
    # A recording handed in without its code is forked to be looked at too.
    if source.own_agent_path.is_file():
        with told_plainly(source.own_agent_path):
            code = source.own_agent_path.read_bytes()
        write_bytes(made.own_agent_path, code)


def _beside(folder: RunFolder, root: str | Path | None) -> Path:
    return Path(root) if root else runs_root() if folder.handed_in else folder.path.parent


def _seed(seed: object) -> int:
    if type(seed) is not int or not 0 <= seed < 2**64:
        raise ConfigError("error.setting.range", field="seed", value=seed, low="0", high="2⁶⁴ − 1", bracket="[")
    return seed


def _settings(stored: StoredRun, before: TabularLearner, world: World, wanted: ForkChanges) -> dict[str, Any]:
    """Return the settings in force at the tick; another algorithm takes those it has too and can make sense of."""
    now = dict(values_of(before.config))
    if wanted.agent is None or wanted.agent == stored.config.agent:
        return now
    old_class, new_class = before.config_class, agent(wanted.agent).config_class()
    # A step size for a mean of returns and one for steps are two things of one name.
    apart = set(getattr(old_class, "not_suggested", ())) ^ set(getattr(new_class, "not_suggested", ()))
    unsuited = set(getattr(new_class, "not_suggested", ()))
    names = [item.name for item in settings_of(new_class)]
    values = {name: world.suggested[name] for name in names if name in world.suggested and name not in unsuited}
    kept = {name: now[name] for name in names if name in now and name not in apart}
    while kept:
        # One by one, as often as it takes: a falling ε is allowed only once its end lies below it.
        fitting = [name for name in kept if _fits(new_class, {**values, name: kept[name]})]
        if not fitting:
            break
        values[fitting[0]] = kept.pop(fitting[0])
    return dict(values_of(build(new_class, values)))


def _fits(config_class: type[Any], values: Mapping[str, Any]) -> bool:
    try:
        build(config_class, values)
    except ConfigError:
        return False
    return True


def _learner(stored: StoredRun, before: TabularLearner, world: World, config: RunConfig) -> TabularLearner:
    made = learner_for(config, world)
    made.set("mover", before.mover)
    same_world = world is stored.world
    if same_world and config.agent == stored.config.agent:
        made.load(before.arrays())
    else:
        transfer(before, made, None if same_world else states_at_same_place(stored.world, world))
    return made


def _check_action(learner: TabularLearner, action: object) -> None:
    if not learner.acts:
        raise UsageError("error.fork.no_action")
    high = learner.model.actions - 1
    if type(action) is not int or not 0 <= action <= high:
        raise ConfigError("error.action.range", field="action", value=action, high=high)


def _with_settings(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    return RunConfig(**{**config.plain(), "hyperparameters": dict(values)})


def _write(made: RunFolder, stored: StoredRun, learner: TabularLearner) -> None:
    """Write what the new run begins with: its curve so far, what came from outside, and its state."""
    at = learner.tick
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
