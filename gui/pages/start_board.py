"""The scenes side by side: a big one, two beside it, three below; arrow keys go from one to the next."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.pages.start_card import SceneCard, Shape
from gui.pages.start_miniature import Miniature
from gui.state.scene import SCENES, Scene
from gui.theme import theme

_GAP = 14
_SHAPES: tuple[Shape, ...] = ("hero", "plain", "plain", "plain", "plain", "plain")
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class SceneBoard(QWidget):
    """Cards of all scenes.

    Args:
        parent: Qt parent.

    Attributes:
        chosen: Emitted with the scene that was pressed.
        marked_changed: Emitted with the scene that Enter would open.
    """

    chosen = Signal(Scene)
    marked_changed = Signal(Scene)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = tuple(SceneCard(shown, None, shape, self) for shown, shape in zip(SCENES, _SHAPES, strict=True))
        for card in self.cards:
            card.clicked.connect(self._clicked)
            card.installEventFilter(self)
        self._mark(self.cards[0])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._lay)

    def set_worlds(self, worlds: Mapping[str, Miniature]) -> None:
        """Draw these maps.

        Args:
            worlds: Map by scene id; a scene without one shows its words only.
        """
        for card in self.cards:
            card.set_world(worlds.get(card.scene.id))

    def take_keyboard(self) -> None:
        """Put the keyboard on the marked card: Enter opens it."""
        self._marked.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def marked(self) -> Scene:
        """The scene that Enter would open."""
        return self._marked.scene

    def _mark(self, marked: SceneCard) -> None:
        self._marked = marked
        for card in self.cards:
            card.mark(card is marked)
        self.marked_changed.emit(marked.scene)

    def _clicked(self) -> None:
        card = self.sender()
        if isinstance(card, SceneCard):
            self.chosen.emit(card.scene)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, SceneCard) and event.type() == QEvent.Type.FocusIn:
            self._mark(watched)
        if isinstance(watched, SceneCard) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            arrow = _ARROWS.get(Qt.Key(event.key()))
            if arrow is not None:
                self._go(watched, *arrow)
                return True
        return super().eventFilter(watched, event)

    def _go(self, card: SceneCard, right: int, down: int) -> None:
        """Move the keyboard to the nearest card in a direction; straight ahead counts more than far away."""
        here = card.geometry().center()

        def cost(other: SceneCard) -> float:
            way = other.geometry().center() - here
            ahead, aside = way.x() * right + way.y() * down, abs(way.x() * down) + abs(way.y() * right)
            return ahead + 2.0 * aside if ahead > 0 else float("inf")

        best = min((other for other in self.cards if other is not card), key=cost)
        if cost(best) < float("inf"):
            best.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        width, height = self.width(), self.height()
        top = round((height - _GAP) * 0.64)
        hero = round((width - _GAP) * 0.6)
        side = width - hero - _GAP
        upper = (top - _GAP) // 2
        third = (width - 2 * _GAP) // 3
        low, below = top + _GAP, height - top - _GAP
        places = (
            QRect(0, 0, hero, top),
            QRect(hero + _GAP, 0, side, upper),
            QRect(hero + _GAP, upper + _GAP, side, top - upper - _GAP),
            QRect(0, low, third, below),
            QRect(third + _GAP, low, third, below),
            QRect(2 * (third + _GAP), low, width - 2 * (third + _GAP), below),
        )
        for card, place in zip(self.cards, places, strict=True):
            card.setGeometry(place)
