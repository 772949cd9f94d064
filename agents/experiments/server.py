"""A worker process that runs experiments for a window, one after the other, until the window goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.experiments.many_seeds import Outcome, new_outcome, run
from agents.experiments.plan import Candidate, Plan
from agents.experiments.ready import must_play, ready_in
from agents.experiments.reproduction.book import FigurePlan
from agents.experiments.reproduction.drawing import Drawing, draw, look_at, new_drawing
from agents.experiments.reproduction.figure_file import as_csv as figure_csv
from agents.experiments.reproduction.figure_file import check_figure_file
from agents.experiments.rows import judged_rows
from agents.experiments.summary import Summary, summarize
from agents.experiments.table_file import as_csv, check_table
from agents.runtime.inbox import Inbox
from arena.environments.registry import make_world
from arena.errors import ArenaError, UsageError
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
from arena.protocol.messages import Command, Event, PhaseChanged, Stop, Warned
from arena.runs.safe_file import write_text
from arena.statistics.bands import student_quantile

REPORT_SECONDS = 0.12
"""A picture at most so often; a slow one is made more rarely."""

LISTENING_SECONDS = 1.0
"""A sign of life at least so often while there is nothing to do."""

KEPT, KEPT_FIGURES = 2, 8
"""Experiments that can be saved: the last comparison and sweep, where they were run in turn; figures are small."""


class ExperimentServer:
    """Answers the commands of :mod:`arena.protocol.experiment_messages`.

    Args:
        inbox: Where commands arrive.
        send: Sends an event to the window.

    Attributes:
        phase: ``idle`` or ``running``, for signs of life.
        progress: Grows while it is alive.
    """

    def __init__(self, inbox: Inbox, send: Callable[[Event], None]) -> None:
        self.phase = "idle"
        self.progress = 0
        self._inbox = inbox
        self._send = send
        self._outcomes: dict[int, Outcome | Drawing] = {}
        self._stop = False
        self._later: list[Command] = []

    def loop(self) -> None:
        """Serve until told to stop, or until nobody listens."""
        student_quantile(0.975, 1)  # loads scipy now, not before the first picture
        self._tell_phase("idle")
        while not self._inbox.closed:
            self.progress += 1
            command = self._later.pop(0) if self._later else self._inbox.take(LISTENING_SECONDS)
            match command:
                case Stop():
                    return
                case CheckSettings():
                    self._check(command)
                case RunExperiment():
                    self._answer(command, self._run)
                case DrawFigure():
                    self._answer(command, self._draw)
                case SaveExperiment():
                    self._answer(command, self._save)

    def _answer(self, command: Command, act: Callable[..., None]) -> None:
        try:
            act(command)
        except ArenaError as problem:
            self._send(Warned(key=problem.key, params=problem.params, command_id=command.command_id))
        except MemoryError:
            self._send(Warned(key="error.experiments.too_big", command_id=command.command_id))

    def _tell_phase(self, phase: str) -> None:
        self.phase = phase
        self._send(PhaseChanged(phase=phase))

    def _check(self, command: CheckSettings) -> None:
        settings: list[dict[str, Any]] = []
        problems: list[dict[str, Any]] = []
        for place, plain in enumerate(command.candidates):
            try:
                candidate = Candidate(**plain)
                ready = ready_in(candidate, make_world(candidate.env_id, candidate.env_kwargs))
                must_play(ready)
            except ArenaError as problem:
                settings.append({})
                problems.append({"place": place, "key": problem.key, "params": problem.params})
            else:
                settings.append(dict(ready.config.hyperparameters))
        answer = SettingsChecked(command_id=command.command_id, settings=tuple(settings), problems=tuple(problems))
        self._send(answer)

    # ── running ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self, command: RunExperiment) -> None:
        self._tell_phase("running")
        try:
            outcome = new_outcome(Plan.of(command.plan))
            self._keep(command.command_id, outcome)
            self._stop = False
            number = command.command_id

            def send(ended: bool) -> None:
                self._send(report(outcome, summarize(outcome, rough=not ended), number, ended=ended))

            reports = _Reports(send)

            def changed(now: Outcome) -> None:
                self.progress += 1
                reports.perhaps(now.done)

            run(outcome, changed=changed, stopped=self._stopped)
            reports.tell(outcome.done, ended=True)
        finally:
            self._tell_phase("idle")

    def _draw(self, command: DrawFigure) -> None:
        self._tell_phase("running")
        try:
            drawing = new_drawing(FigurePlan.of(command.plan))
            self._keep(command.command_id, drawing)
            self._stop = False
            number = command.command_id
            reports = _Reports(lambda ended: self._send(figure_report(drawing, number, ended=ended)))

            def changed(now: Drawing) -> None:
                self.progress += 1
                reports.perhaps(now.done)

            draw(drawing, changed=changed, stopped=self._stopped)
            reports.tell(drawing.done, ended=True)
        finally:
            self._tell_phase("idle")

    def _stopped(self) -> bool:
        """Look for a wish to stop; whatever else arrives meanwhile waits."""
        while (command := self._inbox.take(0.0)) is not None:
            if isinstance(command, CancelExperiment):
                self._stop = True
                continue
            self._stop = self._stop or isinstance(command, (RunExperiment, DrawFigure, Stop))
            self._later.append(command)
        return self._stop or self._inbox.closed

    # ── keeping ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _save(self, command: SaveExperiment) -> None:
        outcome = self._outcomes.get(command.experiment)
        if outcome is None:
            raise UsageError("error.experiments.nothing_to_save")
        path = Path(command.path)
        if isinstance(outcome, Drawing):
            check_figure_file(path)
            write_text(path, figure_csv(outcome))
        else:
            check_table(path, outcome.plan, command.each, outcome.done)
            write_text(path, as_csv(outcome, command.each))
        self._send(ExperimentSaved(command_id=command.command_id, path=str(path), runs=outcome.done))

    def _keep(self, number: int, outcome: Outcome | Drawing) -> None:
        self._outcomes[number] = outcome
        drawn = isinstance(outcome, Drawing)
        alike = [each for each, held in self._outcomes.items() if isinstance(held, Drawing) == drawn]
        most = KEPT_FIGURES if drawn else KEPT
        for old in alike[:-most]:
            del self._outcomes[old]


class _Reports:
    """Pictures of an experiment that runs, no more often than they can be made on the side."""

    def __init__(self, send: Callable[[bool], None]) -> None:
        self._send = send
        self._next_at = 0.0
        self._told = -1

    def perhaps(self, done: int) -> None:
        """Send a picture if there is something new and the last one is old enough."""
        if time.monotonic() >= self._next_at and done > self._told:
            self.tell(done)

    def tell(self, done: int, *, ended: bool = False) -> None:
        """Send a picture."""
        started = time.monotonic()
        self._told = done
        self._send(ended)
        spent = time.monotonic() - started
        self._next_at = started + max(REPORT_SECONDS, 6.0 * spent)


def report(outcome: Outcome, summary: Summary, command_id: int = 0, *, ended: bool = True) -> ExperimentReported:
    """Return what a window needs to draw an experiment."""
    rows = outcome.rows
    last = judged_rows(outcome.plan, rows)
    problems = dict(outcome.problems)
    return ExperimentReported(
        command_id=command_id,
        done=int(summary.seeds.sum()),
        wanted=outcome.wanted,
        ended=ended,
        stopped=outcome.stopped,
        settings=tuple(dict(ready.config.hyperparameters) for ready in outcome.ready),
        span={"unit": rows.unit, "count": int(rows.count[-last:].sum()), "whole": last == len(rows)},
        conclusion=summary.conclusion.plain(),
        perhaps_best=summary.perhaps_best,
        problems=tuple(
            {"place": place, "key": problem.key, "params": problem.params} for place, problem in problems.items()
        ),
        arrays={
            "last": summary.last,
            "mean": summary.mean,
            "low": summary.low,
            "high": summary.high,
            "scores": summary.scores,
            "score": summary.score,
            "iqm": summary.iqm,
            "seeds": summary.seeds,
            "optimum": outcome.optimum.copy(),
        },
    )


def figure_report(drawing: Drawing, command_id: int = 0, *, ended: bool = True) -> FigureDrawn:
    """Return what a window needs to draw a figure of the book."""
    drawn = look_at(drawing, rough=not ended)
    return FigureDrawn(
        command_id=command_id,
        done=drawing.done,
        wanted=drawing.wanted,
        ended=ended,
        stopped=drawing.stopped,
        seeds=min(len(each) for each in drawing.samples),
        arrays={"x": drawn.x, "mean": drawn.mean, "low": drawn.low, "high": drawn.high, "numbers": drawn.numbers},
    )
