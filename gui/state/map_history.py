"""The changes of a map that can be taken back and done again, and which of its states lies safely somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena.environments.grid.cells import Cell

MOST_STEPS = 300
"""Steps that can be taken back; a step may hold the whole of the largest map twice."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything but what a stroke changes; ``cells`` is given where a step exchanged them."""

    rows: int
    columns: int
    title: Mapping[str, str]
    teaches: Mapping[str, str]
    numbers: Mapping[str, float]
    path: str
    cells: tuple[Cell, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change.

    Attributes:
        cells: Cells of a stroke, before and after.
        before: The sheet it began from.
        after: The sheet it made.
        resized: Whether it only made the map larger or smaller.
    """

    cells: Mapping[int, tuple[Cell, Cell]] | None = None
    before: Sheet | None = None
    after: Sheet | None = None
    resized: bool = False


class History:
    """Steps done, steps taken back, and the place between them that is safe.

    Args:
        safe: Whether what it begins with lies somewhere as it is.
    """

    def __init__(self, *, safe: bool = True) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._safe: int | None = 0 if safe else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._undone)

    @property
    def is_safe(self) -> bool:
        """Whether the present state lies somewhere as it is."""
        return self._safe == len(self._done)

    @property
    def last(self) -> Step | None:
        """The newest step."""
        return self._done[-1] if self._done else None

    def note_safe(self) -> None:
        """Note that the present state lies somewhere."""
        self._safe = len(self._done)

    def push(self, step: Step) -> None:
        """Add a step that was done; what was taken back before is gone."""
        if self._safe is not None and self._safe > len(self._done):
            self._safe = None
        self._undone.clear()
        self._done.append(step)
        if len(self._done) > MOST_STEPS:
            del self._done[0]
            self._safe = self._safe - 1 if self._safe else None

    def back(self) -> Step | None:
        """Return the newest step, which is taken back now."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def forth(self) -> Step | None:
        """Return the step to do again now."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def forget_last(self) -> None:
        """Drop the newest step for good: another one takes its place."""
        if self._safe is not None and self._safe >= len(self._done):
            self._safe = None
        del self._done[-1]
        self._undone.clear()
