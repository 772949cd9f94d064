"""Whether our numbers agree with the book's, as one sentence and as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from agents.experiments.reproduction.book import BookFigure, Published

Say = Callable[..., str]
"""Turns a translation key and the values of its placeholders into words."""


def agrees(published: Published, own: float) -> bool:
    """Say whether a number of ours lies no further from the book's than its tolerance."""
    # A hair's breadth for numbers that are no whole binary fractions.
    return math.isfinite(own) and abs(own - published.value) <= published.tolerance + 1e-9


def all_agree(figure: BookFigure, own: Sequence[float]) -> bool:
    """Say whether all numbers of a figure do."""
    return all(agrees(each, value) for each, value in zip(figure.published, own, strict=True))


def number_title(figure: BookFigure, published: Published, *, say: Say) -> str:
    """Return what a number is."""
    return say("reproduce." + figure.name + ".number." + published.name)


def book_words(published: Published, *, say: Say, number: Callable[[float], str]) -> str:
    """Return a number of the book with the tolerance we allow."""
    value = number(published.value)
    if published.read_off:
        value = say("reproduce.about", value=value)
    if not published.tolerance:
        return say("reproduce.exactly", value=value)
    return say("reproduce.within", value=value, tolerance=number(published.tolerance))


def verdict(figure: BookFigure, own: Sequence[float], seeds: int, *, say: Say, number: Callable[[float], str]) -> str:
    """Return in one sentence whether ours agrees.

    Args:
        figure: The figure.
        own: Our numbers, in the order of ``figure.published``; NaN while there are none.
        seeds: Seeds of each curve that have finished.
        say: Turns a key into words.
        number: Writes a number.
    """
    if not all(math.isfinite(value) for value in own):
        return ""
    pairs = list(zip(figure.published, own, strict=True))
    wrong = [(each, value) for each, value in pairs if not agrees(each, value)]
    told = {"seeds": f"{seeds:,}", "numbers": len(pairs), "source": figure.source}
    if not wrong:
        # Nothing is listed: the table beside it has them all.
        return say("reproduce.agrees", **told)
    listed = say("reproduce.semicolon").join(_one(figure, each, value, say, number) for each, value in wrong)
    key = "reproduce.differs.all" if len(wrong) == len(pairs) else "reproduce.differs"
    return say(key, **told, listed=listed, good=len(pairs) - len(wrong))


def _one(figure: BookFigure, published: Published, own: float, say: Say, number: Callable[[float], str]) -> str:
    return say(
        "reproduce.pair",
        what=number_title(figure, published, say=say),
        own=number(own),
        book=book_words(published, say=say, number=number),
    )


def short_number(value: float) -> str:
    """Write a number with as many decimals as its size deserves, whole ones with none."""
    if not math.isfinite(value):
        return "–"
    decimals = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
