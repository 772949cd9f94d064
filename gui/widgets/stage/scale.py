"""The colour scale of values: which colour, how far it reaches, and which ink can be read on it. No painting here."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""``uint8 [..., 3]``."""

VIRIDIS = (
    "#440154", "#481A6C", "#472F7D", "#414487", "#39568C", "#31688E", "#2A788E", "#23888E", "#1F988B", "#22A884",
    "#35B779", "#54C568", "#7AD151", "#A5DB36", "#D2E21B", "#FDE725",
)  # fmt: skip
"""Values of one sign, in sixteen steps (Smith & van der Walt 2015)."""

BLUE_ORANGE = ("#6BA3D6", "#9DBCD7", "#CBD7E1", "#F5F5F2", "#EAD3B5", "#E5AF70", "#E08A1E")
"""Values of both signs, centred at 0; black ink is read on all of it."""

CIVIDIS = ("#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678", "#A59C74", "#C3B369", "#E1CC55", "#FEE838")
"""Counts (Nuñez, Anderton & Renslow 2018)."""

PAIR_QUANTILE, STATE_QUANTILE = 0.9, 0.95
"""Shares of tried pairs and of states (by their best value) the scale must show. With 0.95 of the pairs the falls on
the cliff, 7 % of them, would set it to −200 and every other cell would look the same."""

BLACK, WHITE = "#000000", "#FFFFFF"
"""The two inks; with a softer black neither would reach 4.5:1 on the middle of viridis."""


def _table(colors: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([[int(code[at : at + 2], 16) for at in (1, 3, 5)] for code in colors], float)


_TABLES = {"viridis": _table(VIRIDIS), "blue_orange": _table(BLUE_ORANGE), "cividis": _table(CIVIDIS)}


def colors_at(name: str, share: NDArray[np.float64]) -> Rgb:
    """Return the colours at shares 0 to 1 of a colour map, between its anchors in straight lines.

    Args:
        name: ``viridis``, ``blue_orange`` or ``cividis``.
        share: ``float64 [...]``.
    """
    table = _TABLES[name]
    place = np.clip(share, 0.0, 1.0) * (len(table) - 1)
    low = np.minimum(place.astype(int), len(table) - 2)
    part = (place - low)[..., np.newaxis]
    return np.asarray(np.round(table[low] * (1 - part) + table[low + 1] * part).astype(np.uint8))


def luminance(rgb: Rgb) -> NDArray[np.float64]:
    """Return the relative luminance of colours (WCAG 2.2)."""
    channel = rgb / 255.0
    linear = np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def black_ink(rgb: Rgb) -> NDArray[np.bool_]:
    """Return where black is read better than white."""
    return np.asarray(luminance(rgb) > 0.179)


def next_step(value: float) -> float:
    """Return the least of 1, 2, 5 times a power of ten that is not below a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    for factor in (1, 2, 5, 10):
        if factor * power >= value * (1 - 1e-9):
            return float(factor * power)
    return 10 * power


def joined_signs(one: str, other: str) -> str:
    """Return the signs of the rewards of two worlds that are shown on one scale."""
    return one if one == other else "both"


class ValueScale:
    """Maps action and state values to colours; fixed for a world but for widening.

    Several stages may share one: each widens it, and each notices when another one has.

    Args:
        signs: ``positive``, ``negative`` or ``both``: which signs the rewards have.
    """

    def __init__(self, signs: str) -> None:
        self.signs = signs
        self.bound = 0.0

    def forget(self) -> None:
        """Forget how far it reached: the next table sets it anew. For a person who asks for it, never by itself."""
        self.bound = 0.0

    def widen(self, q: NDArray[np.float64], visits: NDArray[np.int64]) -> bool:
        """Reach as far as the tried pairs ask for; never back.

        Args:
            q: ``float64 [S, A]``.
            visits: ``int64 [S, A]``.

        Returns:
            Whether the scale has changed.
        """
        tried = visits > 0
        known = tried.any(axis=1)
        if not known.any():
            return False
        best = np.where(tried, q, -np.inf).max(axis=1)[known]
        reach = max(
            float(np.quantile(np.abs(q[tried]), PAIR_QUANTILE)), float(np.quantile(np.abs(best), STATE_QUANTILE))
        )
        if reach <= max(self.bound, 1e-9):
            return False
        self.bound = next_step(reach)
        return True

    @property
    def low(self) -> float:
        """Value at the lower end."""
        return 0.0 if self.signs == "positive" else -self.reach

    @property
    def high(self) -> float:
        """Value at the upper end."""
        return 0.0 if self.signs == "negative" else self.reach

    @property
    def reach(self) -> float:
        """Largest absolute value shown as it is; 1 before anything was learned."""
        return self.bound or 1.0

    def map_name(self, projector: bool) -> str:
        """Return the colour map in use: in projector mode always the one that takes black ink."""
        return "blue_orange" if projector or self.signs == "both" else "viridis"

    def colors(self, values: NDArray[np.float64], projector: bool = False) -> Rgb:
        """Return the colours of values, ``uint8 [..., 3]``."""
        if self.map_name(projector) == "blue_orange":
            return colors_at("blue_orange", (values / self.reach + 1) / 2)
        return colors_at("viridis", (values - self.low) / (self.high - self.low))

    def beyond(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return where values lie outside the scale (they are hatched)."""
        slack = 1e-9 * self.reach
        return np.asarray((values < self.low - slack) | (values > self.high + slack))
