"""The Lab's card of curves: return, length, or distance to the exact solution, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.state.run_state import RunState

if TYPE_CHECKING:
    from gui.pages.lab_parts import LabParts

CURVES = ("return", "length", "distance")
"""What can be shown, in the order the link goes through."""

_TITLES = {
    "return": "lab.card.returns",
    "length": "lab.card.lengths",
    "distance": "lab.card.distance.title",
}
_LINKS = {"return": "lab.card.returns.return", "length": "lab.card.returns.length", "distance": "lab.card.distance"}


class LabCurves(QObject):
    """Shows one curve and offers the next.

    Args:
        parts: The Lab's parts.
    """

    def __init__(self, parts: LabParts) -> None:
        super().__init__(parts)
        self._parts = parts
        self._state = RunState()
        self.what = CURVES[0]
        parts.returns_link.clicked.connect(self.switch)

    def switch(self) -> None:
        """Show the next curve."""
        self.what = self._next()
        parts, distance = self._parts, self.what == "distance"
        parts.returns.setVisible(not distance)
        parts.distance.setVisible(distance)
        if not distance:
            parts.returns.show_what(self.what)
        parts.returns_card.title.set_key(_TITLES[self.what])
        parts.returns_link.set_text_key(_LINKS[self._next()])
        self.show_state(self._state)

    def _next(self) -> str:
        return CURVES[(CURVES.index(self.what) + 1) % len(CURVES)]

    def show_state(self, state: RunState) -> None:
        """Show a run's curve and its newest figure."""
        self._state = state
        panel = self._parts.distance if self.what == "distance" else self._parts.returns
        panel.show_state(state)
        self._parts.returns_card.set_caption(panel.caption())
