"""What a window and the worker that runs experiments say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from arena.protocol.messages import Command, Event


@dataclass(frozen=True, kw_only=True)
class CheckSettings(Command):
    """Say whether settings can be run, and complete them; ``SettingsChecked`` answers.

    Attributes:
        candidates: Fields of :class:`agents.experiments.plan.Candidate`, one setting each.
    """

    candidates: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunExperiment(Command):
    """Run many seeds of several settings; ``ExperimentReported`` answers again and again, ``Warned`` if it is refused.

    Attributes:
        plan: Fields of :class:`agents.experiments.plan.Plan`.
    """

    plan: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DrawFigure(Command):
    """Draw a figure of the book again; ``FigureDrawn`` answers again and again, ``Warned`` if it is refused.

    Attributes:
        plan: Fields of :class:`agents.experiments.reproduction.book.FigurePlan`.
    """

    plan: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CancelExperiment(Command):
    """Stop between seeds; what has finished is kept."""


@dataclass(frozen=True, kw_only=True)
class SaveExperiment(Command):
    """Write the finished runs of an experiment as a table; ``ExperimentSaved`` answers, or ``Warned``.

    Attributes:
        experiment: Number of the :class:`RunExperiment` or :class:`DrawFigure`; the last few are kept.
        path: File, ends in ``.csv``.
        each: What one line is: ``episode`` or ``seed``; a figure is written as it is drawn.
    """

    experiment: int
    path: str
    each: str = "episode"


@dataclass(frozen=True, kw_only=True)
class SettingsChecked(Event):
    """What became of settings that were to be checked.

    Attributes:
        command_id: Number of the command it answers.
        settings: All hyper-parameters of each setting; empty for one that cannot be run.
        problems: As in :class:`ExperimentReported`.
    """

    command_id: int = 0
    settings: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExperimentReported(Event):
    """An experiment as it stands.

    Attributes:
        command_id: Number of the :class:`RunExperiment` it is about.
        done: Runs finished.
        wanted: Runs asked for, but for those of settings given up.
        ended: Whether nothing more will come.
        stopped: Whether it was stopped before its end.
        settings: All hyper-parameters of each setting.
        span: What settings are judged by: ``unit``, ``count``, ``whole``.
        conclusion: Fields of :class:`arena.statistics.conclusion.Conclusion`.
        perhaps_best: Places of the settings luck does not rule out as the best, the best mean first.
        problems: For each setting given up its ``place``, and ``key`` and ``params`` of the sentence that says why.
        arrays: ``last`` ``int64 [P]``; ``mean``, ``low``, ``high`` ``float64 [K, P]``; ``scores`` ``float64 [K, N]``;
            ``score``, ``iqm`` ``float64 [K, 3]``; ``seeds`` ``int64 [K]`` as in
            :class:`agents.experiments.summary.Summary`; ``optimum`` ``float64 [K]``.
    """

    command_id: int = 0
    done: int = 0
    wanted: int = 0
    ended: bool = False
    stopped: bool = False
    settings: tuple[Mapping[str, Any], ...] = ()
    span: Mapping[str, Any] = field(default_factory=dict)
    conclusion: Mapping[str, Any] = field(default_factory=dict)
    perhaps_best: tuple[int, ...] = ()
    problems: tuple[Mapping[str, Any], ...] = ()
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FigureDrawn(Event):
    """A figure of the book as far as it has come.

    Attributes:
        command_id: Number of the :class:`DrawFigure` it is about.
        done: Runs finished.
        wanted: Runs asked for.
        ended: Whether nothing more will come.
        stopped: Whether it was stopped before its end.
        seeds: Seeds finished of every curve.
        arrays: ``x`` ``float64 [P]``; ``mean``, ``low``, ``high`` ``float64 [K, P]``; ``numbers`` ``float64 [M, 3]`` as
            in :class:`agents.experiments.reproduction.drawing.Drawn`.
    """

    command_id: int = 0
    done: int = 0
    wanted: int = 0
    ended: bool = False
    stopped: bool = False
    seeds: int = 0
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ExperimentSaved(Event):
    """The table is on disk.

    Attributes:
        command_id: Number of the command it answers.
        path: The file.
        runs: How many runs are in it.
    """

    command_id: int = 0
    path: str = ""
    runs: int = 0


EXPERIMENT_COMMANDS: tuple[type[Command], ...] = (
    CheckSettings,
    RunExperiment,
    DrawFigure,
    CancelExperiment,
    SaveExperiment,
)
EXPERIMENT_EVENTS: tuple[type[Event], ...] = (SettingsChecked, ExperimentReported, FigureDrawn, ExperimentSaved)
