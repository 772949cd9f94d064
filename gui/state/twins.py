"""Two runs in lock-step: driven together, always paused on the same tick."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from arena.protocol.messages import SPEED_EPISODE, SPEED_MAXIMUM, Act, Event, RunTo
from gui.state.beats import STEP_SECONDS
from gui.state.foresight import Foresight, Goal, Met
from gui.state.run_model import BEAT_SPEED, RunModel
from gui.state.run_state import RunState
from gui.state.stretch import Stretch

STABLE_LIMIT = 20_000_000
"""Ticks after which waiting for stable values is given up."""

_TOLD_MS = 16


class Twins(QObject):
    """Drives two runs as one.

    They go in stretches: a single step, or a run to a tick both are told. Before a stretch towards a goal both are
    asked when they would meet it; then both run to the tick at which the first of them does.

    Args:
        left: The one that goes on as it did.
        right: The one with something changed.
        parent: Qt parent.

    Attributes:
        changed: Emitted with the states of both, at most 60 times a second and only when something is new.
        ended: Emitted with a side (0 or 1) when that one can go no further: finished, died, no finite values.
    """

    changed = Signal(object, object)
    ended = Signal(int)

    def __init__(self, left: RunModel, right: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models = (left, right)
        self.speed = left.state.speed
        self.met: Met = (False, False)
        """Which of them met the goal they ran to."""
        self._reason = ""
        self._running = False
        self._goal: Goal | None = None
        self._ahead = Foresight(self.models)
        self._stretch = Stretch(self.models)
        self._untold = False
        self._due = 0.0
        self._out = [False, False]
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._turn)
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(_TOLD_MS)
        self._news.timeout.connect(self._tell)
        for model in self.models:
            model.changed.connect(self._turn)
        left.answered.connect(self._heard_left)
        right.answered.connect(self._heard_right)
        self._turn()

    def close(self) -> None:
        """Let go of both; they stay as they are."""
        self._rest("")
        self._news.stop()
        for model in self.models:
            model.changed.disconnect(self._turn)
        self.models[0].answered.disconnect(self._heard_left)
        self.models[1].answered.disconnect(self._heard_right)

    # ── what they are doing ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def states(self) -> tuple[RunState, RunState]:
        """Both as they are to be shown: paused or running together, whatever each does between two commands."""
        return (self._shown(0), self._shown(1))

    @property
    def state(self) -> RunState:
        """The left one as it is to be shown; for keys and buttons, to which both are one."""
        return self._shown(0)

    @property
    def reason(self) -> str:
        """Translation key of why they pause, empty for no particular reason or while they go on."""
        return "" if self.running or self._stretch.flat_out else self._reason

    @property
    def running(self) -> bool:
        """Whether they go on by themselves."""
        return self._running or self._goal is not None

    @property
    def resting(self) -> bool:
        """Whether nothing is under way: both stand on the same tick."""
        return not (self.running or self._stretch.open or self._ahead.asked)

    @property
    def tick(self) -> int:
        """The clock of those that can go on; of both where neither can."""
        return max(self.models[side].state.env_steps for side in self._able() or (0, 1))

    def _shown(self, side: int) -> RunState:
        state = self.models[side].state
        if not self._can_go(side):
            return replace(state, speed=self.speed)
        going = self.running or self._stretch.flat_out
        return replace(state, phase="running" if going else "paused", speed=self.speed, reason=self.reason)

    def _can_go(self, side: int) -> bool:
        state = self.models[side].state
        return state.phase in ("paused", "running", "not_responding") and state.reason != "phase.reason.not_finite"

    def _able(self) -> list[int]:
        return [side for side in (0, 1) if self._can_go(side)]

    def _uneven(self) -> bool:
        return len({self.models[side].state.env_steps for side in self._able()}) > 1

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def toggle(self) -> None:
        """Run or pause."""
        if self.running:
            self.pause()
        else:
            self.run()

    def run(self) -> None:
        """Go on at the speed set."""
        if self._begin():
            self._running, self._due = True, time.monotonic()
            self._turn()

    def run_to(self, goal: str, count: int = 1) -> None:
        """Learn flat out until the first of them meets a goal, see ``RunTo``."""
        if self._begin():
            self._running, self._goal = False, Goal(name=goal, count=count)
            self._turn()

    def pause(self) -> None:
        """Stop at the end of the stretch under way, both on the same tick."""
        self._rest("")
        self._turn()

    def step(self) -> None:
        """Do one step with its beats; a step still being shown is shown to its end first."""
        if any(model.beats.showing and not model.state.covered for model in self.models):
            for model in self.models:
                model.finish_step()
        elif self._ready() and self._begin():
            self._send_step(STEP_SECONDS)

    def step_beat(self) -> None:
        """Show the next beat on both sides, of a new step where all of the last one has been shown."""
        showing = [model for model in self.models if model.beats.showing]
        if not showing and self._ready() and self._begin():
            showing = self._send_on(1)
        for model in showing:
            model.step_beat()

    def cover(self) -> None:
        """Cover what comes next on both sides, or uncover it."""
        for model in self.models:
            model.cover()

    def act(self, action: int) -> None:
        """Move both, as a person."""
        if self._ready():
            self._reason = ""
            for model in self._send_on(1):
                model.ask(Act(action=action))

    def set_speed(self, per_second: float) -> None:
        """Set the pace of :meth:`run`."""
        self.speed, self._due = per_second, time.monotonic()
        self._turn()

    def resume(self) -> None:
        """Begin those anew whose worker has died; they catch up with the other one."""
        for model in self.models:
            if model.state.phase == "failed":
                model.resume()

    def _ready(self) -> bool:
        """Pause, and say whether a single step may be asked for now."""
        if self.running:
            self.pause()
        return self.resting and bool(self._able()) and not self._uneven()

    def _begin(self) -> bool:
        """Forget why they paused; say whether anybody can go on without a person."""
        if any(self.models[side].state.mover == "person" for side in self._able()):
            self._rest("phase.reason.your_move")
            return False
        self._rest("")
        for model in self.models:
            model.finish_step()
        return bool(self._able())

    def _rest(self, reason: str, met: Met = (False, False)) -> None:
        self._running, self._goal, self._reason, self.met = False, None, reason, met
        self._clock.stop()
        self._note()

    # ── one thing after the other ──────────────────────────────────────────────────────────────────────────────────

    def _turn(self, _: object = None) -> None:
        """Look what has been done, and do what comes next."""
        self._notice_ends()
        self._note()
        if self._ahead.asked:
            if self._ahead.complete:
                self._decide()
            return
        if (not self._stretch.open or self._stretch.close()) and self._able():
            self._next()

    def _notice_ends(self) -> None:
        for side in (0, 1):
            out = not self._can_go(side) and self.models[side].state.phase not in ("none", "starting", "compiling")
            before, self._out[side] = self._out[side], out
            if out:
                self._stretch.forget(side)
                self._ahead.forget(side)
            if out and not before:
                self._rest("")
                self.ended.emit(side)

    def _next(self) -> None:
        now = time.monotonic()
        if self._uneven():
            # One has been begun anew: it does again what it had done.
            self._send_run(self.tick)
        elif self._goal is not None:
            self._go_towards(self._goal)
        elif not self._running:
            self._tell_last()
        elif self.speed == SPEED_MAXIMUM:
            self._send_run(self.tick + self._stretch.ticks)
        elif now < self._due:
            self._tell_last()
            self._clock.start(max(1, round(1000 * (self._due - now))))
        elif self.speed == SPEED_EPISODE:
            self._due = max(self._due + 1.0, now)
            self._goal = Goal(name="episode", count=1, going_on=True)
            self._go_towards(self._goal)
        else:
            # A late step is not made up for by a burst.
            self._due = max(self._due + 1.0 / self.speed, now)
            self._send_step(0.9 / self.speed if self.speed <= BEAT_SPEED else 0.0)

    def _send_on(self, ticks: int, *, flat_out: bool = False) -> list[RunModel]:
        """Note that those who can are sent on by so many ticks, and return them; what is sent is the caller's."""
        self._untold = flat_out
        self._stretch.begin(self.tick, self.tick + ticks, self._able(), flat_out=flat_out)
        return [self.models[side] for side in self._able()]

    def _send_step(self, seconds: float) -> None:
        for model in self._send_on(1):
            model.step_paced(seconds)

    def _send_run(self, tick: int) -> None:
        for model in self._send_on(tick - self.tick, flat_out=True):
            model.ask(RunTo(goal="tick", count=tick, quiet=True))

    def _tell_last(self) -> None:
        """After running flat out: have both tell what the last step did."""
        if self._untold:
            self._untold = False
            for side in self._able():
                self.models[side].ask(RunTo(goal="tick", count=self.tick))

    # ── goals ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _go_towards(self, goal: Goal) -> None:
        if goal.began < 0:
            left, right = (model.state.episodes for model in self.models)
            goal.began, goal.episodes = self.tick, (left, right)
        if goal.name == "tick":
            tick = min(goal.count, self.tick + self._stretch.ticks)
            if tick >= goal.count:
                self._meet(goal, (True, True))
            if tick > self.tick:
                self._send_run(tick)
        elif goal.name == "stable" and self.tick - goal.began >= STABLE_LIMIT:
            self._rest("phase.reason.not_stable")
            self._tell_last()
        else:
            self._ahead.ask(goal, self._able(), self._stretch.ticks)

    def _heard_left(self, answer: Event) -> None:
        self._heard(0, answer)

    def _heard_right(self, answer: Event) -> None:
        self._heard(1, answer)

    def _heard(self, side: int, answer: Event) -> None:
        if self._ahead.hear(side, answer):
            self._turn()

    def _decide(self) -> None:
        if self._ahead.refused:
            # It has said why; without knowing where, both stay.
            self._rest("")
        tick, met = self._ahead.decide()
        goal = self._goal
        if goal is not None and any(met):
            self._meet(goal, met)
        if goal is not None and self._able():
            # At least one: whoever cannot do that one says why.
            self._send_run(max(tick, self.tick + 1))
        else:
            self._turn()

    def _meet(self, goal: Goal, met: Met) -> None:
        if goal.going_on:
            self._goal = None
        else:
            self._rest("phase.reason." + goal.name, met)

    # ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _note(self) -> None:
        if not self._news.isActive():
            self._news.start()

    def _tell(self) -> None:
        self.changed.emit(*self.states)
