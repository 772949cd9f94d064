"""How long it takes until the games are played that the first clips are cut from."""

from __future__ import annotations


class FirstGamesWait:
    """Foretells the end from the pace since something was first heard: before that, libraries were loaded."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None

    def seconds_left(self, share: float, now: float) -> float:
        """Return how many seconds it will still take, 0 while that cannot be told.

        Args:
            share: What share of them has been played.
            now: This machine's clock, in seconds.
        """
        if not 0.0 < share < 1.0:
            return 0.0
        if self._began is None:
            self._began = (now, share)
        at, before = self._began
        return (now - at) * (1.0 - share) / (share - before) if share > before else 0.0
