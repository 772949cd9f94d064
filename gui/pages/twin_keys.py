"""Keys while two runs are compared: they act on both."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.pages.lab_driver import LabDriver
from gui.pages.lab_keys import action_of


class TwinKeys:
    """Turns keys into wishes.

    Args:
        driver: What wishes go to.
        faster: Chooses the next faster (1) or slower (−1) speed.
    """

    def __init__(self, driver: LabDriver, faster: Callable[[int], None]) -> None:
        self._driver = driver
        self._faster = faster

    def press(self, event: QKeyEvent) -> None:
        """Act on a key, or leave it to the view."""
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        twins = self._driver.twins
        if twins is None or event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
            return
        action = action_of(key, twins.state.world) if twins.state.mover == "person" else None
        if action is not None:
            twins.act(action)
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                twins.toggle()
        elif key == Qt.Key.Key_B or (key == Qt.Key.Key_Right and shift):
            twins.step_beat()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Period, Qt.Key.Key_PageDown):
            twins.step()
        elif key == Qt.Key.Key_BracketLeft:
            self._faster(-1)
        elif key == Qt.Key.Key_BracketRight:
            self._faster(1)
        elif key == Qt.Key.Key_C:
            twins.cover()
        else:
            event.ignore()
