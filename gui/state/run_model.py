"""One run as the window has it: everything that arrives is folded into one picture, every wish becomes a command."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agents.runtime.client import WorkerClient
from agents.runtime.deep_runs import is_deep_agent
from agents.runtime.spec import RunSpec
from arena.protocol.messages import (
    Act,
    Checkpoint,
    Command,
    EditWorld,
    Event,
    Failed,
    Forked,
    HyperparameterChanged,
    KeyframeWritten,
    Metrics,
    Pause,
    PhaseChanged,
    Run,
    RunTo,
    SetHyperparameter,
    SetMover,
    SetSpeed,
    SolutionChanged,
    Step,
    TickHappened,
    View,
    Warned,
    WorldReady,
)
from arena.protocol.twin_messages import Foreseen
from arena.protocol.world_codec import shown_world
from gui.state.beats import STEP_SECONDS, BeatPresenter
from gui.state.distances import Distances
from gui.state.leaving_workers import LeavingWorkers
from gui.state.own_agents import admitted
from gui.state.run_state import BLOCK_COLUMNS, RunState

FOLD_MS = 16
"""The picture is made anew at most 60 times a second."""

VIEW_SECONDS = 0.1
"""Numbers in cells change ten times a second while it learns flat out; a network always does."""

BEAT_SPEED = 4.0
"""Up to so many updates a second each step is shown in four beats."""

RECORDED_SPEED = 60.0
"""Up to so many updates a second every step is told."""

MOST_WARNINGS = 20


class RunModel(QObject):
    """Owns a worker and knows what it said.

    Attributes:
        changed: Emitted with a new :class:`RunState`, at most 60 times a second and only when something is new.
        warned: Emitted with a warning's key and values.
        answered: Emitted with what answers one command: ``Forked``, ``Foreseen``, or ``Warned`` where it was refused.
        ticked: Emitted with every recorded step, in order; :attr:`state` has only the last one.
    """

    changed = Signal(object)
    warned = Signal(str, dict)
    answered = Signal(object)
    ticked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState()
        self.admit: Callable[[RunSpec], RunSpec | None] = admitted
        """Says what may be opened: own code only where somebody has said so. ``None`` for nothing yet."""
        self.beats = BeatPresenter()
        self.place: tuple[str, Mapping[str, Any]] = ("", {})
        """Environment id and arguments of the run, also of one that failed before it began; none known: empty."""
        self._client: WorkerClient | None = None
        self._leaving = LeavingWorkers()
        self._blocks = np.zeros((256, len(BLOCK_COLUMNS)))
        self._block_count = 0
        self._distances = Distances()
        self._view_at = 0.0
        self._view_wanted = False
        self._held_step = False
        self._paced: float | None = None
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FOLD_MS)
        self._timer.timeout.connect(self.fold)

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    def open(self, wanted: RunSpec) -> None:
        """Leave the run there is (it is saved) and begin or resume another one, if it is admitted."""
        spec = self.admit(wanted)
        if spec is None:
            return
        self.leave()
        if spec.env_id:
            self.place = (spec.env_id, spec.env_kwargs)
        self._blocks = np.zeros((256, len(BLOCK_COLUMNS)))
        self._block_count = 0
        self._distances = Distances()
        self.beats = BeatPresenter()
        self._held_step = False
        self._view_wanted = False
        self.state = RunState(
            phase="starting", agent=spec.agent, seed=spec.seed, speed=spec.speed, hyperparameters=spec.hyperparameters
        )
        self._client = WorkerClient.start(spec)
        self._timer.start()
        self.changed.emit(self.state)

    def leave(self) -> None:
        """Stop the worker without waiting for it; what it learned is saved."""
        client, self._client = self._client, None
        self._timer.stop()
        self._leaving.let_go(client)

    def shutdown(self) -> None:
        """Stop the worker and wait until it is gone."""
        self.leave()
        self._leaving.wait()

    @property
    def busy(self) -> bool:
        """Whether something is learning right now."""
        return self._client is not None and self.state.phase in ("running", "saving")

    @property
    def folder(self) -> str:
        """Folder of the run, empty before there is one."""
        return self.state.folder

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, command: Command) -> int:
        """Send a command and return its number, by which :attr:`answered` can be told apart; 0 without a worker."""
        return 0 if self._client is None else self._client.send(command)

    def _send(self, command: Command) -> None:
        self.ask(command)

    def run(self) -> None:
        """Learn on at the speed set."""
        self.finish_step()
        self._send(Run())

    def pause(self) -> None:
        """Stop at the next safe point."""
        self._send(Pause())

    def toggle(self) -> None:
        """Run or pause."""
        if self.state.phase == "running":
            self.pause()
        else:
            self.run()

    def step(self) -> None:
        """Do one step and show its beats; a step still being shown is shown to its end first."""
        if self.beats.showing and not self.state.covered:
            self.finish_step()
            return
        self._held_step = False
        self._send(Step())

    def step_paced(self, seconds: float) -> None:
        """Do one step on somebody else's clock: its beats take that long together, with 0 it is shown at once."""
        self.finish_step()
        self._held_step, self._paced = False, seconds
        self._send(Step(paced=True))

    def step_beat(self) -> None:
        """Show the next beat, of a new step where all of the last one has been shown."""
        if self.beats.showing:
            self.beats.next()
            self._show_beat()
            return
        self._held_step = True
        self._send(Step())

    def cover(self) -> None:
        """Cover what comes next, or uncover it."""
        covered = not self.state.covered
        if not covered:
            self.beats.finish()
        self._set(covered=covered)
        if not covered:
            self._show_beat()

    def run_to(self, goal: str, count: int = 1) -> None:
        """Learn flat out until something happens, see ``RunTo``."""
        self.finish_step()
        self._send(RunTo(goal=goal, count=count))

    def set_speed(self, per_second: float) -> None:
        """Set the pace of :meth:`run`."""
        self.finish_step()
        self._set(speed=per_second)
        self._send(SetSpeed(per_second=per_second))

    def set_hyperparameter(self, name: str, value: Any) -> None:
        """Change a setting of the running agent."""
        self._send(SetHyperparameter(name=name, value=value))

    def edit_world(self, changes: dict[str, Any]) -> None:
        """Go on in a world of the same size with some arguments changed."""
        self.finish_step()
        self._send(EditWorld(env_kwargs=changes))

    def set_mover(self, mover: str) -> None:
        """Choose who moves: ``agent``, ``random`` or ``person``."""
        self._send(SetMover(mover=mover))

    def act(self, action: int) -> None:
        """Move, as a person."""
        self.finish_step()
        self._send(Act(action=action))

    def checkpoint(self) -> None:
        """Save now."""
        self._send(Checkpoint())

    def kill(self) -> None:
        """End a worker that does not answer; what it had saved is kept."""
        client, self._client = self._client, None
        if client is not None:
            self._timer.stop()
            client.stop(timeout=0.5)
            self._set(phase="failed", failure=client.stopped_by_hand())
            self.changed.emit(self.state)

    def go_on_with(self, folder: str) -> None:
        """Leave this run and learn on in another one at the same speed."""
        self.open(RunSpec(resume=folder, agent=self.state.agent, speed=self.state.speed))
        self.run()

    def resume(self) -> None:
        """Go on with this run in a new worker."""
        if self.state.folder:
            speed = self.state.speed
            self.open(RunSpec(resume=self.state.folder, agent=self.state.agent, speed=speed))

    # ── folding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self) -> None:
        """Take in everything that arrived and tell it, if there is anything new."""
        client = self._client
        if client is None:
            return
        now = time.monotonic()
        for message in client.poll():
            self._take(message, now)
        if self.beats.tick(now):
            self._show_beat()
        recorded = 0 < self.state.speed <= RECORDED_SPEED and not is_deep_agent(self.state.agent)
        flat_out = self.state.phase == "running" and not recorded
        due = self._view_wanted or (flat_out and now - self._view_at >= VIEW_SECONDS)
        if due and client.request_view():
            self._view_wanted, self._view_at = False, now
        if self._dirty:
            self._dirty = False
            self.changed.emit(self.state)

    def _set(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)
        self._dirty = True

    def _take(self, message: Event | View, now: float) -> None:
        match message:
            case View():
                self._set(
                    view=message,
                    env_steps=message.env_steps,
                    episodes=message.episodes,
                    updates=message.updates,
                    epsilon=message.scalars.get("epsilon", -1.0),
                )
            case WorldReady():
                self._take_world(message)
            case SolutionChanged():
                self._set(solution_q=message.arrays["solution_q"], optimum=message.optimum)
            case PhaseChanged():
                self._take_phase(message)
            case TickHappened():
                self._take_tick(message, now)
            case Metrics():
                self._take_metrics(message)
            case HyperparameterChanged(name="mover", value=value):
                self._set(mover=value)
            case HyperparameterChanged(name=name, value=value):
                self._set(hyperparameters={**self.state.hyperparameters, name: value})
            case Warned():
                self._set(warnings=(*self.state.warnings, message)[-MOST_WARNINGS:])
                if message.command_id:
                    self.answered.emit(message)
                self.warned.emit(message.key, dict(message.params))
            case Forked() | Foreseen():
                self.answered.emit(message)
            case Failed():
                self._set(phase="failed", failure=message)
            case KeyframeWritten():
                self.warned.emit("lab.saved", {})

    def _take_world(self, message: WorldReady) -> None:
        config = message.config
        world = shown_world(message.world, message.arrays)
        self.place = (world.env_id, world.env_kwargs)
        self._set(
            world=world,
            solution_q=message.arrays["solution_q"],
            optimum=message.optimum,
            run_id=message.run_id,
            folder=message.folder,
            agent=config["agent"],
            own=config.get("own"),
            seed=config["seed"],
            hyperparameters=dict(config["hyperparameters"]),
            mover=config.get("mover", "agent"),
            # What was asked of the world before does not fit this one.
            view=None,
            tick=None,
            before=None,
            env_steps=message.env_steps,
            episodes=message.episodes,
            updates=message.updates,
        )
        self._view_wanted = True

    def _take_phase(self, message: PhaseChanged) -> None:
        if message.phase == "stopped" and self.state.phase == "failed":
            return
        self._set(phase=message.phase, reason=message.reason, reason_params=dict(message.params))
        if message.phase in ("paused", "finished"):
            self._view_wanted = True

    def _take_tick(self, message: TickHappened, now: float) -> None:
        slow = self.state.phase == "running" and 0 < self.state.speed <= BEAT_SPEED
        single = self.state.phase != "running"
        before = self.state.view
        fresh = before is not None and before.env_steps == message.tick["tick"]
        seconds = (1.0 / self.state.speed) * 0.9 if slow else STEP_SECONDS if single and fresh else 0.0
        if self._paced is not None:
            seconds, self._paced = self._paced, None
        held = single and (self._held_step or self.state.covered)
        self.beats.begin(now, seconds if fresh else 0.0, held=held and fresh, covered=self.state.covered and fresh)
        self._set(
            tick=message,
            before=before if self.beats.showing else None,
            beat=self.beats.beat,
            # Why it paused has been read by whoever goes on by hand; a pause of its own tells its reason after this.
            reason="",
            env_steps=message.env_steps,
            episodes=message.episodes,
            updates=message.updates,
        )
        self._view_wanted = True
        self.ticked.emit(message)

    def _take_metrics(self, message: Metrics) -> None:
        for row in message.blocks:
            if self._block_count == len(self._blocks):
                self._blocks = np.concatenate([self._blocks, np.zeros_like(self._blocks)])
            self._blocks[self._block_count] = row
            self._block_count += 1
        self._set(
            blocks=self._blocks[: self._block_count],
            steps_per_second=message.steps_per_second,
            epsilon=message.epsilon,
            largest_change=message.largest_change,
            distance=message.distance,
            distances=self._distances.with_these(message),
            env_steps=message.env_steps,
            episodes=message.episodes,
            updates=message.updates,
        )

    def finish_step(self) -> None:
        """Show all of the step that is being shown."""
        if self.beats.showing:
            self.beats.finish()
            self._show_beat()

    def _show_beat(self) -> None:
        self._set(beat=self.beats.beat, before=self.state.before if self.beats.showing else None)
