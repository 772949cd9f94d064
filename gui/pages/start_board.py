"""The scenes: a big one with two beside it, then a row for every chapter; arrow keys go from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.pages.start_card import SceneCard, Shape
from gui.state.scene import CHAPTERS, Scene
from gui.theme import theme
from gui.widgets.miniature import Miniature
from gui.widgets.text_label import TextLabel

_GAP = 14
_ROW_LOW, _ROW_HIGH, _ROW_SHARE = 196, 264, 0.168
"""Height of a chapter's row: between these, and this share of its width."""

_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class _Cards(QWidget):
    """The cards of one chapter, laid out in the room there is.

    Args:
        scenes: Its scenes.
        hero: Whether its first card is the big one.
    """

    def __init__(self, scenes: Sequence[Scene], *, hero: bool = False) -> None:
        super().__init__()
        self._hero = hero
        self.cards: list[SceneCard] = []
        self.fill(scenes)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, scenes: Sequence[Scene]) -> None:
        """Show cards of other scenes."""
        for card in self.cards:
            card.hide()
            card.deleteLater()
        shapes: list[Shape] = ["hero" if self._hero and place == 0 else "plain" for place in range(len(scenes))]
        self.cards = [SceneCard(shown, None, shape, self) for shown, shape in zip(scenes, shapes, strict=True)]
        for card in self.cards:
            card.show()
        self.lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay()

    def align(self) -> None:
        """Have all maps of the row over their words if one of them needs it: a row reads as one."""
        on_top = any(card.strip for card in self.cards)
        for card in self.cards:
            card.put_map_on_top(on_top)

    def lay(self) -> None:
        """Place the cards: the big one at the left with the others stacked beside it, or all side by side."""
        width, height = self.width(), self.height()
        left = round((width - _GAP) * 0.6) + _GAP if self._hero else 0
        rest = self.cards[1:] if self._hero else self.cards
        if self._hero and self.cards:
            self.cards[0].setGeometry(QRect(0, 0, left - _GAP, height))
        for place, card in enumerate(rest):
            if self._hero:
                top, bottom = (round((height + _GAP) * (place + end) / len(rest)) for end in (0, 1))
                card.setGeometry(QRect(left, top, width - left, bottom - top - _GAP))
            else:
                start, end = (round((width + _GAP) * (place + end) / len(rest)) for end in (0, 1))
                card.setGeometry(QRect(start, 0, end - start - _GAP, height))


class SceneBoard(QWidget):
    """Cards of all scenes.

    Args:
        parent: Qt parent.

    Attributes:
        chosen: Emitted with the scene that was pressed.
        marked_changed: Emitted with the scene that Enter would open.
        focused: Emitted with the card that got the keyboard, to be brought into view.
    """

    chosen = Signal(Scene)
    marked_changed = Signal(Scene)
    focused = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = _Cards(CHAPTERS[0].scenes, hero=True)
        self._own = _Cards(())
        self._rows = [self._own, *(_Cards(chapter.scenes) for chapter in CHAPTERS[1:])]
        keys = ["start.chapter.own", *(chapter.title_key for chapter in CHAPTERS[1:])]
        self._titles = [TextLabel(key, 13, "dim", semibold=True) for key in keys]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._first)
        for title, row in zip(self._titles, self._rows, strict=True):
            title.setContentsMargins(0, 8, 0, 0)
            self._column.addWidget(title)
            self._column.addWidget(row)
        for card in self.cards:
            self._listen(card)
        self._marked = self.cards[0]
        self._mark(self.cards[0])
        self.set_own((), ())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def insert_below_first(self, *widgets: QWidget) -> None:
        """Put widgets between the big scene and the chapters."""
        for place, widget in enumerate(widgets):
            self._column.insertWidget(1 + place, widget)

    @property
    def cards(self) -> tuple[SceneCard, ...]:
        """All cards, the big one first."""
        return (*self._first.cards, *(card for row in self._rows for card in row.cards))

    def _listen(self, card: SceneCard) -> None:
        card.clicked.connect(self._clicked)
        card.installEventFilter(self)

    def set_own(self, scenes: Sequence[Scene], worlds: Sequence[Miniature | None]) -> None:
        """Show scenes that a person has saved, under a heading of their own.

        Args:
            scenes: The scenes.
            worlds: Their maps.
        """
        for card in self._own.cards:
            card.removeEventFilter(self)
        if self._marked in self._own.cards:
            # It goes; the keyboard must not be left to whatever Qt finds next.
            if self._marked.hasFocus():
                self._first.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)
            self._mark(self._first.cards[0])
        self._own.fill(scenes)
        for card, world in zip(self._own.cards, worlds, strict=True):
            card.set_world(world)
            self._listen(card)
        self._own.align()
        for widget in (self._titles[0], self._own):
            widget.setVisible(bool(scenes))

    @property
    def own(self) -> tuple[Scene, ...]:
        """The scenes of a person's own that are shown."""
        return tuple(card.scene for card in self._own.cards)

    def set_worlds(self, worlds: Mapping[str, Miniature]) -> None:
        """Draw these maps.

        Args:
            worlds: Map by scene id; a scene without one shows its words only.
        """
        for card in self.cards:
            if card.scene.id:
                card.set_world(worlds.get(card.scene.id))
        for row in self._rows:
            row.align()

    def set_heights(self, first: int) -> None:
        """Give the first row this height, and the others one that suits their width."""
        self._first.setFixedHeight(first)
        row = round(max(_ROW_LOW, min(_ROW_HIGH, self.width() * _ROW_SHARE)))
        for cards in self._rows:
            cards.setFixedHeight(round(row * 1.2) if theme().projector else row)

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
            self.focused.emit(watched)
        if isinstance(watched, SceneCard) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            arrow = _ARROWS.get(Qt.Key(event.key()))
            if arrow is not None:
                self._go(watched, *arrow)
                return True
        return super().eventFilter(watched, event)

    def _place(self, card: SceneCard) -> QRect:
        return QRect(card.mapTo(self, card.rect().topLeft()), card.size())

    def _go(self, card: SceneCard, right: int, down: int) -> None:
        """Move the keyboard to the nearest card in a direction; straight ahead counts more than far away."""
        here = self._place(card)

        def cost(other: SceneCard) -> float:
            there = self._place(other)
            way = there.center() - here.center()
            ahead, aside = way.x() * right + way.y() * down, abs(way.x() * down) + abs(way.y() * right)
            beside = there.top() <= here.bottom() and here.top() <= there.bottom()
            # Left and right stay in the row.
            return ahead + (0.5 if down else 2.0) * aside if ahead > 0 and (down or beside) else float("inf")

        best = min((other for other in self.cards if other is not card), key=cost)
        if cost(best) < float("inf"):
            best.setFocus(Qt.FocusReason.TabFocusReason)
