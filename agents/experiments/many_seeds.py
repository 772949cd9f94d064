"""Many seeds of several settings on all cores: compiled loops release the interpreter's lock, so threads suffice.

Every seed is a run of its own with its own random numbers and its own place in the result: how many threads there are,
and which one comes first, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.experiments.one_seed import returns_of
from agents.experiments.plan import Plan
from agents.experiments.ready import Ready, make_ready
from agents.experiments.rows import Rows, rows_of
from agents.experiments.work_off import Job, Work
from arena.errors import ArenaError


@dataclass(kw_only=True)
class Outcome:
    """What is known so far; it fills up while an experiment runs.

    Attributes:
        plan: What was asked for.
        ready: The settings with all their hyper-parameters.
        rows: The rows of every curve.
        returns: ``float64 [K, N, R]`` mean return of each setting, seed and row; NaN where it is not finished.
        finished: ``bool [K, N]`` which runs are.
        optimum: ``float64 [K]`` exact optimum of each setting; NaN while it is not known.
        problems: Why a setting was given up, by its place.
        stopped: Whether somebody stopped it before its end.
    """

    plan: Plan
    ready: tuple[Ready, ...]
    rows: Rows
    returns: NDArray[np.float64]
    finished: NDArray[np.bool_]
    optimum: NDArray[np.float64]
    problems: dict[int, ArenaError] = field(default_factory=dict)
    stopped: bool = False

    @property
    def done(self) -> int:
        """Runs finished."""
        return int(self.finished.sum())

    @property
    def wanted(self) -> int:
        """Runs asked for, but for those of settings given up."""
        return self.plan.seeds * (len(self.ready) - len(self.problems))


def new_outcome(plan: Plan) -> Outcome:
    """Make ready what a plan asks for; nothing is learned yet.

    Raises:
        UsageError: As :func:`agents.experiments.ready.make_ready`.
    """
    ready, rows = make_ready(plan), rows_of(plan)
    return Outcome(
        plan=plan,
        ready=ready,
        rows=rows,
        returns=np.full((len(ready), plan.seeds, len(rows)), np.nan),
        finished=np.zeros((len(ready), plan.seeds), np.bool_),
        optimum=np.full(len(ready), np.nan),
    )


def run(
    outcome: Outcome,
    *,
    changed: Callable[[Outcome], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    threads: int | None = None,
) -> Outcome:
    """Run every seed of every setting.

    Args:
        outcome: From :func:`new_outcome`; it is filled in place.
        changed: Called in this thread some twenty times a second, and at the end.
        stopped: Asked as often whether to stop; finished seeds are kept, the others left out.
        threads: How many at a time; one for each core where not given.

    Returns:
        The same outcome.
    """
    runs = _Runs(outcome)

    def tell() -> None:
        outcome.stopped = runs.work.stopped
        changed(outcome)

    runs.work.run(changed=tell, stopped=stopped, threads=threads)
    return outcome


class _Runs:
    """The runs of an outcome as jobs."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.work = Work(self._all_jobs())

    def _all_jobs(self) -> Iterator[Job]:
        """Yield seed by seed: after a few, every setting has a first picture."""
        outcome = self._outcome
        worlds: dict[str, list[int]] = {}
        for place, ready in enumerate(outcome.ready):
            worlds.setdefault(ready.optimum_key, []).append(place)
        for seed in range(outcome.plan.seeds):
            yield from (partial(self._seed, place, seed) for place in range(len(outcome.ready)))
            if seed == 0:
                yield from (partial(self._optimum, places) for places in worlds.values())

    def _optimum(self, places: list[int]) -> None:
        self._outcome.optimum[places] = self._outcome.ready[places[0]].optimum()

    def _seed(self, place: int, seed: int) -> None:
        outcome = self._outcome
        if place in outcome.problems:
            return
        try:
            made = returns_of(outcome.ready[place], seed, outcome.rows, self.work.halt.is_set)
        except ArenaError as problem:
            with self.work.lock:
                outcome.problems[place] = problem
                outcome.finished[place] = False
            return
        if made is None:
            return
        with self.work.lock:
            # The flag last: whoever reads meanwhile sees whole curves only.
            if place not in outcome.problems:
                outcome.returns[place, seed] = made
                outcome.finished[place, seed] = True
