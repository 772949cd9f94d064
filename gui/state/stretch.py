"""A stretch two runs learn on their own, and how long the next one should be."""

from __future__ import annotations

import time
from collections.abc import Iterable

from gui.state.run_model import RunModel

STRETCH_SECONDS = 0.05
"""How long both learn on their own: they are never further apart, and a pause is never further away."""

_FIRST, _LONGEST = 500, 20_000_000
_WAY_SECONDS = 0.02
"""What of a stretch is not learning but the way there and back."""


class Stretch:
    """Waits until those sent to a tick have arrived there.

    Args:
        models: The two runs.

    Attributes:
        ticks: How long a stretch flat out should be.
    """

    def __init__(self, models: tuple[RunModel, RunModel]) -> None:
        self._models = models
        self._target = -1
        self._sent: set[int] = set()
        self._sent_at = 0.0
        self._flat_out = False
        self.ticks = _FIRST

    @property
    def open(self) -> bool:
        """Whether somebody has been sent and the stretch has not been closed."""
        return bool(self._sent)

    @property
    def flat_out(self) -> bool:
        """Whether the stretch that is open is none of single steps."""
        return self.open and self._flat_out

    def begin(self, tick: int, sides: Iterable[int], *, flat_out: bool) -> None:
        """Note that sides have been sent to a tick."""
        self._target, self._sent, self._sent_at, self._flat_out = tick, set(sides), time.monotonic(), flat_out

    def forget(self, side: int) -> None:
        """Wait no longer for a side that cannot arrive."""
        self._sent.discard(side)

    def close(self) -> bool:
        """Return whether all have arrived (or none is left to wait for); then it is over, and the next is measured."""
        if not all(self._arrived(side) for side in self._sent):
            return False
        if self.flat_out:
            spent = max(time.monotonic() - self._sent_at - _WAY_SECONDS, 0.005)
            fitting = self.ticks * min(2.0, max(0.25, STRETCH_SECONDS / spent))
            self.ticks = int(min(_LONGEST, max(1, fitting)))
        self._sent.clear()
        return True

    def _arrived(self, side: int) -> bool:
        state = self._models[side].state
        return state.env_steps >= self._target and state.phase == "paused"
