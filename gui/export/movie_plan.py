"""Which moments of a stretch become frames. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gui.export.movie_format import LAST_MILLISECONDS, MOST_FRAMES


@dataclass(frozen=True, kw_only=True)
class MoviePlan:
    """A stretch, cut into frames.

    Attributes:
        first: Moment of the first frame.
        last: Moment of the last one.
        frames: How many are wanted.
        milliseconds: How long one is shown.
    """

    first: int
    last: int
    frames: int
    milliseconds: int

    @property
    def ticks(self) -> list[int]:
        """The moments, equally far apart, first and last among them, none twice."""
        count = max(1, min(self.frames, MOST_FRAMES, self.last - self.first + 1))
        if count == 1:
            return [self.last]
        return [int(tick) for tick in np.linspace(self.first, self.last, count).round().astype(np.int64)]

    @property
    def seconds(self) -> float:
        """How long the picture takes."""
        return (self.milliseconds * (len(self.ticks) - 1) + max(LAST_MILLISECONDS, self.milliseconds)) / 1000

    @property
    def stride(self) -> int:
        """Steps between two frames, about."""
        return max(1, round((self.last - self.first) / max(1, len(self.ticks) - 1)))
