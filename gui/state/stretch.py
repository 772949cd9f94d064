"""A stretch two runs learn on their own, and how long the next one should be."""

from __future__ import annotations

from collections.abc import Iterable

from gui.state.run_model import RunModel

STRETCH_SECONDS = 0.05
"""How long both learn on their own: they are never further apart, and a pause is never further away."""

_FIRST, _LONGEST = 500, 20_000_000
_QUICKEST = 0.001
"""Less than this cannot be measured."""


class Stretch:
    """Waits until those sent to a tick have arrived there.

    Args:
        models: The two runs.

    Attributes:
        ticks: How long a stretch flat out should be.
    """

    def __init__(self, models: tuple[RunModel, RunModel]) -> None:
        self._models = models
        self._from = self._target = -1
        self._sent: set[int] = set()
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

    def begin(self, now: int, tick: int, sides: Iterable[int], *, flat_out: bool) -> None:
        """Note that sides have been sent from a tick to a later one."""
        self._from, self._target, self._sent, self._flat_out = now, tick, set(sides), flat_out

    def forget(self, side: int) -> None:
        """Wait no longer for a side that cannot arrive."""
        self._sent.discard(side)

    def close(self) -> bool:
        """Return whether all have arrived (or none is left to wait for); then it is over, and the next is measured."""
        if not all(self._arrived(side) for side in self._sent):
            return False
        if self.flat_out and self._target - self._from >= self.ticks // 2:
            # As long as it took there: how busy the window is meanwhile must not make stretches short.
            took = max(_QUICKEST, *(self._seconds(side) for side in (0, 1)))
            fitting = (self._target - self._from) * STRETCH_SECONDS / took
            self.ticks = int(min(_LONGEST, max(1, fitting, self.ticks / 4), max(2, 2 * self.ticks)))
        self._sent.clear()
        return True

    def _seconds(self, side: int) -> float:
        seconds = self._models[side].state.reason_params.get("seconds", 0.0) if side in self._sent else 0.0
        return float(seconds)

    def _arrived(self, side: int) -> bool:
        state = self._models[side].state
        return state.env_steps >= self._target and state.phase == "paused"
