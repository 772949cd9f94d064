"""Where the frames of a moving picture come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gui.state.run_state import RunState


class MomentSource(Protocol):
    """A run whose moments can be asked for one by one.

    Attributes:
        first: First moment there is.
        last: Last moment there is.
    """

    @property
    def first(self) -> int:
        """First moment there is."""

    @property
    def last(self) -> int:
        """Last moment there is."""

    def ask(
        self, tick: int, answer: Callable[[RunState], None], refuse: Callable[[str, dict[str, object]], None]
    ) -> None:
        """Find a moment and give it to ``answer``, now or later, or tell ``refuse`` why not: a key and its values."""

    def close(self) -> None:
        """Nothing more will be asked."""
