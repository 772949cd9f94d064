"""Turns commands into learning: runs, pauses, paces and stops one session, safe point by safe point."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.runtime.fork import fork_run
from agents.runtime.inbox import Inbox
from agents.runtime.session import Session
from agents.tabular.kernel import CHANGED, EPISODE_ENDED, FINISHED, NOT_FINITE, REACHED, REWARDED, STABLE
from agents.tabular.learner import new_stop
from agents.tabular.recorded_kernel import AGENT_FAILED
from arena.errors import ArenaError
from arena.protocol.messages import (
    SPEED_EPISODE,
    SPEED_MAXIMUM,
    Act,
    Checkpoint,
    Command,
    EditWorld,
    Fork,
    Forked,
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
)
from arena.protocol.twin_messages import Foresee, Foreseen

RECORDED_SPEED = 60.0
"""Up to so many updates a second every single one is recorded and told."""

SLICE_SECONDS = 0.02
"""Between recorded speed and flat out, ticks are done in slices of this length."""

STABLE_TICKS = 2_000
"""Values count as stable when no update moved one for so many ticks."""

STABLE_LIMIT = 20_000_000
"""Ticks after which waiting for stable values is given up (with a constant step size and luck they never are)."""

FOREVER = 2**62
"""A tick no run reaches."""

_REASONS = {
    CHANGED: "phase.reason.change",
    REWARDED: "phase.reason.reward",
    EPISODE_ENDED: "phase.reason.episode",
    STABLE: "phase.reason.stable",
}


class Driver:
    """Drives a session as commands say.

    Args:
        session: The run.
        inbox: Where commands come from.
        send_view: Sends a view; called only after a request.
        speed: Pace to begin with, as in ``SetSpeed``.
    """

    def __init__(self, session: Session, inbox: Inbox, send_view: Callable[[View], None], speed: float) -> None:
        self._session = session
        self._inbox = inbox
        self._send_view = send_view
        self._speed = speed
        self._goal: RunTo | None = None
        self._stop = new_stop()
        self._limit = FOREVER
        self._due = self._began = 0.0
        self._wanted_view: ViewRequest | None = None
        self.phase = "paused"
        """As in ``PhaseChanged``; read by the heartbeat."""
        self.progress = 0
        """Grows with every piece of work done; read by the heartbeat."""

    def loop(self) -> None:
        """Work until told to stop, or until nobody is left to tell."""
        self._enter("paused")
        while True:
            command = self._inbox.take(self._patience())
            while command is not None:
                if isinstance(command, Stop):
                    return
                self._obey(command)
                command = self._inbox.take(0.0)
            if self._inbox.closed:
                return
            if self.phase == "running":
                self._work()
            self._answer_view()
            self.progress += 1

    def _patience(self) -> float:
        if self.phase != "running":
            return 0.5
        if self._goal is None and self._speed != SPEED_MAXIMUM:
            return max(0.0, min(0.5, self._due - time.monotonic()))
        return 0.0

    # ── commands ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _obey(self, command: Command) -> None:
        try:
            match command:
                case Run():
                    self._start(None)
                case RunTo():
                    self._start(command)
                case Pause():
                    self._pause("")
                case Step(count=count, paced=paced):
                    self._steps(count, paced=paced)
                case SetSpeed(per_second=speed):
                    self._speed = speed
                    self._due = time.monotonic()
                case SetHyperparameter(name=name, value=value):
                    self._session.set_hyperparameter(name, value)
                case SetMover(mover=mover):
                    self._session.set_hyperparameter("mover", mover)
                    if mover == "person" and self.phase == "running":
                        self._pause("phase.reason.your_move")
                case EditWorld(env_kwargs=env_kwargs):
                    self._session.edit_world(env_kwargs)
                case Act(action=action):
                    self._act(action)
                case Checkpoint():
                    self._session.checkpoint()
                case Fork(command_id=number, at=at, changes=changes):
                    self._session.checkpoint()
                    made = fork_run(self._session.folder.path, at, changes)
                    self._session.emit(Forked(command_id=number, folder=str(made.path)))
                case Foresee():
                    self._foresee(command)
                case ViewRequest():
                    self._wanted_view = command
        except ArenaError as problem:
            self._session.refuse(command.command_id, problem)

    def _start(self, goal: RunTo | None) -> None:
        if self._session.learner.finished:
            self._enter("finished", self._session.learner.finished_reason)
            return
        if self._session.learner.mover == "person":
            self._enter("paused", "phase.reason.your_move")
            return
        self._goal = goal
        self._stop, self._limit = new_stop(), FOREVER
        if goal is not None:
            self._stop, self._limit = self._condition(goal)
        self._due = self._began = time.monotonic()
        self._enter("running")

    def _foresee(self, wish: Foresee) -> None:
        stop, limit = self._condition(wish)
        tick, reason = self._session.foresee(min(limit, self._session.tick + max(1, wish.within)), stop)
        met = reason in _REASONS or (wish.goal == "tick" and tick >= limit)
        self._session.emit(Foreseen(command_id=wish.command_id, tick=tick, met=met))

    def _condition(self, goal: RunTo | Foresee) -> tuple[NDArray[np.void], int]:
        episode = int(self._session.learner.counters["episode"])
        match goal.goal:
            case "change":
                return new_stop(on_change=1), FOREVER
            case "reward":
                return new_stop(on_reward=1), FOREVER
            case "episode":
                return new_stop(on_episode=episode + max(1, goal.count)), FOREVER
            case "stable":
                return new_stop(stable_ticks=STABLE_TICKS), self._session.tick + STABLE_LIMIT
            case "tick":
                return new_stop(), max(self._session.tick, goal.count)
        raise ArenaError("error.command.goal", goal=goal.goal)

    def _steps(self, count: int, *, paced: bool) -> None:
        if self.phase == "running":
            self._pause("")
        for _ in range(count):
            if self._session.learner.mover == "person":
                self._enter("paused", "phase.reason.your_move")
                return
            if self._session.step() is None:
                self._stuck()
                return
        if not paced:
            self._session.publish_metrics()

    def _act(self, action: int) -> None:
        if self._session.step(action) is None:
            self._stuck()
        self._session.publish_metrics()

    # ── work ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        if self._goal is not None or self._speed == SPEED_MAXIMUM:
            self._advance(self._limit)
            return
        now = time.monotonic()
        if now < self._due:
            return
        if self._speed == SPEED_EPISODE:
            self._episode()
            period = 1.0
        elif self._speed <= RECORDED_SPEED:
            if self._session.step() is None:
                self._stuck()
                return
            period = 1.0 / self._speed
        else:
            self._advance(self._session.tick + max(1, round(self._speed * SLICE_SECONDS)))
            period = SLICE_SECONDS
        # A late tick is not made up for by a burst: what was shown late is shown late.
        self._due = max(self._due + period, now - period)

    def _advance(self, limit: int) -> None:
        reason = self._session.advance(limit, self._stop)
        if reason == REACHED and self._session.tick < self._limit:
            return
        self._end_of_run(reason)

    def _episode(self) -> None:
        target = int(self._session.learner.counters["episode"]) + 1
        reason = REACHED
        while reason == REACHED:
            reason = self._session.advance(FOREVER, new_stop(on_episode=target))
            self.progress += 1
        if reason == EPISODE_ENDED:
            self._session.explain_last()
            self._session.publish_metrics()
        else:
            self._end_of_run(reason)

    def _end_of_run(self, reason: int) -> None:
        if reason in _REASONS:
            self._pause(_REASONS[reason])
        elif reason in (FINISHED, NOT_FINITE, AGENT_FAILED):
            self._session.explain_last()
            self._stuck()
        elif self._goal is not None and self._session.tick >= self._limit:
            unstable = self._goal.goal == "stable"
            self._pause("phase.reason.not_stable" if unstable else "phase.reason.tick")

    def _pause(self, reason: str) -> None:
        flat_out = self._goal is not None or not 0 < self._speed <= RECORDED_SPEED
        quiet = self._goal is not None and self._goal.quiet
        if self.phase == "running" and flat_out and not quiet:
            self._session.explain_last()
        self._goal = None
        self._session.publish_metrics()
        self._enter("paused", reason, **({"seconds": time.monotonic() - self._began} if quiet else {}))

    def _stuck(self) -> None:
        self._goal = None
        self._session.publish_metrics()
        counters = self._session.learner.counters
        if self._session.learner.finished:
            self._enter("finished", self._session.learner.finished_reason)
            return
        problem = self._session.learner.problem
        if problem is not None:
            details = getattr(problem, "details", "")
            self._session.emit(
                PhaseChanged(phase="paused", reason=problem.key, params={**problem.params, "details": details})
            )
            self.phase = "paused"
            return
        self._session.emit(
            PhaseChanged(
                phase="paused",
                reason="phase.reason.not_finite",
                params={
                    "state": int(counters["last_state"]),
                    "action": int(counters["last_action"]),
                    "tick": self._session.tick,
                },
            )
        )
        self.phase = "paused"

    def _enter(self, phase: str, reason: str = "", **params: float) -> None:
        self.phase = phase
        self._session.emit(PhaseChanged(phase=phase, reason=reason, params=params))

    def _answer_view(self) -> None:
        if self._wanted_view is not None:
            layers, self._wanted_view = self._wanted_view.layers, None
            self._send_view(self._session.view(layers))
