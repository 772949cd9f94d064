"""The four beats of a step, each its own pause: the draw, the move, the target, the new value."""

from __future__ import annotations

LAST = 4
"""All of a step is shown."""

STEP_SECONDS = 0.8
"""How long the beats of a single step take."""


class BeatPresenter:
    """Says which beats of the newest step are shown; it knows no Qt and no clock of its own.

    Attributes:
        beat: Beats shown, 0 to 4.
        held: The beats wait for a person instead of the clock.
    """

    def __init__(self) -> None:
        self.beat = LAST
        self.held = False
        self._began = 0.0
        self._seconds = STEP_SECONDS

    @property
    def showing(self) -> bool:
        """Whether something of the newest step is still to come."""
        return self.beat < LAST

    def begin(self, now: float, seconds: float, *, held: bool, covered: bool) -> None:
        """A step has happened.

        Args:
            now: Any clock, in seconds.
            seconds: How long its beats take together; 0 shows it at once.
            held: Wait after the first beat.
            covered: Show nothing until :meth:`uncover`.
        """
        self._began, self._seconds = now, seconds
        self.held = held or covered
        if covered:
            self.beat = 0
        elif held:
            self.beat = 1
        else:
            self.beat = 1 if seconds > 0 else LAST

    def tick(self, now: float) -> bool:
        """Let time pass; return whether another beat is shown now."""
        if self.held or not self.showing:
            return False
        if now - self._began < self.beat * self._seconds / LAST:
            return False
        # One at a time: a window that was kept busy shows a beat late, and leaves none out.
        self.beat += 1
        return True

    def next(self) -> None:
        """Show the next beat and wait there."""
        self.held = True
        self.beat = min(LAST, self.beat + 1)

    def back(self) -> None:
        """Take the newest beat shown back and wait there; the first one stays."""
        self.held = True
        self.beat = max(1, self.beat - 1)

    def finish(self) -> None:
        """Show all of it."""
        self.beat, self.held = LAST, False
