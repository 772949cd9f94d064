"""What is known of an experiment, for the panels that draw it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.experiments.plan import Candidate, Plan
from agents.experiments.reproduction.book import FigurePlan
from arena.protocol.experiment_messages import ExperimentReported, FigureDrawn
from arena.statistics.conclusion import Conclusion


@dataclass(frozen=True, kw_only=True)
class ExperimentState:
    """An experiment as the window has it.

    Attributes:
        phase: ``none``, ``starting``, ``compiling``, ``idle``, ``running``, ``stopping``, ``silent`` or ``died``.
        plan: What was asked for last; ``None`` before the first time, or if it was a figure.
        report: Its newest picture; ``None`` before the first one.
        figure: The figure of the book that was asked for last; ``None`` if it was none.
        drawn: Its newest picture; ``None`` before the first one.
        problem: Translation key of why it could not be run or saved, or empty.
        params: Placeholder values of that sentence.
        details: Last lines of a dead worker's log.
        seconds_left: How long it will still take, as far as one can tell; NaN while one cannot.
    """

    phase: str = "none"
    plan: Plan | None = None
    report: ExperimentReported | None = None
    figure: FigurePlan | None = None
    drawn: FigureDrawn | None = None
    problem: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    details: str = ""
    seconds_left: float = math.nan

    @property
    def running(self) -> bool:
        """Whether it is being computed now."""
        return self.phase in ("running", "stopping", "silent") or (self.asked and self.waiting)

    @property
    def asked(self) -> bool:
        """Whether anything was asked for."""
        return self.plan is not None or self.figure is not None

    @property
    def picture(self) -> ExperimentReported | FigureDrawn | None:
        """The newest picture, whatever was asked for."""
        return self.report if self.plan is not None else self.drawn

    @property
    def waiting(self) -> bool:
        """Whether the process is being got ready."""
        return self.phase in ("starting", "compiling")

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return self.picture.done / max(1, self.picture.wanted) if self.picture is not None else 0.0

    @property
    def conclusion(self) -> Conclusion:
        """What may be concluded from the picture."""
        if self.report is None:
            return Conclusion(kind="nothing")
        return Conclusion.of(dict(self.report.conclusion))

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The settings of the picture, with all their hyper-parameters as far as they are known."""
        if self.plan is None:
            return ()
        full = self.report.settings if self.report is not None else ()
        if len(full) != len(self.plan.candidates):
            return self.plan.candidates
        return tuple(
            Candidate(
                env_id=each.env_id, env_kwargs=each.env_kwargs, agent=each.agent, hyperparameters=dict(known) or {}
            )
            for each, known in zip(self.plan.candidates, full, strict=True)
        )

    def problem_of(self, place: int) -> Mapping[str, Any] | None:
        """Return why a setting was given up: ``key`` and ``params``; ``None`` if it was not."""
        for problem in self.report.problems if self.report is not None else ():
            if problem["place"] == place:
                return problem
        return None
