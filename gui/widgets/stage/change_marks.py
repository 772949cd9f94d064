"""Which cells are marked as just changed, and how strongly, at any instant. No painting and no clock here.

Slow (up to 4 updates a second, or by hand) the newest update is outlined and its old and new value are written beside
it. Up to 15 a second only the lens tells it. Faster, what moved gets a ring that fades. Marks begin at most three times
a second, whatever happens: more flashes than that can cause seizures (WCAG 2.3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gui.state.run_state import RunState
from gui.widgets.stage.content import Content

OUTLINE_SECONDS = 0.6
"""How long the outline of the newest update lasts."""

TAG_SECONDS = 1.6
"""How long its old and new value stay beside it; they take longer to read than the outline to see."""

RING_SECONDS = 1.0
"""How long a ring fades."""

FLASH_GAP = 0.34
"""Least seconds from one mark's beginning to the next one's: three a second at most."""

SLOW, BRISK = 4.0, 15.0
"""Updates a second up to which updates are outlined, and up to which only the lens tells them."""

_MOST_OUTLINES = 40
_LEAST_SHARE, _FULL_SHARE, _LEAST_STRENGTH = 0.002, 0.1, 0.45


def telling(state: RunState) -> str:
    """Return how changes are told at the pace of a run: ``outline``, ``lens`` or ``ring``."""
    if state.phase != "running" or 0 < state.speed <= SLOW:
        return "outline"
    return "lens" if 0 < state.speed <= BRISK else "ring"


class FlashLimit:
    """Lets something begin at most three times a second."""

    def __init__(self) -> None:
        self._begun_at = -np.inf

    def allows(self, now: float) -> bool:
        """Return whether it may begin now, and count it if so."""
        if now - self._begun_at < FLASH_GAP:
            return False
        self._begun_at = now
        return True


class ChangeMarks:
    """Takes in what is shown and knows what to mark.

    Attributes:
        last: Cell of the newest update, −1 for none or when it changes too fast to follow.
        change: Fields of the newest update told, empty for none.
        told_at: When it was shown, in seconds of the caller's clock.
        outlined: Cells outlined since :attr:`outlined_at`.
        outlined_at: When that outline began.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything: another world."""
        self.last = -1
        self.change: Mapping[str, Any] = {}
        self.told_at = -np.inf
        self.outlined: frozenset[int] = frozenset()
        self.outlined_at = -np.inf
        self._limit = FlashLimit()
        self._rings: dict[int, tuple[float, float]] = {}
        self._waiting: dict[int, float] = {}
        self._told: object = None

    def note(self, state: RunState, content: Content, before: Content | None, reach: float, now: float) -> None:
        """Take in what is shown next.

        Args:
            state: The run.
            content: What is shown of it.
            before: What was shown before.
            reach: Largest value of the colour scale; a change counts by its share of it.
            now: The caller's clock, in seconds.
        """
        how = telling(state)
        if how == "ring":
            self._note_rings(content, before, reach)
            self._light(now)
        else:
            self._rings.clear()
            self._waiting.clear()
        if how != "outline":
            self.last, self.change, self.outlined = -1, {}, frozenset()
            return
        tick = state.tick
        if tick is None or state.beat < 4:
            self.change = {}
            return
        if not tick.changes or tick is self._told:
            return
        self._told, self.told_at, self.change = tick, now, tick.changes[-1]
        cell_of_state = content.world.layout.cell_of_state
        cells = [int(cell_of_state[int(change["state"])]) for change in tick.changes[-_MOST_OUTLINES:]]
        self.last = cells[-1]
        # Too soon for another outline: the old one ends, the newest update is still marked.
        self.outlined, self.outlined_at = (frozenset(cells) if self._limit.allows(now) else frozenset()), now

    def _note_rings(self, content: Content, before: Content | None, reach: float) -> None:
        if before is None or before.world is not content.world or before.q is content.q:
            return
        share = np.minimum(1.0, np.abs(content.q - before.q).max(axis=1) / max(reach, 1e-12))
        layout = content.world.layout
        # Where one value falls by all of the scale, rings around what moved a little would hide it.
        full = max(_FULL_SHARE, float(share.max(initial=0.0)))
        for state in np.flatnonzero((share > _LEAST_SHARE) & (layout.context_of_state == content.context)).tolist():
            cell = int(layout.cell_of_state[state])
            strength = float(np.sqrt(share[state] / full))
            if strength >= _LEAST_STRENGTH:
                self._waiting[cell] = max(strength, self._waiting.get(cell, 0.0))

    def _light(self, now: float) -> None:
        self._rings = {cell: ring for cell, ring in self._rings.items() if now - ring[0] < RING_SECONDS}
        if self._waiting and self._limit.allows(now):
            self._rings.update({cell: (now, strength) for cell, strength in self._waiting.items()})
            self._waiting.clear()

    def outline(self, now: float, *, still: bool) -> tuple[frozenset[int], float]:
        """Return the outlined cells and how opaque the outline is, 0 to 1.

        Args:
            now: The caller's clock.
            still: Without fading (reduced motion): it stays until the next one.
        """
        age = now - self.outlined_at
        if still:
            return self.outlined, 1.0
        if age >= OUTLINE_SECONDS:
            return frozenset(), 0.0
        return self.outlined, float(min(1.0, 2.0 * (1.0 - age / OUTLINE_SECONDS)))

    def rings(self, now: float, *, still: bool) -> dict[int, float]:
        """Return how opaque the ring of each cell is, 0 to 1; without fading it is so for its whole second."""
        self._light(now)
        return {
            cell: strength * (1.0 if still else 1.0 - (now - began) / RING_SECONDS)
            for cell, (began, strength) in self._rings.items()
        }

    def shows_tag(self, now: float) -> bool:
        """Return whether the old and the new value are written beside the newest update."""
        return bool(self.change) and now - self.told_at < TAG_SECONDS

    def fading(self, now: float) -> bool:
        """Return whether the picture still changes by itself."""
        return bool(self._rings or self._waiting or now - max(self.told_at, self.outlined_at) <= TAG_SECONDS + 0.1)
