"""Drives a deep run as commands say: in a worker process and under the command line alike.

Commands are obeyed at safe points: after each step of all games, after each minibatch, between two updates. What needs
a state in which nothing is half done (a checkpoint, a changed setting, the end) waits for the next such point, or,
where only a rollout is being played, drops that: nothing was learned from it yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.deep.training.faults import Fault, FaultFoundError, is_lost_device, is_out_of_memory
from agents.deep.training.memory import out_of_memory
from agents.deep.training.opening import open_run
from agents.deep.training.safe_points import Leaving
from agents.deep.training.training_run import TrainingRun
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError, UsageError
from arena.protocol.messages import (
    Act,
    Checkpoint,
    Command,
    EditWorld,
    Event,
    Fork,
    Pause,
    PhaseChanged,
    Run,
    RunTo,
    SetHyperparameter,
    SetMover,
    SetSpeed,
    Step,
    Stop,
    View,
    ViewRequest,
    Warned,
)

WAIT_SECONDS = 0.5
"""How long a paused run waits for a command before it gives another sign of progress."""


class TrainingService:
    """Drives one run.

    Args:
        run: The run.
        inbox: Where commands come from.
        send_view: Sends a view; called only after a request.

    Attributes:
        phase: As in ``PhaseChanged``; read by the heartbeat.
        progress: Grows with every piece of work done; read by the heartbeat.
    """

    def __init__(self, run: TrainingRun, inbox: Inbox, send_view: Callable[[View], None]) -> None:
        self.phase = "starting"
        self.progress = 0
        self.run = run
        self._inbox = inbox
        self._send_view = send_view
        self._goal: tuple[str, int] | None = None
        self._stopping = False
        self._save_wanted = False
        self._changes: list[SetHyperparameter] = []
        run.breathe = self._breathe
        self._whole = True
        """Nothing is half done: the run stands between two updates."""

    def loop(self) -> None:
        """Work until told to stop, or until nobody is left to tell; then everything is on disk.

        Raises:
            ArenaError: If learning cannot go on.
        """
        self.run.announce()
        self._enter("finished" if self.run.finished else "paused", "phase.reason.horizon" if self.run.finished else "")
        self.run.publish(now=True)
        while not self._stopping:
            self._serve()
            if self.phase == "running":
                self._learn()
        self._save_and_end()

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _learn(self) -> None:
        run = self.run
        try:
            run.learn(self)
            # SB3 comes back at the horizon, right after the last update.
            self._whole = True
            run.between_updates()
            run.checkpoint()
            run.publish(now=True)
            self._rest("finished", "phase.reason.horizon")
        except Leaving:
            run.drop_rollout()
            self._whole = True
            if self._save_wanted:
                self._save_wanted = False
                run.checkpoint(asked=True)
            self._make_changes()
        except FaultFoundError as problem:
            self._stand_still(problem.fault)
        except (RuntimeError, MemoryError) as problem:
            self._after_failure(problem)

    def _stand_still(self, fault: Fault) -> None:
        self._whole = True
        self.run.fault = fault
        self._rest("paused", fault.reason, **fault.params, checkpoint=self.run.saved_steps)

    def _after_failure(self, problem: RuntimeError | MemoryError) -> None:
        run = self.run
        if is_out_of_memory(problem):
            raise out_of_memory(run.config, run.makings.place) from problem
        if run.makings.device == "cpu" or not is_lost_device(problem):
            raise problem
        run.go_back("cpu")
        self._whole = True
        run.warn("warning.deep.gpu_lost", steps=run.env_steps)

    # ── safe points ────────────────────────────────────────────────────────────────────────────────────────────────

    def after_step(self, said: dict[str, Any]) -> None:
        """Serve after a step of all games."""
        self._whole = False
        self.run.after_step(said)
        if self._goal is not None and self._goal[0] == "games" and self.run.games.games >= self._goal[1]:
            self._rest("paused", "phase.reason.games")
        self._tick()
        if self.run.plays_rollouts and (self._stopping or self._save_wanted):
            raise Leaving

    def before_learning(self) -> None:
        """Serve when a rollout is complete."""
        self.run.looks.before_learning()
        self.run.learning = True

    def after_minibatch(self) -> None:
        """Serve after a gradient step."""
        self._whole = False
        self.run.after_minibatch()
        self._tick()

    def between_updates(self) -> None:
        """Serve while nothing is half done."""
        self._whole = True
        self.run.between_updates()
        if self._save_wanted:
            self._save_wanted = False
            self.run.checkpoint(asked=True)
        self._make_changes()
        self._check_goal()
        self._tick()
        if self._stopping:
            raise Leaving

    def _check_goal(self) -> None:
        run = self.run
        if self._goal is None:
            return
        kind, count = self._goal
        if kind == "updates" and run.updates >= count:
            self._rest("paused", "phase.reason.update")
        elif kind == "steps" and run.env_steps >= count:
            self._rest("paused", "phase.reason.tick")

    def _tick(self) -> None:
        self.progress += 1
        self.run.clock.mark(self.run.env_steps)
        if self.phase == "running":
            self.run.reporter.progress()
        self._serve(waiting=False)
        while self.phase != "running" and not self._must_leave():
            self._serve()

    def _breathe(self) -> bool:
        self._tick()
        return self._stopping

    def _must_leave(self) -> bool:
        # Half an update cannot be saved: it is finished first.
        return self._stopping or (self._save_wanted and (self._whole or self.run.plays_rollouts))

    # ── commands ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _serve(self, *, waiting: bool = True) -> None:
        patience = WAIT_SECONDS if waiting and self.phase != "running" else 0.0
        command = self._inbox.take(patience)
        self.progress += 1
        while command is not None:
            self._obey(command)
            command = self._inbox.take(0.0)
        if self._inbox.closed and not self._stopping:
            self._stop()

    def _obey(self, command: Command) -> None:
        try:
            match command:
                case Run():
                    self._start(None)
                case RunTo(goal="tick", count=count):
                    self._start(("steps", count))
                case RunTo(goal="episode", count=count):
                    self._start(("games", self.run.games.games + max(1, count)))
                case RunTo(goal=goal):
                    raise UsageError("error.command.goal", goal=goal)
                case Step(count=count):
                    self._start(("updates", self.run.updates + max(1, count)))
                case Pause():
                    if self.phase == "running":
                        self._rest("paused")
                case SetHyperparameter(name=name, value=value):
                    self.run.settings.checked(name, value)
                    self._changes.append(command)
                    if self._whole and self.run.fault is None:
                        self._make_changes()
                case Checkpoint():
                    self._checkpoint()
                case ViewRequest(layers=layers):
                    self._send_view(self.run.view(layers))
                case Stop():
                    self._stop()
                case SetSpeed():
                    # A network learns as fast as it can: there is nothing to see in a slow gradient step.
                    pass
                case Fork() | Act() | SetMover() | EditWorld():
                    raise UsageError("error.deep.not_here", command=type(command).__name__)
        except ArenaError as problem:
            self.run.emit(Warned(key=problem.key, params=problem.params, command_id=command.command_id))

    def _start(self, goal: tuple[str, int] | None) -> None:
        run = self.run
        if run.fault is not None:
            run.go_back()
            self._whole = True
            self._make_changes()
        if run.finished and self._whole:
            self._rest("finished", "phase.reason.horizon")
            return
        self._goal = goal
        run.clock.start(run.env_steps)
        self._enter("running")

    def _checkpoint(self) -> None:
        if self.run.fault is not None:
            raise UsageError("error.deep.not_saved_now", steps=self.run.saved_steps)
        if self._whole:
            self.run.checkpoint(asked=True)
        else:
            self._save_wanted = True

    def _make_changes(self) -> None:
        changes, self._changes = self._changes, []
        for wish in changes:
            try:
                self.run.change(wish.name, wish.value)
            except ArenaError as problem:
                self.run.emit(Warned(key=problem.key, params=problem.params, command_id=wish.command_id))

    def _stop(self) -> None:
        self._stopping = True
        # Half an update is finished first, which may take seconds: that is no silence.
        self.phase = "saving"
        self.run.emit(PhaseChanged(phase="saving"))

    def _rest(self, phase: str, reason: str = "", **params: Any) -> None:
        self._goal = None
        self.run.clock.stop()
        self.run.reporter.progress(now=True)
        self._enter(phase, reason, **params)

    def _enter(self, phase: str, reason: str = "", **params: Any) -> None:
        self.phase = phase
        self.run.emit(PhaseChanged(phase=phase, reason=reason, params=params))

    def _save_and_end(self) -> None:
        run = self.run
        if run.fault is None:
            run.checkpoint()
            run.publish(now=True)
        run.reporter.progress(now=True)


def opened(
    spec: RunSpec, inbox: Inbox, emit: Callable[[Event], None], send_view: Callable[[View], None]
) -> TrainingService:
    """Open the run a spec asks for, new or to go on with.

    Args:
        spec: What to train.
        inbox: Where commands come from.
        emit: Sends an event.
        send_view: Sends a view.

    Raises:
        ArenaError: If it cannot be begun or gone on with.
    """
    return TrainingService(open_run(spec, emit), inbox, send_view)


def serve(spec: RunSpec, inbox: Inbox, emit: Callable[[Event], None], send_view: Callable[[View], None]) -> None:
    """Open the run a spec asks for, and work until told to stop.

    Args:
        spec: What to train.
        inbox: Where commands come from.
        emit: Sends an event.
        send_view: Sends a view.

    Raises:
        ArenaError: If it cannot be begun or gone on with.
    """
    service = opened(spec, inbox, emit, send_view)
    try:
        service.loop()
    finally:
        service.run.close()
