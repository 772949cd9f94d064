"""One learner at work in one run folder: the same code in a worker process and under the command line.

The session owns the learner and its clock. Whatever comes from outside (a changed setting, a person's move) passes
through here, is logged at its tick before it counts, and so can be replayed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.hosting.live import OwnLearner
from agents.own.library import is_own
from agents.runtime.edited_worlds import edited, enter
from agents.runtime.foresight import look_ahead
from agents.runtime.onlooker import Onlooker
from agents.runtime.own_runs import changed_since, host, revived
from agents.runtime.recorder import Recorder
from agents.runtime.replay import Inputs, StoredRun, learner_for, tick_again
from agents.runtime.settings import settings_for
from agents.runtime.shown import scalars_of, tick_event, view_arrays, world_ready
from agents.runtime.spec import RunSpec
from agents.runtime.told_distances import told_distances
from agents.tabular.arrays import new_records
from agents.tabular.exact import Solution, optimal_return, solve
from agents.tabular.kernel import NOT_FINITE
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.environments.world import World
from arena.errors import ArenaError, ConfigError
from arena.protocol.messages import (
    ActionForced,
    Event,
    HyperparameterChanged,
    KeyframeWritten,
    Metrics,
    SolutionChanged,
    TickHappened,
    View,
    Warned,
    WorldEdited,
)
from arena.runs.locations import ensure_writable, runs_root
from arena.runs.run_config import RunConfig, library_versions, now_utc
from arena.runs.run_folder import RunFolder

CHUNK_SECONDS = 0.015
"""How long one kernel call may take: a safe point at least every 20 ms."""

FIRST_CHUNK = 2_000
"""Ticks of the first kernel call, before its speed is known."""

Emit = Callable[[Event], None]


class Session:
    """A run in progress.

    Make one with :meth:`begin` or :meth:`resume`; call :meth:`close` at the end.

    Args:
        folder: Run folder, locked by this process.
        world: The world.
        learner: The learner, at the tick where the run goes on.
        inputs: Live changes and moves so far.
        emit: Called with every event, in order, by the thread that drives the session.
        look_only: Write nothing: the learner only does again what was recorded.
    """

    def __init__(
        self,
        folder: RunFolder,
        world: World,
        learner: TabularLearner,
        inputs: Inputs,
        emit: Emit,
        *,
        look_only: bool = False,
    ) -> None:
        self.folder = folder
        self.world = world
        self.learner = learner
        self._inputs = inputs
        self._send = emit
        self._seq = 0
        self._chunk = FIRST_CHUNK
        self._records = new_records()
        self._recorder: Recorder | Onlooker = (
            Onlooker(folder, learner, self.emit) if look_only else Recorder(folder, learner, self.emit)
        )
        self._may_forget = isinstance(learner, OwnLearner)
        self._view_largest = 0.0
        self.solution: Solution = self._solve()
        self._recorder.start()

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def begin(cls, spec: RunSpec, emit: Emit) -> Session:
        """Begin a run in a new folder.

        Raises:
            UsageError: Unknown world or agent, settings that do not fit, or code that may not run.
            OwnAgentError: If somebody's own agent fails before its first step.
            RunError: If the folder cannot be written.
        """
        world = make_world(spec.env_id, spec.env_kwargs)
        settings = settings_for(spec, world)
        hosted = host(spec.agent, spec.trusted_hash, world, settings, spec.seed) if is_own(spec.agent) else None
        config = RunConfig(
            env_id=world.env_id,
            env_kwargs=world.env_kwargs,
            agent=hosted.id if hosted else spec.agent,
            hyperparameters=settings,
            seed=spec.seed,
            created=now_utc(),
            parent=None,
            versions=library_versions(),
            own=hosted.own.plain() if hosted else None,
        )
        learner = hosted.learner if hosted else learner_for(config, world)
        root = runs_root(spec.log_folder)
        ensure_writable(root)
        folder = RunFolder.create(root, config)
        folder.lock()
        if hosted:
            hosted.keep_source(folder)
        return cls(folder, world, learner, Inputs(worlds=[world]), emit)

    @classmethod
    def resume(cls, path: str | Path, emit: Emit, trusted_hash: str = "") -> Session:
        """Go on with a run from its newest usable keyframe, exactly.

        A run that was handed in, and one of an own agent whose code may not run, is looked at: nothing is written.

        Args:
            path: Run folder.
            emit: Called with every event.
            trusted_hash: Fingerprint of the code that may be run for this; empty for none.

        Raises:
            RunError: No run, a newer version, nothing usable to go on from, or busy in another process.
            OwnAgentError: If somebody's own agent fails when it is started again.
        """
        stored = StoredRun(str(path))
        if stored.folder.handed_in or (stored.config.own is not None and not trusted_hash):
            learner = stored.learner_at(stored.last_tick())
            return cls(stored.folder, stored.world, learner, stored.inputs, emit, look_only=True)
        stored.folder.lock()
        try:
            tick = stored.last_tick()
            learner = stored.learner_at(tick)
            if stored.config.own is not None:
                learner = revived(stored.folder, learner, stored.world, trusted_hash) or learner
            kept = Recorder.cut_back(stored.folder, tick)
            session = cls(
                stored.folder, stored.world, learner, Inputs.of(stored.config, kept, stored.inputs.worlds[0]), emit
            )
        except BaseException:
            stored.folder.unlock()
            raise
        if stored.skipped:
            session.warn("warning.keyframe.damaged", count=stored.skipped, tick=tick)
        if stored.config.own is not None and changed_since(stored.folder):
            session.warn("warning.own.changed", file=str(stored.config.own["file"]))
        return session

    def close(self) -> None:
        """Write a last keyframe, flush everything and let go of the folder."""
        try:
            self._recorder.close()
        finally:
            self.folder.unlock()

    # ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

    def emit(self, event: Event) -> None:
        """Stamp an event with where the run stands, log it and send it."""
        stamped = self._stamped(event)
        self._recorder.log(stamped)
        self._send(stamped)

    def _stamped(self, event: Event) -> Event:
        counters = self.learner.counters
        self._seq += 1
        return replace(
            event,
            run_id=self.folder.path.name,
            seq=self._seq,
            env_steps=int(counters["tick"]),
            episodes=int(counters["episode"]),
            updates=int(counters["updates"]),
        )

    def warn(self, key: str, **params: Any) -> None:
        """Send a warning sentence."""
        self.emit(Warned(key=key, params=params))

    def refuse(self, command_id: int, problem: ArenaError) -> None:
        """Say why a command was not obeyed."""
        self.emit(Warned(key=problem.key, params=problem.params, command_id=command_id))

    def announce(self) -> None:
        """Send what a window needs to draw the run: first of all events."""
        self.emit(world_ready(self.folder, self.world, self.learner, self.solution))
        history = self._recorder.history()
        if history:
            # Told, not logged: it was read from the log, and would double there with every resume.
            told = Metrics(
                blocks=history, epsilon=self.learner.epsilon, distances=told_distances(self.folder, self.tick)
            )
            self._send(self._stamped(told))

    def _solve(self) -> Solution:
        return solve(self.world.model, float(self.learner.config.gamma))

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def tick(self) -> int:
        """The run's clock."""
        return self.learner.tick

    def advance(self, limit: int, stop: NDArray[np.void] | None = None) -> int:
        """Learn for at most about 15 ms.

        Args:
            limit: Tick to stop at.
            stop: Stop condition, see :func:`agents.tabular.learner.new_stop`.

        Returns:
            Why it came back; ``REACHED`` also at the end of the time slice.
        """
        records = self._records
        records.used[:] = 0
        before = self.learner.tick
        started = time.perf_counter()
        limit = min(limit, before + self._chunk)
        stop = new_stop() if stop is None else stop
        forced = self._inputs.forced.get(before)
        if forced is not None:
            # The first move of a fork is what was changed.
            limit, stop = min(limit, before + 1), stop.copy()
            stop["forced_action"] = forced
        reason = self.learner.advance(limit, stop, records)
        spent = time.perf_counter() - started
        done = self.learner.tick - before
        if done == self._chunk:
            # Never more than doubled: one fast call must not make the next one long.
            self._chunk = int(max(16, min(2 * self._chunk, self._chunk * CHUNK_SECONDS / max(spent, 1e-6))))
        self._after(done, spent)
        return reason

    def step(self, action: int | None = None) -> TickHappened | None:
        """Do one tick and tell what happened.

        Args:
            action: A person's move; the agent chooses where not given.

        Returns:
            The event sent; ``None`` if nothing could be done (finished, or a value would not be finite).

        Raises:
            ConfigError: If there is no such action.
        """
        if action is not None:
            if not 0 <= action < self.world.model.actions:
                raise ConfigError("error.action.range", field="action", value=action, high=self.world.model.actions - 1)
            self._note(ActionForced(action=action))
        else:
            action = self._inputs.forced.get(self.tick)
        records = self.learner.records_for_one_tick()
        before = self.learner.tick
        started = time.perf_counter()
        reason = self.learner.advance(before + 1, new_stop(forced_action=-1 if action is None else action), records)
        if reason == NOT_FINITE or self.learner.tick == before:
            return None
        self._records.blocks[: records.used[2]] = records.blocks[: records.used[2]]
        self._records.used[2] = records.used[2]
        self._records.largest[0] = max(self._records.largest[0], records.largest[0])
        happened = tick_event(records)
        self.emit(happened)
        self._after(1, time.perf_counter() - started)
        return happened

    def explain_last(self) -> TickHappened | None:
        """Tell what the newest tick did, by replaying it from the last keyframe: flat out nothing was recorded."""
        keyframe = self._recorder.last_keyframe_before(self.tick)
        if keyframe is None:
            return None
        self._recorder.keep_writes()
        records = tick_again(self.folder, self._inputs, keyframe, self.tick)
        if not records.used[0]:
            return None
        happened = tick_event(records)
        self.emit(happened)
        return happened

    def foresee(self, limit: int, stop: NDArray[np.void]) -> tuple[int, int]:
        """Look ahead on a copy; this learner stays where it is. See :func:`agents.runtime.foresight.look_ahead`."""
        return look_ahead(self.folder.config, self._inputs, self.learner, limit, stop)

    def _after(self, done: int, spent: float) -> None:
        self._view_largest = max(self._view_largest, float(self._records.largest[0]))
        self._recorder.after(self._records, done, spent, self.solution)
        if self._may_forget and isinstance(self.learner, OwnLearner) and (names := self.learner.forgotten()):
            self._may_forget = False
            self.warn("warning.own.forgets", names=", ".join(names))

    # ── from outside ───────────────────────────────────────────────────────────────────────────────────────────────

    def set_hyperparameter(self, name: str, value: object) -> None:
        """Change a setting (or the mover) from the next tick on; it is logged at this tick and survives a kill.

        Raises:
            ConfigError: If it may not be; nothing has changed then.
        """
        now = self.learner.set(name, value)
        self._note(HyperparameterChanged(name=name, value=now))
        # A keyframe at the change: whoever reloads finds the state it met, whatever the change did to it.
        self._recorder.keyframe()
        if name in self.learner.exact_settings:
            self.solution = self._solve()
            self.emit(
                SolutionChanged(
                    arrays={"solution_q": self.learner.exact_values(self.solution)},
                    optimum=optimal_return(self.world.model, self.solution.q),
                )
            )

    def edit_world(self, changes: Mapping[str, Any]) -> None:
        """Go on in a world of the same size with some arguments changed; logged at this tick, and told anew.

        Raises:
            UsageError: If the world may not be changed so; nothing has changed then.
        """
        made = edited(self.world, changes)
        enter(self.learner, self.world, made)
        self.world = made
        self._note(WorldEdited(env_kwargs=made.env_kwargs))
        # The very one the learner is in: it is known by identity.
        self._inputs.worlds[-1] = made
        self._recorder.keyframe()
        self.solution = self._solve()
        self.emit(world_ready(self.folder, self.world, self.learner, self.solution))

    def _note(self, event: Event) -> None:
        stamped = replace(event, env_steps=self.tick)
        self._inputs.note(stamped)
        self.emit(event)
        self._recorder.flush_events()

    def checkpoint(self) -> str:
        """Write a keyframe now, flush it to disk, say so and return the hash of the state."""
        state_hash = self._recorder.keyframe(flush=True)
        self.emit(KeyframeWritten(state_hash=state_hash))
        return state_hash

    def publish_metrics(self) -> None:
        """Send what has been gathered since the last aggregate, however short ago that was."""
        self._recorder.publish(self.solution)

    def view(self, layers: tuple[str, ...]) -> View:
        """Return copies of the arrays asked for, and where the run stands.

        Args:
            layers: Names of arrays of :class:`agents.tabular.arrays.Tables`; unknown ones are left out.
        """
        c = self.learner.counters
        largest, self._view_largest = self._view_largest, 0.0
        return View(
            env_steps=self.tick,
            episodes=int(c["episode"]),
            updates=int(c["updates"]),
            arrays=view_arrays(self.learner, layers),
            scalars={**scalars_of(self.learner), "largest_change": largest},
        )
