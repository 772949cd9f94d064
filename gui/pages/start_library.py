"""The library on the start page: trained agents side by side, the ones that cannot be used, and how to get more."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from agents.models.library import ModelEntry
from arena.errors import ArenaError
from gui.language import language, tr
from gui.pages.start_model_card import HEIGHT, ModelCard
from gui.pages.start_model_picture import model_world_map
from gui.state.library import Library
from gui.state.model_words import AGES, plays_game
from gui.theme import theme
from gui.widgets.link_button import LinkButton
from gui.widgets.miniature import Miniature
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_GAP, _WIDE, _MOST_COLUMNS = 14, 300, 5

_MOST_BROKEN = 2
"""So many that cannot be used are told one by one."""


class _Shelf(QWidget):
    """The cards, in rows; one row until all are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[ModelCard] = []
        self.all = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def columns(self) -> int:
        """Cards in a row."""
        return max(2, min(_MOST_COLUMNS, (self.width() + _GAP) // (_WIDE + _GAP)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay()

    def lay(self) -> None:
        """Place the cards; those beyond the first row are hidden until all are asked for."""
        columns, width = self.columns, self.width() + _GAP
        for place, card in enumerate(self.cards):
            row, column = divmod(place, columns)
            start, end = round(width * column / columns), round(width * (column + 1) / columns)
            card.setGeometry(QRect(start, row * (HEIGHT + _GAP), end - start - _GAP, HEIGHT))
            card.setVisible(self.all or row == 0)
        rows = -(-len(self.cards) // columns) if self.all else min(1, len(self.cards))
        self.setFixedHeight(max(0, rows * (HEIGHT + _GAP) - _GAP))


class _Broken(QWidget):
    """A model that cannot be used, in one sentence, and a button to be rid of it."""

    def __init__(self, name: str, problem: ArenaError, may_go: bool) -> None:
        super().__init__()
        self.said = TextLabel("", 13, "dim", wrap=True)
        self.said.set_key("library.damaged", name=name, problem=tr(problem.key, **problem.params))
        self.delete = PillButton("library.delete", "delete", "quiet", icon_only=True, small=True)
        self.delete.setVisible(may_go)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self.said, 1)
        row.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignTop)


class ModelShelf(QWidget):
    """The library.

    Args:
        library: The models.
        parent: Qt parent.

    Attributes:
        wanted: Emitted with what is wanted (``play card train evaluate export rename delete``) and the model's folder.
        import_wanted: A model is to be brought in.
        focused: Emitted with the card that got the keyboard.
    """

    wanted = Signal(str, str)
    import_wanted = Signal()
    focused = Signal(QWidget)

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._shelf = _Shelf()
        self._maps: dict[str, Miniature | None] = {}
        self.more = LinkButton("library.all")
        self.more.clicked.connect(self._show_all)
        self.bring = LinkButton("library.import", tip_key="library.import.tip")
        self.bring.clicked.connect(self.import_wanted)
        self.empty = TextLabel("library.empty", 13.5, "dim", wrap=True)
        self._broken = QVBoxLayout()
        self._broken.setSpacing(2)
        heading = QHBoxLayout()
        heading.setContentsMargins(0, 8, 0, 0)
        heading.setSpacing(14)
        heading.addWidget(TextLabel("library.title", 13, "dim", semibold=True))
        heading.addStretch(1)
        heading.addWidget(self.more)
        heading.addWidget(self.bring)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(heading)
        column.addWidget(self.empty)
        column.addWidget(self._shelf)
        column.addLayout(self._broken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        library.changed.connect(self.fill)
        language().changed.connect(self.fill)
        theme().changed.connect(self.fill)

    @property
    def cards(self) -> list[ModelCard]:
        """The cards that are in view."""
        return [card for card in self._shelf.cards if not card.isHidden()]

    def fill(self) -> None:
        """Show what the library holds."""
        held = next((card.entry.name for card in self._shelf.cards if card.hasFocus()), "")
        for card in self._shelf.cards:
            card.hide()
            card.deleteLater()
        self._shelf.cards = [self._card(entry) for entry in self._library.entries]
        self._fill_broken()
        self.empty.setVisible(not self._library.entries and not self._library.damaged)
        self._lay()
        again = next((card for card in self._shelf.cards if held and card.entry.name == held), None)
        if again is not None:
            again.setFocus()

    def _card(self, entry: ModelEntry) -> ModelCard:
        key = str(entry.folder)
        if key not in self._maps:
            self._maps[key] = model_world_map(entry)
        card = ModelCard(entry, self._maps[key], self._shelf)
        card.play_wanted.connect(lambda: self.wanted.emit("play", key))
        card.delete_wanted.connect(lambda: self._delete(entry))
        card.moved.connect(lambda by: self._go(card, by))
        card.menu_wanted.connect(lambda at: self.menu_of(entry).popup(at))
        return card

    def _go(self, card: ModelCard, by: int) -> None:
        place = self.cards.index(card) + by
        if 0 <= place < len(self.cards):
            self.cards[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.focused.emit(self.cards[place])

    def _fill_broken(self) -> None:
        while self._broken.count():
            item = self._broken.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        damaged = self._library.damaged
        for folder, problem in damaged[:_MOST_BROKEN]:
            row = _Broken(folder.name, problem, self._library.is_own_folder(folder))
            row.delete.clicked.connect(lambda _=False, path=str(folder): self.wanted.emit("delete", path))
            self._broken.addWidget(row)
        if len(damaged) > _MOST_BROKEN:
            rest = TextLabel("", 13, "dim", wrap=True)
            rest.setContentsMargins(4, 0, 0, 0)
            rest.set_key("library.damaged.more", n=len(damaged) - _MOST_BROKEN)
            self._broken.addWidget(rest)

    def _delete(self, entry: ModelEntry) -> None:
        if entry.origin != "shipped":
            self.wanted.emit("delete", str(entry.folder))

    def menu_of(self, entry: ModelEntry) -> QMenu:
        """Return the menu of a model; what cannot be done with it is greyed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        own = entry.origin != "shipped"

        def add(what: str, key: str, tip: str = "", *, enabled: bool = True) -> None:
            action = menu.addAction(tr(key))
            action.setEnabled(enabled)
            action.setToolTip(tr(tip) if tip else "")
            action.triggered.connect(lambda: self.wanted.emit(what, str(entry.folder)))

        add("play", "library.play")
        if len(entry.manifest.ages) >= AGES:
            add("ages", "library.ages", "arcade.three.tip")
        add("card", "library.card")
        if plays_game(entry):
            add("train", "library.train", "library.train.tip")
        else:
            add("train", "library.train.table", "library.train.table.tip")
        menu.addSeparator()
        add("evaluate", "library.evaluate", enabled=plays_game(entry))
        add("export", "library.export")
        menu.addSeparator()
        add("rename", "library.rename", "" if own else "library.shipped.tip", enabled=own)
        add("delete", "library.delete", "" if own else "library.shipped.tip", enabled=own)
        return menu

    def _show_all(self) -> None:
        self._shelf.all = not self._shelf.all
        self._lay()

    def _lay(self) -> None:
        self._shelf.lay()
        count = len(self._shelf.cards)
        self.more.setVisible(count > self._shelf.columns)
        if self._shelf.all:
            self.more.set_text_key("library.fewer")
        else:
            self.more.set_text_key("library.all", n=count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()
