"""The figures of Sutton & Barto 2018 that are drawn again, with what the book says of them. Plain values only."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from arena.errors import UsageError

MOST_SEEDS = 10_000


@dataclass(frozen=True, kw_only=True)
class Published:
    """A number of the book and how far ours may lie from it.

    Attributes:
        name: Translation key behind ``reproduce.<figure>.number.``.
        value: What the book says or its plot shows.
        tolerance: Ours agrees if it lies no further away; 0 for a number that must be met exactly.
        curve: Place of the curve it is about; −1 where it belongs to none.
        span: Where on the horizontal axis the plot shows it, from and to; ``None`` where it is no part of the plot.
        height: Where it is a place on the horizontal axis itself: the height it is marked at.
        read_off: Whether it was read off a printed plot, or the book says "about"; else it stands in the text.
    """

    name: str
    value: float
    tolerance: float
    curve: int = -1
    span: tuple[float, float] | None = None
    height: float | None = None
    read_off: bool = False


@dataclass(frozen=True, kw_only=True)
class BookFigure:
    """A figure of the book.

    Attributes:
        name: As it is typed; texts lie under ``reproduce.<name>``.
        source: Where it stands in the book.
        seeds: Runs of each curve, where nobody says otherwise.
        problem: ``module:Class`` of its :class:`agents.experiments.reproduction.problem.Problem`.
        curves: Name of each curve: as it is in every language.
        published: What is compared.
        view: Lowest and highest value the plot shows.
        noted: Whether ``reproduce.<name>.note`` says what one should know of the comparison.
    """

    name: str
    source: str
    seeds: int
    problem: str
    curves: tuple[str, ...]
    published: tuple[Published, ...]
    view: tuple[float, float]
    noted: bool = False


def _seen(name: str, value: float, tolerance: float, curve: int, span: tuple[float, float]) -> Published:
    return Published(name=name, value=value, tolerance=tolerance, curve=curve, span=span, read_off=True)


BOOK: tuple[BookFigure, ...] = (
    BookFigure(
        name="cliff",
        source="6.6",
        seeds=100,
        problem="agents.experiments.reproduction.cliff_walking:CliffWalking",
        curves=("Q-learning", "SARSA"),
        published=(
            Published(name="sarsa_online", value=-25.0, tolerance=5.0, curve=1, span=(401, 500), read_off=True),
            Published(name="q_online", value=-50.0, tolerance=5.0, curve=0, span=(401, 500), read_off=True),
            Published(name="q_path", value=-13.0, tolerance=0.0),
            Published(name="sarsa_path", value=-17.0, tolerance=0.0),
        ),
        view=(-100.0, 0.0),
    ),
    BookFigure(
        name="windy",
        source="6.5",
        seeds=100,
        problem="agents.experiments.reproduction.windy_grid:WindyGrid",
        curves=("SARSA",),
        published=(
            Published(name="episodes", value=170.0, tolerance=17.0, curve=0, span=(8000, 8000), read_off=True),
            Published(name="path", value=15.0, tolerance=0.0),
            Published(name="soft", value=17.0, tolerance=0.5),
            Published(name="length", value=17.0, tolerance=2.0),
        ),
        view=(0.0, 200.0),
        noted=True,
    ),
    BookFigure(
        name="random_walk",
        source="6.2",
        seeds=100,
        problem="agents.experiments.reproduction.random_walk:RandomWalk",
        curves=("TD α 0.05", "TD α 0.1", "TD α 0.15", "MC α 0.01", "MC α 0.02", "MC α 0.04"),
        published=(
            _seen("td0", 0.04, 0.02, 0, (100, 100)),
            _seen("td1", 0.06, 0.02, 1, (100, 100)),
            _seen("td2", 0.08, 0.02, 2, (100, 100)),
            _seen("mc0", 0.10, 0.02, 3, (100, 100)),
            _seen("mc1", 0.09, 0.02, 4, (100, 100)),
            _seen("mc2", 0.12, 0.02, 5, (100, 100)),
            Published(name="ahead", value=100.0, tolerance=0.0),
        ),
        view=(0.0, 0.25),
    ),
    BookFigure(
        name="dyna_maze",
        source="8.1",
        seeds=100,
        problem="agents.experiments.reproduction.dyna_maze:DynaMaze",
        curves=("Dyna-Q 0", "Dyna-Q 5", "Dyna-Q 50"),
        published=(
            Published(name="near0", value=25.0, tolerance=5.0, curve=0, height=20.0, read_off=True),
            Published(name="near1", value=5.0, tolerance=2.0, curve=1, height=20.0, read_off=True),
            Published(name="near2", value=3.0, tolerance=1.0, curve=2, height=20.0),
            Published(name="path", value=14.0, tolerance=0.0),
            Published(name="first", value=1700.0, tolerance=170.0, read_off=True),
        ),
        view=(0.0, 800.0),
        noted=True,
    ),
    BookFigure(
        name="maximization_bias",
        source="6.7",
        seeds=1_000,
        problem="agents.experiments.reproduction.maximization_bias:MaximizationBias",
        curves=("Q-learning", "Double Q"),
        published=(
            _seen("q_peak", 85.0, 15.0, 0, (10, 40)),
            _seen("q_late", 12.0, 5.0, 0, (281, 300)),
            _seen("double_peak", 50.0, 10.0, 1, (1, 5)),
            _seen("double_late", 6.0, 3.0, 1, (281, 300)),
        ),
        view=(0.0, 100.0),
        noted=True,
    ),
    BookFigure(
        name="n_step",
        source="7.1",
        seeds=100,
        problem="agents.experiments.reproduction.n_step_walk:NStepWalk",
        curves=("n = 1", "n = 2", "n = 4", "n = 8", "n = 16", "n = 32"),
        published=(
            Published(name="best_n", value=4.0, tolerance=0.0),
            Published(name="best_alpha", value=0.4, tolerance=0.1, read_off=True),
            _seen("error4", 0.26, 0.02, 2, (0.4, 0.4)),
            _seen("error1", 0.35, 0.03, 0, (0.8, 0.8)),
            _seen("error32", 0.37, 0.03, 5, (0.1, 0.1)),
        ),
        view=(0.25, 0.55),
    ),
)


def book_figure(name: str) -> BookFigure:
    """Return a figure by its name.

    Raises:
        UsageError: If there is none of that name; the nearest are given.
    """
    for each in BOOK:
        if each.name == name:
            return each
    names = [each.name for each in BOOK]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names
    raise UsageError("error.reproduce.unknown", name=name, near=", ".join(near))


@dataclass(frozen=True, kw_only=True)
class FigurePlan:
    """A figure to be drawn again.

    Attributes:
        figure: Its name.
        seeds: Runs of each curve; their seeds are 0 to ``seeds − 1``.
    """

    figure: str
    seeds: int

    def check(self) -> None:
        """Refuse what cannot be run.

        Raises:
            UsageError: If there is no such figure, or too many seeds.
        """
        book_figure(self.figure)
        if not 1 <= self.seeds <= MOST_SEEDS:
            raise UsageError("error.experiments.seeds", value=f"{self.seeds:,}", low=1, high=f"{MOST_SEEDS:,}")

    def plain(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> FigurePlan:
        """Make a plan of what :meth:`plain` returned."""
        return cls(**plain)
