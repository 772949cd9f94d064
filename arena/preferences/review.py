"""Every answer as a row to look at again, and why it may be worth it.

What is asked is never whether an answer is *wrong* (a person cannot be wrong about what they prefer), only whether
they would give it again.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from arena.preferences.agreement import Agreement, agreements
from arena.preferences.cycles import Cycle, Edge, shortest_cycles
from arena.preferences.label import HANDS, Label, Pair, mu

HASTY_SECONDS = 0.7
"""Nobody has compared two clips of 1.7 s in less."""

FLAGS = ("hasty", "opposite", "cycle", "surprising")
"""Given faster than anybody looks; against the same rater's answer to the same clips; part of A≻B≻C≻A; not what the
model expects."""

MOST_SURPRISING = 10
ONE_SIDED_LEVEL = 0.01
_LEAST_ANSWERS = 8
_MOST_EXACT = 1_000
_LEAST_CHANCE = 1e-12


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """One label.

    Attributes:
        label: The label.
        pair: What was asked.
        flags: Those of :data:`FLAGS` that apply; none for a label that was taken back.
        chance: P̂ that the left clip is better; NaN where the model was not asked.
        surprise: See :func:`surprises`; NaN where there is none.
    """

    label: Label
    pair: Pair
    flags: tuple[str, ...]
    chance: float
    surprise: float


@dataclass(frozen=True, kw_only=True)
class Balance:
    """How often each answer was given.

    Attributes:
        left: Left is better.
        right: Right is better.
        equal: Equally good.
        unclear: Cannot tell.
        chance: Two-sided p of so uneven a split if left and right were a coin's.
        verdict: ``none`` (no answers), ``all_ties`` (no answer has a preference), ``one_sided`` (p below 1 %) or empty.
    """

    left: int
    right: int
    equal: int
    unclear: int
    chance: float
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """All there is to see about the labels of a run.

    Attributes:
        rows: One a label, in the order in which they were given.
        cycles: Shortest circles, within what one rater said.
        opposites: Labels of one rater that contradict each other, two by two.
        agreements: Of every two raters.
        balance: Of all answers that count, as they were shown (left and right as on the screen).
    """

    rows: tuple[ReviewRow, ...]
    cycles: tuple[Cycle, ...]
    opposites: tuple[tuple[str, str], ...]
    agreements: tuple[Agreement, ...]
    balance: Balance


def review(
    pairs: Iterable[Pair],
    labels: Sequence[Label],
    chances: Mapping[str, float] | None = None,
    *,
    hasty_seconds: float = HASTY_SECONDS,
    most_surprising: int = MOST_SURPRISING,
) -> Review:
    """Look through the labels of a run.

    Args:
        pairs: All its pairs.
        labels: Its labels; those whose pair is not among them are left out.
        chances: P̂ that the left clip is better, by ``pair_id``, of the model of now; pairs may be missing.
        hasty_seconds: Answers given faster are hasty; an unknown time (0) is not.
        most_surprising: How many labels are flagged as surprising at most.
    """
    asked = {pair.pair_id: pair for pair in pairs}
    known = [label for label in labels if label.pair_id in asked]
    counted = [label for label in known if not label.taken_back]
    expected = np.array([(chances or {}).get(label.pair_id, math.nan) for label in known], np.float64)
    surprise = surprises(known, expected)
    # A hand has no second answer that it could contradict or agree with.
    told_apart = [label for label in counted if not label.rater.startswith(HANDS)]
    opposite = opposites(asked, told_apart)
    cycles = cycles_of_raters(asked, told_apart)
    flagged = {
        "hasty": {label.label_id for label in counted if 0 < label.seconds < hasty_seconds},
        "opposite": {label_id for two in opposite for label_id in two},
        "cycle": {label_id for cycle in cycles for label_id in cycle.labels},
        "surprising": {known[index].label_id for index in most_surprising_of(surprise, most_surprising)},
    }
    rows = tuple(
        ReviewRow(
            label=label,
            pair=asked[label.pair_id],
            flags=tuple(flag for flag in FLAGS if label.label_id in flagged[flag]),
            chance=float(expected[index]),
            surprise=float(surprise[index]),
        )
        for index, label in enumerate(known)
    )
    return Review(
        rows=rows, cycles=cycles, opposites=opposite, agreements=agreements(asked.values(), told_apart),
        balance=balance(counted),
    )  # fmt: skip


def surprises(labels: Sequence[Label], chances: ArrayLike) -> NDArray[np.float64]:
    """Return how far each answer is from what the model expects: D(μ‖P̂) = Σᵢ μ(i) ln(μ(i) / P̂(i)), in nats.

    For an answer with a preference that is its part of the loss (Christiano et al. 2017, eq. 2), −ln P̂; a tie, whose
    loss is never below ln 2, is none at P̂ = ½ and so can be ranked beside the others.

    Args:
        labels: N labels.
        chances: ``[N]`` P̂ that the left clip is better; NaN where not known.

    Returns:
        ``[N]``; NaN where the label teaches nothing or P̂ is not known.
    """
    left = np.asarray(chances, np.float64)
    said = [mu(label) or (math.nan, math.nan) for label in labels]
    wanted = np.array(said, np.float64).reshape(-1, 2)
    expected = np.clip(np.stack([left, 1 - left], axis=1), _LEAST_CHANCE, None)
    # 0·ln 0 is 0.
    inside = np.where(wanted > 0, wanted, 1.0)
    total: NDArray[np.float64] = (wanted * np.log(inside / expected)).sum(axis=1)
    return total


def most_surprising_of(surprise: NDArray[np.float64], most: int) -> list[int]:
    """Return the indices of the most surprising answers, worst first: those to which P̂ gave less than a coin would.

    Args:
        surprise: ``[N]`` of :func:`surprises`.
        most: How many at most.
    """
    worst = np.argsort(np.where(np.isnan(surprise), -np.inf, surprise))[::-1][:most]
    return [int(index) for index in worst if surprise[index] > math.log(2)]


def opposites(asked: Mapping[str, Pair], labels: Iterable[Label]) -> tuple[tuple[str, str], ...]:
    """Return labels of one rater that prefer once the one and once the other of the same two clips, two by two.

    Args:
        asked: The pairs by id.
        labels: Labels that count.
    """
    preferred: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for rater, (better, worse, label_id) in _edges(asked, labels):
        preferred[rater, better, worse].append(label_id)
    return tuple(
        (one, other)
        for (rater, better, worse), ones in preferred.items()
        if better < worse
        for one in ones
        for other in preferred.get((rater, worse, better), [])
    )


def cycles_of_raters(asked: Mapping[str, Pair], labels: Iterable[Label]) -> tuple[Cycle, ...]:
    """Return the shortest circles within what each rater said, the shortest first.

    Different raters may prefer different things; between them there are no circles, only disagreement.

    Args:
        asked: The pairs by id.
        labels: Labels that count.
    """
    edges: dict[str, list[Edge]] = defaultdict(list)
    for rater, edge in _edges(asked, labels):
        edges[rater].append(edge)
    found = [cycle for given in edges.values() for cycle in shortest_cycles(given)]
    return tuple(sorted(found, key=lambda cycle: len(cycle.clips)))


def balance(labels: Iterable[Label]) -> Balance:
    """Count the answers, and test whether the sides are even.

    The test is the two-sided sign test (Arbuthnot 1710): with k the larger part of the n answers that have a
    preference, p = min(1, 2·Σ_{i≥k} C(n, i) / 2ⁿ); above a thousand answers its normal limit, continuity corrected.

    Args:
        labels: Labels that count.
    """
    counts = Counter(label.answer for label in labels)
    total = counts["left"] + counts["right"]
    larger = max(counts["left"], counts["right"])
    chance = _sign_test(larger, total)
    if not counts:
        verdict = "none"
    elif not total:
        verdict = "all_ties"
    else:
        verdict = "one_sided" if chance < ONE_SIDED_LEVEL and total >= _LEAST_ANSWERS else ""
    return Balance(
        left=counts["left"], right=counts["right"], equal=counts["equal"], unclear=counts["unclear"], chance=chance,
        verdict=verdict,
    )  # fmt: skip


def _sign_test(larger: int, total: int) -> float:
    if total > _MOST_EXACT:
        return min(1.0, math.erfc(max(0.0, larger - 0.5 - total / 2) / math.sqrt(total / 2)))
    outcomes = sum(math.comb(total, number) for number in range(larger, total + 1))
    return min(1.0, 2 * outcomes / (1 << total))


def _edges(asked: Mapping[str, Pair], labels: Iterable[Label]) -> list[tuple[str, Edge]]:
    found = []
    for label in labels:
        pair = asked.get(label.pair_id)
        if pair is not None and label.answer in ("left", "right"):
            sides = (pair.left, pair.right) if label.answer == "left" else (pair.right, pair.left)
            found.append((label.rater, (*sides, label.label_id)))
    return found
