"""How fast a run goes, and when it will be through."""

from __future__ import annotations

import time
from collections import deque

WINDOW_SECONDS = 60.0
"""Speed is that of the last minute: one update takes seconds, and one moment says nothing."""

_SPACING_SECONDS = 0.25


class Clock:
    """Measures steps per second of the time in which training runs; pauses do not count."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        self._ran = 0.0
        self._since: float | None = None
        self.saved_at: float | None = None
        """When the last checkpoint was written, in seconds of ``time.monotonic``."""

    @property
    def seconds(self) -> float:
        """Seconds training has run in this process."""
        return self._ran + (0.0 if self._since is None else time.monotonic() - self._since)

    def start(self, env_steps: int) -> None:
        """Training runs from now on."""
        if self._since is None:
            self._since = time.monotonic()
            self.mark(env_steps)

    def stop(self) -> None:
        """Training rests from now on."""
        self._ran = self.seconds
        self._since = None

    def restart(self) -> None:
        """Forget the speed: the clock of the run was set back."""
        self._marks.clear()

    def mark(self, env_steps: int) -> None:
        """Note where the run stands."""
        now = self.seconds
        if self._marks and now - self._marks[-1][0] < _SPACING_SECONDS:
            return
        self._marks.append((now, env_steps))
        while len(self._marks) > 2 and now - self._marks[1][0] > WINDOW_SECONDS:
            self._marks.popleft()

    def speed(self, env_steps: int) -> float:
        """Return steps per second over the last minute of training, 0 while unknown."""
        if not self._marks:
            return 0.0
        then, steps = self._marks[0]
        spent = self.seconds - then
        return (env_steps - steps) / spent if spent > 0.0 and env_steps > steps else 0.0

    def seconds_for(self, steps: int, env_steps: int) -> float:
        """Return how long so many steps will take, −1 if unknown."""
        speed = self.speed(env_steps)
        return max(0, steps) / speed if speed > 0.0 else -1.0
