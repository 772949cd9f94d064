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
        read_off: Whether it was read off a printed plot; else it stands in the text.
    """

    name: str
    value: float
    tolerance: float
    curve: int = -1
    span: tuple[float, float] | None = None
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
