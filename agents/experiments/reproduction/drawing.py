"""A figure drawn again with many seeds on all cores; it fills up while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

import numpy as np

from agents.experiments.reproduction.book import BookFigure, FigurePlan, book_figure
from agents.experiments.reproduction.problem import Floats, Problem
from agents.experiments.work_off import Job, Work
from arena.statistics.bands import mean_band

RESAMPLES = 400
"""Samples of the bootstrap interval of a number."""


@dataclass(kw_only=True)
class Drawing:
    """A figure as far as it has come.

    Attributes:
        plan: What was asked for.
        figure: What the book says.
        problem: What is run.
        samples: For each curve and seed finished, its curve ``float64 [P]`` and what else was read off.
        stopped: Whether somebody stopped it before its end.
    """

    plan: FigurePlan
    figure: BookFigure
    problem: Problem
    samples: tuple[dict[int, tuple[Floats, Floats]], ...]
    stopped: bool = field(default=False)

    @property
    def done(self) -> int:
        """Runs finished."""
        return sum(len(each) for each in self.samples)

    @property
    def wanted(self) -> int:
        """Runs asked for."""
        return self.plan.seeds * len(self.samples)

    def gathered(self) -> tuple[list[Floats], list[Floats]]:
        """Return curves and what else was read off, ``float64 [N, P]`` and ``[N, E]`` for each curve, by seed."""
        curves: list[Floats] = []
        extras: list[Floats] = []
        for each in self.samples:
            # In the order of the seeds, whichever thread came first: sums are then the same to the last bit.
            finished = [made for _, made in sorted(dict(each).items())]
            curves.append(np.array([curve for curve, _ in finished]).reshape(len(finished), len(self.problem.x)))
            extras.append(np.array([extra for _, extra in finished]) if finished else np.zeros((0, 0)))
        return curves, extras


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a drawing shows.

    Attributes:
        x: ``float64 [P]``.
        mean: ``float64 [K, P]`` mean over the seeds finished; NaN where there are none.
        low: ``float64 [K, P]`` lower end of the 95 % interval of that mean.
        high: ``float64 [K, P]`` upper end.
        numbers: ``float64 [M, 3]`` each number of the book as we found it, and the ends of its 95 % bootstrap interval
            over seeds; NaN where there is none yet.
    """

    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    numbers: Floats


def new_drawing(plan: FigurePlan) -> Drawing:
    """Make ready what a plan asks for.

    Raises:
        UsageError: If there is no such figure, or too many seeds.
    """
    plan.check()
    figure = book_figure(plan.figure)
    module, _, name = figure.problem.partition(":")
    problem: Problem = getattr(import_module(module), name)()
    return Drawing(plan=plan, figure=figure, problem=problem, samples=tuple({} for _ in range(problem.curves)))


def draw(
    drawing: Drawing,
    *,
    changed: Callable[[Drawing], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    threads: int | None = None,
) -> Drawing:
    """Run every seed of every curve.

    Args:
        drawing: From :func:`new_drawing`; it is filled in place.
        changed: Called in this thread some twenty times a second, and at the end.
        stopped: Asked as often whether to stop; finished seeds are kept.
        threads: How many at a time; one for each core where not given.

    Returns:
        The same drawing.
    """

    def one(curve: int, seed: int) -> None:
        made = drawing.problem.sample(curve, seed, work.halt.is_set)
        if made is not None:
            drawing.samples[curve][seed] = made

    def jobs() -> Iterator[Job]:
        # Seed by seed: after a few, every curve has a first picture.
        for seed in range(drawing.plan.seeds):
            yield from (partial(one, curve, seed) for curve in range(drawing.problem.curves))

    def tell() -> None:
        drawing.stopped = work.stopped
        changed(drawing)

    work = Work(jobs())
    work.run(changed=tell, stopped=stopped, threads=threads)
    return drawing


def look_at(drawing: Drawing, *, rough: bool = False) -> Drawn:
    """Say what a drawing shows so far.

    Args:
        drawing: It may be running.
        rough: Leave out the intervals of the numbers: the picture is soon replaced by a better one.
    """
    curves, extras = drawing.gathered()
    bands = [mean_band(each) for each in curves]
    numbers = np.full((len(drawing.figure.published), 3), np.nan)
    names = [each.name for each in drawing.figure.published]
    if all(len(each) for each in curves):
        found = drawing.problem.numbers(curves, extras)
        numbers[:, 0] = [found[name] for name in names]
        if not rough and min(len(each) for each in curves) > 1:
            numbers[:, 1:] = _intervals(drawing.problem, curves, extras, names)
    return Drawn(
        x=drawing.problem.x,
        mean=np.array([band[0] for band in bands]),
        low=np.array([band[1] for band in bands]),
        high=np.array([band[2] for band in bands]),
        numbers=numbers,
    )


def _intervals(problem: Problem, curves: list[Floats], extras: list[Floats], names: list[str]) -> Floats:
    """Return the percentile bootstrap interval of each number over seeds (Efron 1979), ``float64 [M, 2]``."""
    luck = np.random.default_rng(0)
    drawn = np.empty((RESAMPLES, len(names)))
    for row in drawn:
        picks = [luck.integers(0, len(each), len(each)) for each in curves]
        found = problem.numbers(
            [each[pick] for each, pick in zip(curves, picks, strict=True)],
            [each[pick] for each, pick in zip(extras, picks, strict=True)],
        )
        row[:] = [found[name] for name in names]
    # Ends that were found, not mixed from two: there is no n of 3.95.
    return np.asarray(np.quantile(drawn, [0.025, 0.975], axis=0, method="inverted_cdf").T)
