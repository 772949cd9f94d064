"""What every way of changing one thing has in common."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.state.run_state import RunState


class ChangeEditor(QWidget):
    """Lets a person change one thing.

    Attributes:
        changed: Emitted after something was chosen.
    """

    changed = Signal()

    name = ""
    """Which kind of change it is; its texts are ``whatif.kind.<name>`` and ``whatif.kind.<name>.tip``."""

    icon = ""
    """Icon of its tile."""

    def offered(self, state: RunState) -> bool:
        """Return whether this kind of change makes sense for a run."""
        return state.world is not None

    def show_run(self, state: RunState) -> None:
        """Begin anew from what is in force in a run."""

    def changes(self) -> dict[str, Any]:
        """Return what is chosen as changes of a fork; empty while it is what is in force, or not allowed."""
        return {}

    def problem(self) -> str:
        """Return why what is chosen is not allowed, in the language in use; empty if it is."""
        return ""
