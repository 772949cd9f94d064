"""How far raters agree beyond chance: Cohen's κ.

Cohen 1960, *A coefficient of agreement for nominal scales*:

    κ = (p_o − p_e) / (1 − p_e),   p_o = Σ_i p_ii,   p_e = Σ_i p_i· p_·i,

with p_ij the share of the items that the first rater put into category i and the second into j. Several raters are
read pair by pair, and by the mean over all pairs (Light 1971).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from arena.preferences.label import ANSWERS, Label, Pair

_OTHER_WAY_ROUND = {"left": "right", "right": "left"}

BANDS: tuple[tuple[float, str], ...] = (
    (0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"), (1.0, "almost_perfect"),
)  # fmt: skip
"""Upper bounds of κ and what Landis & Koch 1977 call it; a κ of 0 itself is slight."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two raters agree.

    Attributes:
        first: One rater.
        second: The other one.
        pairs: Pairs of clips that both answered.
        agreed: p_o, share of those with the same answer.
        expected: p_e, share to be expected by chance.
        kappa: κ; NaN where chance alone explains everything (both always gave one and the same answer), or nothing was
            answered by both.
        low: Lower end of its 95 % interval.
        high: Upper end of it.
    """

    first: str
    second: str
    pairs: int
    agreed: float
    expected: float
    kappa: float
    low: float
    high: float

    @property
    def reading(self) -> str:
        """The word of :data:`BANDS` for κ, or ``unknown``."""
        if math.isnan(self.kappa):
            return "unknown"
        if self.kappa < 0:
            return BANDS[0][1]
        return next(word for bound, word in BANDS[1:] if self.kappa <= bound + 1e-12)


def cohens_kappa(table: NDArray[np.integer]) -> tuple[float, float, float, float, float]:
    """Return p_o, p_e, κ and its 95 % interval.

    The interval is κ ± 1.96·√(p_o(1 − p_o) / (N(1 − p_e)²)), the standard error of Cohen 1960, eq. 7.

    Args:
        table: ``[K, K]`` how many items the raters put into categories i and j.

    Returns:
        All NaN for an empty table; κ and its interval are NaN where p_e is 1.
    """
    total = int(table.sum())
    if not total:
        return (math.nan,) * 5
    shares = table / total
    agreed = float(np.trace(shares))
    expected = float(shares.sum(1) @ shares.sum(0))
    if expected >= 1 - 1e-12:
        return agreed, expected, math.nan, math.nan, math.nan
    kappa = (agreed - expected) / (1 - expected)
    error = 1.96 * math.sqrt(max(0.0, agreed * (1 - agreed)) / (total * (1 - expected) ** 2))
    return agreed, expected, kappa, max(-1.0, kappa - error), min(1.0, kappa + error)


def agreements(pairs: Iterable[Pair], labels: Iterable[Label]) -> tuple[Agreement, ...]:
    """Return the agreement of every two raters who answered a pair in common.

    The same two clips count as the same question, whichever stood on the left. Where a rater answered it several
    times the last answer counts; labels taken back do not.

    Args:
        pairs: The pairs.
        labels: The labels.
    """
    said = _answers(pairs, labels)
    found = []
    for first, second in combinations(sorted(said), 2):
        common = said[first].keys() & said[second].keys()
        if not common:
            continue
        table = np.zeros((len(ANSWERS), len(ANSWERS)), np.int64)
        for question in common:
            table[ANSWERS.index(said[first][question]), ANSWERS.index(said[second][question])] += 1
        agreed, expected, kappa, low, high = cohens_kappa(table)
        found.append(
            Agreement(
                first=first,
                second=second,
                pairs=len(common),
                agreed=agreed,
                expected=expected,
                kappa=kappa,
                low=low,
                high=high,
            )
        )
    return tuple(found)


def mean_kappa(found: Iterable[Agreement]) -> float:
    """Return the mean κ over all pairs of raters that have one (Light 1971); NaN if none has."""
    known = [agreement.kappa for agreement in found if not math.isnan(agreement.kappa)]
    return float(np.mean(known)) if known else math.nan


def _answers(pairs: Iterable[Pair], labels: Iterable[Label]) -> Mapping[str, dict[tuple[str, str], str]]:
    clips = {pair.pair_id: (pair.left, pair.right) for pair in pairs}
    said: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for label in labels:
        if label.taken_back or label.pair_id not in clips:
            continue
        left, right = clips[label.pair_id]
        answer = label.answer if left <= right else _OTHER_WAY_ROUND.get(label.answer, label.answer)
        said[label.rater][min(left, right), max(left, right)] = answer
    return said
