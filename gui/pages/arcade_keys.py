"""Keys of the arcade: they act while the game has the keyboard, never while a field or a button has."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.state.watch_model import WatchModel

_STICK = {
    Qt.Key.Key_Up: "UP",
    Qt.Key.Key_Down: "DOWN",
    Qt.Key.Key_Left: "LEFT",
    Qt.Key.Key_Right: "RIGHT",
    Qt.Key.Key_Space: "FIRE",
}


class ArcadeKeys:
    """Turns keys into wishes; with a person at the stick the arrows are the stick.

    Args:
        model: The watched game.
        faster: Chooses the next faster (1) or slower (−1) speed.
    """

    def __init__(self, model: WatchModel, faster: Callable[[int], None]) -> None:
        self._model = model
        self._faster = faster
        self._held: list[str] = []

    def press(self, event: QKeyEvent) -> None:
        """Act on a key, or leave it to the window."""
        key = Qt.Key(event.key())
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif self._model.state.mover == "person" and key in _STICK:
            if not event.isAutoRepeat():
                self._hold(_STICK[key])
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._model.toggle()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Period, Qt.Key.Key_PageDown):
            self._model.step(1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Comma, Qt.Key.Key_PageUp):
            self._model.step(-1)
        elif key == Qt.Key.Key_Home:
            self._model.show_step(0)
        elif key == Qt.Key.Key_End:
            self._model.show_step(int(self._model.state.scalar("newest")))
        elif key == Qt.Key.Key_BracketLeft:
            self._faster(-1)
        elif key == Qt.Key.Key_BracketRight:
            self._faster(1)
        elif key == Qt.Key.Key_N:
            self._model.new_game()
        else:
            event.ignore()

    def release(self, event: QKeyEvent) -> None:
        """Let go of the stick."""
        way = _STICK.get(Qt.Key(event.key()))
        if way in self._held and not event.isAutoRepeat():
            self._held.remove(way)
            self._tell()

    def let_go(self) -> None:
        """Let go of everything: the keyboard went elsewhere."""
        if self._held:
            self._held.clear()
            self._tell()

    def _hold(self, way: str) -> None:
        if way not in self._held:
            self._held.append(way)
        self._tell()
        if self._model.state.phase != "running":
            self._model.run()

    def _tell(self) -> None:
        ready = self._model.state.ready
        names = () if ready is None else tuple(ready.action_names)
        # The newest key counts: whoever changes direction presses the other before letting go of the first.
        wanted = next((way for way in reversed(self._held) if way in names), "NOOP")
        self._model.act(names.index(wanted) if wanted in names else 0)
