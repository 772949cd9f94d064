"""Recomputing what happened: from a keyframe forward, with the live changes and a person's moves at their ticks.

The same compiled loop that learned runs again over the same numbers, so the result is the same to the bit.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.catalog import OwnEntry, agent
from agents.configuration import values_of
from agents.hosting.recorded import RecordedLearner
from agents.runtime.edited_worlds import enter
from agents.tabular.arrays import Records, new_records
from agents.tabular.kernel import FINISHED, NOT_FINITE, RECORDS_FULL
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.environments.world import World
from arena.errors import RunError
from arena.protocol.messages import ActionForced, Event, HyperparameterChanged, WorldEdited
from arena.runs.event_log import read_events
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder

_WORLD = "world"


GAP = "error.writes.gap"
"""Key of what is said of a damaged part of a recording."""


@dataclass(kw_only=True)
class Inputs:
    """What came from outside while a run learned, in the order it came.

    Attributes:
        worlds: The world the run begins in, and each it was edited into.
        changes: ``(tick, name, value)`` of live changes; each counts before its tick. For an edited world, the name is
            ``world`` and the value its place in ``worlds``.
        forced: Action a person chose, by tick.
    """

    worlds: list[World]
    changes: list[tuple[int, str, Any]] = field(default_factory=list)
    forced: dict[int, int] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Take in an event of the run, if it is an input."""
        match event:
            case HyperparameterChanged(env_steps=tick, name=name, value=value):
                self.changes.append((tick, name, value))
            case ActionForced(env_steps=tick, action=action):
                self.forced[tick] = action
            case WorldEdited(env_steps=tick, env_kwargs=env_kwargs):
                self.worlds.append(make_world(self.worlds[0].env_id, env_kwargs))
                self.changes.append((tick, _WORLD, len(self.worlds) - 1))

    @classmethod
    def of(cls, config: RunConfig, events: Iterable[Event], world: World) -> Inputs:
        """Collect the inputs of a run: what a fork was told to do first, and those among its events."""
        inputs = cls(worlds=[world])
        first = (config.parent or {}).get("changes", {}).get("action")
        if config.parent is not None and type(first) is int:
            # Not an event: going on from the keyframe at that tick drops moves that are not in the keyframe.
            inputs.forced[config.parent["tick"]] = first
        for event in events:
            inputs.note(event)
        return inputs

    def set_until(self, learner: TabularLearner, tick: int) -> None:
        """Give a learner the settings in force at a tick, changes of that tick included."""
        for when, name, value in self.changes:
            if when <= tick:
                self.make(learner, name, value)

    def make(self, learner: TabularLearner, name: str, value: Any) -> None:
        """Make one live change; a world it is in already is not entered again."""
        if name == _WORLD:
            enter(learner, self.worlds[value - 1], self.worlds[value])
        else:
            learner.set(name, value)

    def enter_edited(self, learner: TabularLearner, tick: int) -> None:
        """Let a learner enter the world in force at a tick, where it was edited at that very tick."""
        for when, name, value in self.changes:
            if when == tick and name == _WORLD:
                self.make(learner, name, value)

    def world_at(self, tick: int) -> World:
        """Return the world in force at a tick."""
        edits = [value for when, name, value in self.changes if name == _WORLD and when <= tick]
        return self.worlds[edits[-1] if edits else 0]

    def next_after(self, tick: int) -> float:
        """Return the first tick from ``tick`` on that has a person's move, or after it a change; infinity for none."""
        ticks = sorted({when for when, _, _ in self.changes if when > tick} | {t for t in self.forced if t > tick})
        return ticks[0] if ticks else math.inf


def learner_for(config: RunConfig, world: World) -> TabularLearner:
    """Make the learner of a run, as it was before its first step.

    That of somebody's own agent runs no code of theirs; :func:`stored_learner` gives it what was recorded.
    """
    entry = agent(config.agent, config.own)
    learner: TabularLearner = entry.learner_class()(
        rule=entry.rule,
        config_class=entry.config_class(),
        model=world.model,
        hyperparameters=config.hyperparameters,
        seed=config.seed,
    )
    if isinstance(entry, OwnEntry) and isinstance(learner, RecordedLearner):
        learner.lay_out(entry.own.arrays)
    return learner


def stored_learner(folder: RunFolder, world: World) -> TabularLearner:
    """Make a learner that can do again what the run in a folder did.

    Raises:
        RunError: If what was recorded of somebody's own agent cannot be read.
    """
    learner = learner_for(folder.config, world)
    if isinstance(learner, RecordedLearner):
        learner.attach(folder.writes_path)
    return learner


def advance_to(learner: TabularLearner, tick: int, inputs: Inputs, records: Records | None = None) -> None:
    """Let a learner do again what it did until the clock shows ``tick``.

    Args:
        learner: Where to begin; its settings are those in force at its clock.
        tick: Where to end.
        inputs: Live changes and a person's moves.
        records: Where to write what happens; where it is full, the learner stays at that tick. Nothing is recorded
            where not given.
    """
    quiet = records or new_records()
    while learner.tick < tick:
        now = learner.tick
        for when, name, value in inputs.changes:
            if when == now:
                inputs.make(learner, name, value)
        forced = inputs.forced.get(now)
        until = int(min(tick, inputs.next_after(now))) if forced is None else now + 1
        if records is None:
            quiet.used[:] = 0
        reason = learner.advance(until, new_stop(forced_action=-1 if forced is None else forced), quiet)
        if reason == RECORDS_FULL and records is not None:
            return
        if reason in (FINISHED, NOT_FINITE) and learner.tick == now:
            return


def check_no_gap(learner: TabularLearner, tick: int, folder: RunFolder) -> None:
    """Say it where a recording has not led to a tick that it held when something later was saved.

    Raises:
        RunError: If that part of the recording is damaged.
    """
    if learner.tick < tick and isinstance(learner, RecordedLearner):
        raise RunError(GAP, folder=folder.path.name, tick=learner.tick)


def tick_again(folder: RunFolder, inputs: Inputs, keyframe: Keyframe, tick: int) -> Records:
    """Do the tick before a moment again and return what it did.

    Args:
        folder: Run folder.
        inputs: What came from outside.
        keyframe: A keyframe before that moment.
        tick: The moment.

    Raises:
        RunError: If the keyframe does not fit.
    """
    again = stored_learner(folder, inputs.worlds[0])
    inputs.set_until(again, keyframe.tick)
    again.load(keyframe.arrays)
    advance_to(again, tick - 1, inputs)
    records = again.records_for_one_tick()
    advance_to(again, tick, inputs, records)
    return records


class StoredRun:
    """A run folder opened to look into: nothing is written.

    Args:
        path: Run folder.

    Raises:
        RunError: If the folder is no run, or one of a newer version, or has no usable keyframe.
    """

    def __init__(self, path: str) -> None:
        self.folder = RunFolder.open(path)
        self.config = self.folder.config
        self.world = make_world(self.config.env_id, self.config.env_kwargs)
        """The world in force at the tick that was asked for last; before that, the one it begins in."""
        self.inputs = Inputs.of(self.config, read_events(self.folder.events_path), self.world)
        self.mismatches: list[int] = []
        """Ticks of keyframes whose hash replay did not reproduce (another processor's exp, a damaged block)."""
        self.skipped = 0
        """Damaged keyframes passed over so far."""

    def last_tick(self) -> int:
        """Return the clock of the newest usable keyframe.

        Raises:
            RunError: If there is none.
        """
        with KeyframeFile(self.folder.keyframes_path, read_only=True) as file:
            ticks = file.ticks
            if not ticks:
                raise RunError("error.run.no_keyframe", folder=self.folder.path.name)
            keyframe, skipped = file.newest_at_or_before(ticks[-1])
            self.skipped = max(self.skipped, skipped)
            return keyframe.tick

    def learner_at(self, tick: int) -> TabularLearner:
        """Return the learner exactly as it was at a tick.

        Keyframes passed on the way are compared by hash; differences are listed in :attr:`mismatches`.

        Raises:
            RunError: If the run never got that far, or begins later (a fork).
        """
        with KeyframeFile(self.folder.keyframes_path, read_only=True) as file:
            ticks = file.ticks
            if not ticks or tick < ticks[0] or tick > max(ticks):
                raise RunError(
                    "error.run.no_such_tick", tick=tick, first=ticks[0] if ticks else 0, last=max(ticks, default=0)
                )
            keyframe, skipped = file.newest_at_or_before(tick)
            # Not added up: those behind the newest sound one have been counted by last_tick already.
            self.skipped = max(self.skipped, skipped)
            learner = stored_learner(self.folder, self.inputs.worlds[0])
            self.inputs.set_until(learner, keyframe.tick)
            learner.load(keyframe.arrays)
            for index in range(bisect_right(ticks, keyframe.tick), bisect_left(ticks, tick)):
                self._pass(learner, file, index, ticks[index])
        advance_to(learner, tick, self.inputs)
        self.world = self.inputs.world_at(tick)
        self.inputs.enter_edited(learner, tick)
        check_no_gap(learner, tick, self.folder)
        return learner

    def _pass(self, learner: TabularLearner, file: KeyframeFile, index: int, tick: int) -> bool:
        """Replay up to a keyframe and compare; ``False`` if it is damaged."""
        advance_to(learner, tick, self.inputs)
        try:
            expected = file.read(index).state_hash
        except RunError:
            return False
        if state_hash(learner.arrays()) != expected:
            # One that was written when the world had been edited at this very tick?
            self.inputs.enter_edited(learner, tick)
            if state_hash(learner.arrays()) != expected:
                self.mismatches.append(tick)
        return True

    def verify(self) -> int:
        """Recompute the whole run from its first sound keyframe and compare every one after it.

        Returns:
            How many keyframes were compared; those that differ are in :attr:`mismatches`, damaged ones are counted in
            :attr:`skipped`.

        Raises:
            RunError: If there is none to begin with.
        """
        with KeyframeFile(self.folder.keyframes_path, read_only=True) as file:
            ticks = file.ticks
            begin = next((index for index in range(len(ticks)) if _is_sound(file, index)), 0)
            first = file.read(begin)
            learner = stored_learner(self.folder, self.inputs.worlds[0])
            self.inputs.set_until(learner, first.tick)
            learner.load(first.arrays)
            sound = [self._pass(learner, file, index, ticks[index]) for index in range(begin + 1, len(ticks))]
            self.skipped = begin + sound.count(False)
            return sound.count(True)


def _is_sound(file: KeyframeFile, index: int) -> bool:
    try:
        file.read(index)
    except RunError:
        return False
    return True


def settings_at(run: StoredRun, tick: int) -> Mapping[str, Any]:
    """Return hyper-parameters and mover in force at a tick."""
    learner = learner_for(run.config, run.inputs.worlds[0])
    run.inputs.set_until(learner, tick)
    return {**values_of(learner.config), "mover": learner.mover}
