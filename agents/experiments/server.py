"""A worker process that runs experiments for a window, one after the other, until the window goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.experiments.many_seeds import Outcome, new_outcome, run
from agents.experiments.plan import Candidate, Plan
from agents.experiments.ready import must_play, ready_in
from agents.experiments.rows import judged_rows
from agents.experiments.summary import Summary, summarize
from agents.experiments.table_file import as_csv, check_table
from agents.runtime.inbox import Inbox
from arena.environments.registry import make_world
from arena.errors import ArenaError, UsageError
from arena.protocol.experiment_messages import (
    CancelExperiment,
    CheckSettings,
    ExperimentReported,
    ExperimentSaved,
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

KEPT = 2
"""Experiments that can be saved: the last comparison and the last sweep, where they were run in turn."""


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
        self._outcomes: dict[int, Outcome] = {}
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
            reports = _Reports(command.command_id, self._send)

            def changed(now: Outcome) -> None:
                self.progress += 1
                reports.perhaps(now)

            run(outcome, changed=changed, stopped=self._stopped)
            reports.tell(outcome, ended=True)
        finally:
            self._tell_phase("idle")

    def _stopped(self) -> bool:
        """Look for a wish to stop; whatever else arrives meanwhile waits."""
        while (command := self._inbox.take(0.0)) is not None:
            if isinstance(command, CancelExperiment):
                self._stop = True
                continue
            self._stop = self._stop or isinstance(command, (RunExperiment, Stop))
            self._later.append(command)
        return self._stop or self._inbox.closed

    # ── keeping ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _save(self, command: SaveExperiment) -> None:
        outcome = self._outcomes.get(command.experiment)
        if outcome is None:
            raise UsageError("error.experiments.nothing_to_save")
        path = Path(command.path)
        check_table(path, outcome.plan, command.each)
        write_text(path, as_csv(outcome, command.each))
        self._send(ExperimentSaved(command_id=command.command_id, path=str(path), runs=outcome.done))

    def _keep(self, number: int, outcome: Outcome) -> None:
        self._outcomes[number] = outcome
        while len(self._outcomes) > KEPT:
            del self._outcomes[next(iter(self._outcomes))]


class _Reports:
    """Pictures of an experiment that runs, no more often than they can be made on the side."""

    def __init__(self, command_id: int, send: Callable[[Event], None]) -> None:
        self._command_id = command_id
        self._send = send
        self._next_at = 0.0
        self._told = -1

    def perhaps(self, now: Outcome) -> None:
        """Send a picture if there is something new and the last one is old enough."""
        if time.monotonic() >= self._next_at and now.done > self._told:
            self.tell(now)

    def tell(self, now: Outcome, *, ended: bool = False) -> None:
        """Send a picture."""
        started = time.monotonic()
        self._told = now.done
        self._send(report(now, summarize(now, rough=not ended), self._command_id, ended=ended))
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
