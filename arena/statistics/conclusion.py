"""What may be concluded from a comparison: plain values, to be told in one sentence of any language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

KINDS = (
    "nothing", "one_seed", "single", "apart", "same", "too_few", "better", "partly", "undecided", "negligible",
)  # fmt: skip
"""Every kind of conclusion; ``conclusion.<kind>`` is its sentence."""


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What a comparison of settings says.

    Attributes:
        kind: One of :data:`KINDS`: ``nothing`` (no run is finished), ``one_seed`` (nothing is known of luck),
            ``single`` (there is only one setting), ``apart`` (they are not to be compared), ``same`` (every seed
            earned the same under all), ``too_few`` (a difference, but too few seeds to call it one), ``better`` (one is
            better than all others), ``partly`` (better than some), ``undecided`` (luck may explain it; ``needed`` seeds
            would tell), ``negligible`` (so small that no affordable number of seeds would tell).
        best: Place of the setting with the best mean, −1 where there is none.
        rival: Place of the one it is measured against: the second best that matters.
        beaten: Places of those it is clearly better than.
        level: Places of those it cannot be told apart from.
        mean: Mean score of the best.
        low: Lower end of the interval of the difference (of the mean, for ``single``).
        high: Upper end.
        difference: Mean difference between the best and its rival, seed by seed.
        seeds: Seeds that both finished.
        needed: About how many seeds would tell them apart; 0 where that is not asked.
        confidence: Of the interval: 0.95, more where several are compared at once.
        improvement: How often a run of the best earns more than one of the rival; NaN where there is none.
    """

    kind: str
    best: int = -1
    rival: int = -1
    beaten: tuple[int, ...] = ()
    level: tuple[int, ...] = ()
    mean: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    difference: float = float("nan")
    seeds: int = 0
    needed: int = 0
    confidence: float = 0.95
    improvement: float = float("nan")

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON but for numbers that are not finite."""
        return asdict(self)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Conclusion:
        """Make one of what :meth:`plain` returned."""
        return cls(**{**plain, "beaten": tuple(plain["beaten"]), "level": tuple(plain["level"])})
