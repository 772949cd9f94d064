"""The worker that runs experiments, as the window has it: wishes become commands, what arrives becomes a picture."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from agents.experiments.plan import Candidate, Plan
from agents.experiments.reproduction.book import FigurePlan
from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.experiment_messages import (
    CancelExperiment,
    CheckSettings,
    DrawFigure,
    ExperimentReported,
    ExperimentSaved,
    FigureDrawn,
    RunExperiment,
    SaveExperiment,
    SettingsChecked,
)
from arena.protocol.messages import Command, Event, Failed, PhaseChanged, View, Warned
from gui.state.experiment_state import ExperimentState
from gui.state.leaving_workers import LeavingWorkers

FOLD_MS = 33
"""A picture is folded thirty times a second at most."""

STOP_SECONDS = 4.0
"""A worker that was told to stop and does not is ended after so long; the picture stays."""

_DEATHS = {
    "error.worker.died": "error.experiments.died",
    "error.worker.crashed": "error.experiments.crashed",
}
"""Of an experiment nothing was saved that could be resumed, as the sentences of a run say."""

_FIRST_SECONDS = 1.5
"""Nothing is said of the time left before."""


class ExperimentModel(QObject):
    """Owns the worker of the page.

    Attributes:
        changed: Emitted with a new :class:`ExperimentState` whenever something is new.
        checked: Emitted with a :class:`SettingsChecked` after :meth:`check`, if no newer one was asked for.
        saved: Emitted with path and number of runs after a table was written.
        refused: Emitted with key and values of why a table was not written.
    """

    changed = Signal(object)
    checked = Signal(object)
    saved = Signal(str, int)
    refused = Signal(str, dict)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ExperimentState()
        self._client: WorkerClient | None = None
        self._leaving = LeavingWorkers()
        self._run_id = self._check_id = self._save_id = 0
        self._stop_by = 0.0
        self._first: tuple[float, int] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FOLD_MS)
        self._timer.timeout.connect(self.fold)

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Start the worker, if there is none: it takes a second or two to load its libraries."""
        if self._client is not None and self._client.alive:
            return
        self._let_go()
        self._client = WorkerClient.start(RunSpec(experiments=True))
        self._show(phase="starting")
        self._timer.start()

    def run(self, plan: Plan) -> None:
        """Run an experiment; one that still runs is stopped.

        Raises:
            UsageError: If it cannot be run; nothing has changed then.
        """
        plan.check()
        self._begin(RunExperiment(plan=plan.plain()), plan=plan, figure=None)

    def draw(self, figure: FigurePlan) -> None:
        """Draw a figure of the book; what still runs is stopped.

        Raises:
            UsageError: If it cannot be drawn; nothing has changed then.
        """
        figure.check()
        self._begin(DrawFigure(plan=figure.plain()), plan=None, figure=figure)

    def _begin(self, command: Command, *, plan: Plan | None, figure: FigurePlan | None) -> None:
        self.prepare()
        self._run_id = self._send(command)
        self._stop_by, self._first = 0.0, None
        phase = self.state.phase if self.state.waiting else "running"
        told = {"problem": "", "params": {}, "details": "", "seconds_left": math.nan}
        self._show(phase=phase, plan=plan, figure=figure, report=None, drawn=None, **told)

    def cancel(self) -> None:
        """Stop between seeds; what has finished is kept."""
        if not self.state.running:
            return
        if self.state.picture is None and self.state.waiting:
            # Nothing has begun: forget it.
            self._run_id = 0
            self._send(CancelExperiment())
            self._show(plan=None, figure=None)
            return
        self._send(CancelExperiment())
        self._stop_by = time.monotonic() + STOP_SECONDS
        self._show(phase="stopping")

    def check(self, candidates: Sequence[Candidate]) -> None:
        """Ask whether settings can be run, and for all their hyper-parameters."""
        if self._client is not None and self._client.alive:
            plain = tuple(
                {
                    "env_id": each.env_id,
                    "env_kwargs": dict(each.env_kwargs),
                    "agent": each.agent,
                    "hyperparameters": dict(each.hyperparameters),
                }
                for each in candidates
            )
            self._check_id = self._send(CheckSettings(candidates=plain))

    @property
    def number(self) -> int:
        """Number of the experiment run last, by which it can be saved; 0 before the first one."""
        return self._run_id

    def save(self, experiment: int, path: str, each: str = "episode") -> None:
        """Have the finished runs of an experiment written as a table.

        Args:
            experiment: Its :attr:`number`.
            path: File that ends in ``.csv``.
            each: What one line is: ``episode`` or ``seed``.
        """
        if self._client is None or not self._client.alive:
            self.refused.emit("error.experiments.gone", {})
            return
        self._save_id = self._send(SaveExperiment(experiment=experiment, path=path, each=each))

    def shutdown(self) -> None:
        """End the worker and everything that waits for one."""
        self._timer.stop()
        self._let_go()
        self._leaving.wait()

    # ── what arrives ───────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self) -> None:
        """Take in what has arrived."""
        if self._client is None:
            return
        newest: ExperimentReported | FigureDrawn | None = None
        for message in self._client.poll():
            if isinstance(message, (ExperimentReported, FigureDrawn)):
                newest = message if message.command_id == self._run_id else newest
            else:
                self._take(message)
        if newest is not None:
            part = "drawn" if isinstance(newest, FigureDrawn) else "report"
            self._show(**{part: newest}, seconds_left=self._left(newest))
        if newest is not None and newest.ended:
            self._stop_by = 0.0
            self._show(phase="idle")
        if self._stop_by and time.monotonic() > self._stop_by:
            self._stop_by = 0.0
            self._let_go()
            self._show(phase="died", problem="error.experiments.ended", params={})
        if self.state.phase in ("none", "idle", "died") and not (self._check_id or self._save_id):
            self._timer.stop()

    def _left(self, report: ExperimentReported | FigureDrawn) -> float:
        """Return how many seconds there are to go; NaN in the first ones, when that would be a guess."""
        if self._first is None:
            self._first = (time.monotonic(), report.done)
        began, done = self._first
        spent, got = time.monotonic() - began, report.done - done
        return spent / got * (report.wanted - report.done) if spent > _FIRST_SECONDS and got > 0 else math.nan

    def _take(self, message: Event | View) -> None:
        match message:
            case PhaseChanged(phase=phase):
                self._take_phase(phase)
            case SettingsChecked(command_id=number):
                if number == self._check_id:
                    self._check_id = 0
                    self.checked.emit(message)
            case ExperimentSaved(path=path, runs=runs):
                self._save_id = 0
                self.saved.emit(path, runs)
            case Warned(key=key, params=params, command_id=number):
                if number == self._save_id:
                    self._save_id = 0
                    self.refused.emit(key, dict(params))
                elif number == self._run_id:
                    self._show(phase="idle", problem=key, params=params)
            case Failed(key=key, params=params, details=details):
                self._check_id = self._save_id = 0
                self._let_go()
                self._show(phase="died", problem=_DEATHS.get(key, key), params=params, details=details)

    def _take_phase(self, phase: str) -> None:
        names = {"not_responding": "silent", "compiling": "compiling", "starting": "starting", "running": "running"}
        if phase == "idle" and self.state.asked and self._unanswered():
            # It is ready, and finds the experiment in its inbox next.
            phase = "running"
        if phase in names and self.state.phase != "stopping":
            self._show(phase=names[phase])
        elif phase == "idle":
            self._show(phase="idle")

    def _unanswered(self) -> bool:
        picture = self.state.picture
        return not self.state.problem and (picture is None or not picture.ended)

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, command: Command) -> int:
        assert self._client is not None
        self._timer.start()
        return self._client.send(command)

    def _show(self, **fields: Any) -> None:
        state = replace(self.state, **fields)
        if {"report", "drawn"} & set(fields) or state != self.state:
            self.state = state
            self.changed.emit(state)

    def _let_go(self) -> None:
        """End the worker without making the window wait for it."""
        client, self._client = self._client, None
        self._leaving.let_go(client)
