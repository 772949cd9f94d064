"""A network in training as the window has it: what its worker says becomes one picture, wishes become commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import (
    Checkpoint,
    Command,
    Event,
    Failed,
    HyperparameterChanged,
    KeyframeWritten,
    Pause,
    PhaseChanged,
    Run,
    SetHyperparameter,
    Step,
    View,
    Warned,
)
from arena.protocol.training_messages import SCORE_COLUMNS, TrainingProgress, TrainingReady, WeightsPublished
from gui.state.growing_curve import GrowingCurve, recorded_curves
from gui.state.leaving_workers import LeavingWorkers
from gui.state.training_state import TrainingState

FOLD_MS = 50
"""What arrived is looked at twenty times a second; it is told four times."""

VIEW_SECONDS = 0.25
"""The learner is looked into at most four times a second: each look costs it time."""

SAVE_SECONDS = 12.0
"""A run of a network gets so long to finish its update and save itself before it is ended."""

LAYERS: tuple[str, ...] = ("ratios", "advantages", "td_errors")

_NEGATED = {"train/entropy_loss": "entropy"}
"""SB3 tells the loss, which is the entropy turned round."""


class TrainingModel(QObject):
    """Owns a training worker and knows what it said.

    Args:
        parent: Qt parent.
        clock: Tells the time of this machine in seconds.

    Attributes:
        changed: Emitted with a new :class:`TrainingState`, only when something is new.
        warned: Emitted with a warning's key and values.
        looking: Whether anybody sees what the learner is asked for.
        layers: What it is asked for.
    """

    changed = Signal(object)
    warned = Signal(str, dict)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.state = TrainingState()
        self.looking = True
        self.layers = LAYERS
        self.spec: RunSpec | None = None
        """What was last asked for."""
        self._clock = clock
        self._client: WorkerClient | None = None
        # A network finishes its update and writes its checkpoint first: that may take longer than a table.
        self._leaving = LeavingWorkers(SAVE_SECONDS)
        self._rows = GrowingCurve(len(SCORE_COLUMNS))
        self._curves: dict[str, GrowingCurve] = {}
        self._asked: dict[int, str] = {}
        self._ran_at = -1.0
        self._view_at = 0.0
        self._view_wanted = False
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setInterval(FOLD_MS)
        self._timer.timeout.connect(self.fold)

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    def open(self, spec: RunSpec) -> None:
        """Leave the run there is (it is saved), and begin or resume another one: it waits to be told to train."""
        self.leave()
        self.begin(spec.agent)
        self.spec = spec
        self._client = WorkerClient.start(spec)
        self._timer.start()
        self.changed.emit(self.state)

    def begin(self, agent: str) -> None:
        """Know nothing yet."""
        self.state = TrainingState(phase="starting", agent=agent)
        self._rows, self._curves, self._asked = GrowingCurve(len(SCORE_COLUMNS)), {}, {}
        self._ran_at, self._view_wanted = -1.0, False

    def resume(self) -> None:
        """Go on with this run in a new worker, or begin again what never began."""
        if self.state.folder:
            self.open(RunSpec(resume=self.state.folder, agent=self.state.agent))
        elif self.spec is not None:
            self.open(self.spec)

    def leave(self) -> None:
        """Stop the worker without waiting for it; what it learned is saved."""
        client, self._client = self._client, None
        self._timer.stop()
        self._leaving.let_go(client)

    def shutdown(self) -> None:
        """Stop the worker and wait until it is gone."""
        self.leave()
        self._leaving.wait()

    def kill(self) -> None:
        """End a worker that does not answer; what it had saved is kept."""
        client, self._client = self._client, None
        if client is not None:
            self._timer.stop()
            client.stop(timeout=0.5)
            self._set(phase="failed", failure=client.stopped_by_hand())
            self.changed.emit(self.state)

    @property
    def there(self) -> bool:
        """Whether there is a worker."""
        return self._client is not None

    @property
    def busy(self) -> bool:
        """Whether something is learning right now."""
        return self.there and self.state.phase in ("running", "saving")

    @property
    def pid(self) -> int:
        """Process number of the worker, 0 without one."""
        return 0 if self._client is None else self._client.pid

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, command: Command) -> int:
        """Send a command and return its number; 0 without a worker."""
        return 0 if self._client is None else self._client.send(command)

    def toggle(self) -> None:
        """Train on or pause."""
        self.ask(Pause() if self.state.phase == "running" else Run())

    def run(self) -> None:
        """Train on; after a fault from the last good checkpoint."""
        self.ask(Run())

    def step(self) -> None:
        """Train for one update."""
        self.ask(Step())

    def checkpoint(self) -> None:
        """Save now."""
        self.ask(Checkpoint())

    def set_hyperparameter(self, name: str, value: Any) -> None:
        """Change a setting of the running agent; it is in force from the next update."""
        number = self.ask(SetHyperparameter(name=name, value=value))
        if number:
            self._asked[number] = name
            self._set(pending={**self.state.pending, name: value})

    # ── folding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self) -> None:
        """Take in everything that arrived and tell it, if there is anything new."""
        client = self._client
        if client is None:
            return
        for message in client.poll():
            self.take(message)
        now = self._clock()
        wanted = self._view_wanted or (self.looking and self.state.phase == "running")
        due = wanted and self.state.ready is not None and now - self._view_at >= VIEW_SECONDS
        if due and client.request_view(self.layers):
            self._view_at, self._view_wanted = now, False
        if self._dirty:
            self._dirty = False
            self.changed.emit(self.state)

    def _set(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)
        self._dirty = True

    def take(self, message: Event | View) -> None:
        """Fold one message into :attr:`state`."""
        match message:
            case View():
                self._set(view=message)
            case TrainingReady():
                self._take_ready(message)
            case TrainingProgress():
                self._take_progress(message)
            case WeightsPublished():
                self._take_weights(message)
            case PhaseChanged():
                self._take_phase(message)
            case HyperparameterChanged(name=name, value=value):
                known = self.state
                self._set(hyperparameters={**known.hyperparameters, name: value}, pending=_without(known.pending, name))
            case KeyframeWritten():
                self._set(saved_at=self._clock())
            case Warned():
                self._set(pending=_without(self.state.pending, self._asked.get(message.command_id, "")))
                self.warned.emit(message.key, dict(message.params))
            case Failed():
                self._set(phase="failed", failure=message)

    def _take_ready(self, message: TrainingReady) -> None:
        self._rows = GrowingCurve(len(SCORE_COLUMNS))
        for row in message.rows:
            self._rows.add(row)
        self._curves = recorded_curves(message.folder)
        self._set(
            ready=message,
            agent=str(message.config["agent"]),
            hyperparameters=dict(message.config["hyperparameters"]),
            pending={},
            ages=message.ages,
            rows=self._rows.points,
            curves={tag: curve.points for tag, curve in self._curves.items()},
            env_steps=message.env_steps,
            episodes=message.episodes,
            updates=message.updates,
        )

    def _take_progress(self, message: TrainingProgress) -> None:
        now = self._clock()
        for row in message.rows:
            self._rows.add(row)
        steps = float(message.env_steps)
        if message.env_steps < self.state.env_steps:
            # It went back to a checkpoint: what lay after it has not happened any more.
            self._set(ages=tuple(age for age in self.state.ages if age["env_steps"] <= steps))
        values = dict(message.values)
        values.update({_NEGATED[tag]: -value for tag, value in message.values.items() if tag in _NEGATED})
        for tag, value in values.items():
            if steps and not tag.startswith("time/") and value != self.state.values.get(tag):
                # Told four times a second, learned once an update: a point for each update is enough.
                self._curves.setdefault(tag, GrowingCurve(2)).add((steps, value))
        self._set(
            rows=self._rows.points,
            curves={tag: curve.points for tag, curve in self._curves.items()},
            values=values,
            steps_per_second=message.steps_per_second,
            seconds_left=message.seconds_left,
            seconds=self._trained(values, now),
            saved_at=now - message.saved_ago if message.saved_ago >= 0 else self.state.saved_at,
            save_in=message.save_in,
            doing=message.doing,
            told_at=now,
            env_steps=message.env_steps,
            episodes=message.episodes,
            updates=message.updates,
        )

    def _trained(self, values: Mapping[str, float], now: float) -> float:
        """Return how long it has trained: what it says itself, else what was seen of it from here."""
        before, self._ran_at = self._ran_at, now if self.state.phase == "running" else -1.0
        told = values.get("time/time_elapsed")
        return told if told is not None else self.state.seconds + (now - before if before >= 0 else 0.0)

    def _take_weights(self, message: WeightsPublished) -> None:
        told = {"env_steps": message.env_steps, "score": message.score}
        if message.kept:
            kept = tuple(age for age in self.state.ages if age["env_steps"] < message.env_steps)
            self._set(ages=(*kept, {**told, "file": message.file}))
        else:
            self._set(newest={**told, "file": ""}, newest_at=self._clock())

    def _take_phase(self, message: PhaseChanged) -> None:
        if message.phase == "stopped" and self.state.phase == "failed":
            return
        self._ran_at = self._clock() if message.phase == "running" else -1.0
        self._view_wanted = message.phase in ("paused", "finished")
        self._set(phase=message.phase, reason=message.reason, reason_params=dict(message.params))


def _without(pending: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in pending.items() if key != name}
