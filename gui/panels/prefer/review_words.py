"""What there is to say about answers: why one is worth a second look, and how far raters agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from string import ascii_uppercase

from arena.preferences.agreement import Agreement, mean_kappa
from arena.preferences.review import FLAGS, Review, ReviewRow
from gui.language import number, tr

MOST_AGREEMENTS = 3
"""Pairs of raters told one by one; of a whole class only the mean can be read."""


def circle_words(length: int) -> str:
    """Return a circle of so many clips as A≻B≻C≻A."""
    letters = [ascii_uppercase[place % 26] for place in range(length)]
    return "≻".join([*letters, letters[0]])


def remarks(review: Review) -> Mapping[str, str]:
    """Return why answers are worth a second look, by the id of the label."""
    circles: dict[str, tuple[int, int]] = {}
    for place, cycle in enumerate(review.cycles, 1):
        for label_id in cycle.labels:
            circles.setdefault(label_id, (place, len(cycle.clips)))
    found = {}
    for row in review.rows:
        if row.flags:
            told = [_flag_words(flag, row, circles.get(row.label.label_id, (0, 0))) for flag in row.flags]
            found[row.label.label_id] = " · ".join(told)
    return found


def _flag_words(flag: str, row: ReviewRow, circle: tuple[int, int]) -> str:
    match flag:
        case "hasty":
            return tr("prefer.flag.hasty", seconds=number(row.label.seconds, 1))
        case "cycle":
            return tr("prefer.flag.cycle", number=number(circle[0]), circle=circle_words(circle[1]))
        case "surprising":
            against = 1 - row.chance if row.label.answer == "left" else row.chance
            if row.label.answer == "equal":
                against = max(row.chance, 1 - row.chance)
            return tr("prefer.review.surprise", share=number(round(100 * against)))
        case _:
            return tr("prefer.flag." + flag)


def summary(review: Review) -> str:
    """Return in one line what is worth a second look."""
    counts = Counter(flag for row in review.rows for flag in row.flags)
    told = [tr("prefer.flags." + flag, count=number(counts[flag])) for flag in FLAGS if counts[flag]]
    if review.balance.verdict in ("all_ties", "one_sided"):
        told.append(tr("prefer.balance." + review.balance.verdict))
    return " · ".join(told) if told else tr("prefer.flags.none")


def agreement_words(review: Review) -> str:
    """Return how far raters agree, a line for each two of them; empty where nobody answered what another one did."""
    known = sorted(review.agreements, key=lambda one: -one.pairs)
    lines = [_one(agreement) for agreement in known[:MOST_AGREEMENTS]]
    if len(known) > MOST_AGREEMENTS:
        mean = mean_kappa(known)
        if not math.isnan(mean):
            lines.append(tr("prefer.kappa.mean", kappa=number(mean, 2), count=number(len(known))))
    return "\n".join(lines)


def _one(agreement: Agreement) -> str:
    names = {"first": agreement.first, "second": agreement.second, "pairs": number(agreement.pairs)}
    if math.isnan(agreement.kappa):
        return tr("prefer.kappa.unknown", **names, share=number(round(100 * agreement.agreed)))
    return tr(
        "prefer.kappa",
        **names,
        kappa=number(agreement.kappa, 2),
        low=number(agreement.low, 2),
        high=number(agreement.high, 2),
        reading=tr("prefer.kappa." + agreement.reading),
    )
