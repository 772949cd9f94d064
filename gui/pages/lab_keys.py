"""Keys of the Lab: they act while the stage has the keyboard, never while a field or a button has."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from arena.protocol.world_codec import ShownWorld
from gui.pages.lab_past import LabPast
from gui.pages.lab_why import LabWhy
from gui.state.run_model import RunModel

_MOVES = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
}
_WORDS = {Qt.Key.Key_P: "action.pickup", Qt.Key.Key_D: "action.dropoff"}


class LabKeys:
    """Turns keys into wishes.

    Args:
        model: The run.
        past: Its past.
        why: Explains numbers.
        faster: Chooses the next faster (1) or slower (−1) speed.
    """

    def __init__(self, model: RunModel, past: LabPast, why: LabWhy, faster: Callable[[int], None]) -> None:
        self._model = model
        self._past = past
        self._why = why
        self._faster = faster

    def press(self, event: QKeyEvent) -> None:
        """Act on a key, or leave it to the window."""
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_B and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._past.add_bookmark()
        elif event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif self._model.state.mover == "person" and not self._past.active and self._act(key):
            return
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._past.toggle()
        elif key == Qt.Key.Key_B or (key == Qt.Key.Key_Right and shift):
            self._past.step_beat()
        elif key == Qt.Key.Key_Left and shift:
            self._past.step_beat(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Period, Qt.Key.Key_PageDown):
            self._past.step()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Comma, Qt.Key.Key_PageUp):
            self._past.model.step(-1)
        elif key == Qt.Key.Key_Home:
            self._past.go_first()
        elif key in (Qt.Key.Key_End, Qt.Key.Key_Escape) and self._past.active:
            self._past.model.leave()
        elif key == Qt.Key.Key_BracketLeft:
            self._faster(-1)
        elif key == Qt.Key.Key_BracketRight:
            self._faster(1)
        elif key == Qt.Key.Key_W:
            self._why.explain_newest()
        elif key == Qt.Key.Key_C:
            self._model.cover()
        else:
            event.ignore()

    def _act(self, key: Qt.Key) -> bool:
        action = action_of(key, self._model.state.world)
        if action is not None:
            self._model.act(action)
        return action is not None


def action_of(key: Qt.Key, world: ShownWorld | None) -> int | None:
    """Return the action a key stands for in a world, ``None`` for no action."""
    if world is None:
        return None
    layout = world.layout
    if key in _MOVES and _MOVES[key] in layout.action_steps:
        return layout.action_steps.index(_MOVES[key])
    if key in _WORDS and _WORDS[key] in layout.action_keys:
        return layout.action_keys.index(_WORDS[key])
    return None
