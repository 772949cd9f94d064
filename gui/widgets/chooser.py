"""A box that says what is chosen and opens a menu: "World **Cliff** ▾"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gui.icons import paint_icon
from gui.theme import CAPTION, RADIUS, TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_HEIGHT, _PADDING, _GAP, _ARROW = 34, 12, 8, 11


class Choice(NamedTuple):
    """One entry of a chooser.

    Attributes:
        id: What :attr:`Chooser.changed` tells.
        text: What is shown, in the language in use.
        tip: One sentence on it, or empty.
        section: Heading it stands under, or empty.
    """

    id: str
    text: str
    tip: str = ""
    section: str = ""


class Chooser(PaintedButton):
    """A caption, the chosen value in bold, and a menu of choices.

    The choices are texts, not keys: worlds bring their own titles. Their owner sets them again when the language
    changes.

    Args:
        caption_key: Translation key of the caption.
        tip_key: Translation key of the tooltip.
        parent: Qt parent.

    Attributes:
        changed: Emitted with the id after a person chose another entry (not by :meth:`set_value`).
    """

    changed = Signal(str)

    def __init__(self, caption_key: str, *, tip_key: str = "", parent: QWidget | None = None) -> None:
        self._choices: tuple[Choice, ...] = ()
        self._value = ""
        super().__init__(caption_key, tip_key=tip_key, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._group = QActionGroup(self._menu)
        self.clicked.connect(self.open_menu)

    @property
    def value(self) -> str:
        """Id of the chosen entry, empty if there is none."""
        return self._value

    @property
    def menu(self) -> QMenu:
        """The menu that opens."""
        return self._menu

    def set_choices(self, choices: Iterable[Choice | tuple[str, ...]]) -> None:
        """Offer other entries; the value stays if it is still among them.

        Args:
            choices: ``(id, text[, tip[, section]])`` each.
        """
        self._choices = tuple(Choice(*choice) for choice in choices)
        self._fill()
        self.retranslate()

    def set_value(self, id: str) -> None:
        """Show an entry as chosen, silently."""
        self._value = id
        for action in self._group.actions():
            action.setChecked(action.data() == id)
        self.retranslate()

    def chosen_text(self) -> str:
        """Return the text of the chosen entry."""
        return next((choice.text for choice in self._choices if choice.id == self._value), "")

    def retranslate(self) -> None:
        super().retranslate()
        self.setAccessibleName(f"{self.text()} {self.chosen_text()}".strip())

    def open_menu(self) -> None:
        """Show the menu under the box with the chosen entry ready for the keyboard."""
        current = next((action for action in self._group.actions() if action.isChecked()), None)
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        if current is not None:
            self._menu.setActiveAction(current)

    def _fill(self) -> None:
        self._menu.clear()
        section = ""
        for choice in self._choices:
            if choice.section and choice.section != section:
                section = choice.section
                heading = self._menu.addAction(section)
                heading.setEnabled(False)
            action = QAction(choice.text, self._menu)
            action.setCheckable(True)
            action.setChecked(choice.id == self._value)
            action.setData(choice.id)
            action.setToolTip(choice.tip or choice.text)
            action.triggered.connect(self._choose)
            self._group.addAction(action)
            self._menu.addAction(action)

    def _choose(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and action.data() != self._value:
            self.set_value(action.data())
            self.changed.emit(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.open_menu()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        px = theme().px
        caption = QFontMetricsF(font(px(CAPTION))).horizontalAdvance(self.text())
        value = QFontMetricsF(font(px(TEXT), semibold=True)).horizontalAdvance(self.chosen_text())
        gaps = 2 * px(_PADDING) + px(_GAP) + (px(_GAP) if self.text() else 0)
        return QSize(round(caption + value + px(_ARROW)) + gaps + 2, px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        px = theme().px
        box, radius = QRectF(self.rect()), px(RADIUS - 1)
        rounded(painter, box, radius, color("raised"), color("dim" if self.hovered else "line"))
        x = float(px(_PADDING))
        captioned, valued = font(px(CAPTION)), font(px(TEXT), semibold=True)
        for text, face, ink in ((self.text(), captioned, "dim"), (self.chosen_text(), valued, "text")):
            if text:
                painter.setFont(face)
                painter.setPen(color(ink))
                painter.drawText(QRectF(x, 0, self.width() - x, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
                x += QFontMetricsF(face).horizontalAdvance(text) + px(_GAP)
        size = float(px(_ARROW))
        paint_icon(painter, "triangle_down", QRectF(x, (self.height() - size) / 2, size, size), color("text"))
        if self.ring:
            focus_ring(painter, box, radius)
        painter.end()
