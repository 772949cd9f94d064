"""The rail at the left: where one can go."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from gui.icons import paint_icon
from gui.language import language, tr
from gui.theme import CAPTION, RADIUS, color, font, mixed, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_WIDTH, _ITEM_WIDTH, _ITEM_HEIGHT, _ICON = 84, 80, 56, 24
_NAME_SIZE = CAPTION - 0.5
TINT_WIDTH = 78
"""Of the chosen place, with air at both sides of the longest name and of itself."""


def _tint() -> QColor:
    """Return the fill of the chosen place: a breath of the accent over the surface."""
    accent, surface, share = color("accent"), color("surface"), 0.17
    return mixed(surface, accent, share)


class RailButton(PaintedButton):
    """One place: an icon over its name.

    Args:
        page: Id of the page it leads to.
        text_key: Translation key of its name.
        icon_name: Icon of :mod:`gui.icons`.
        rail: The rail it stands in.
    """

    def __init__(self, page: str, text_key: str, icon_name: str, rail: Rail) -> None:
        self.page = page
        self._icon_name = icon_name
        self._rail = rail
        super().__init__(text_key, parent=rail)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_ITEM_WIDTH, _ITEM_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._rail.go(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF((self.width() - TINT_WIDTH) / 2, 0, TINT_WIDTH, self.height())
        if self.isChecked():
            rounded(painter, box, RADIUS, _tint())
        elif self.hovered:
            rounded(painter, box, RADIUS, color("raised"))
        ink = color("accent" if self.isChecked() else "text" if self.hovered else "dim")
        paint_icon(painter, self._icon_name, QRectF((self.width() - _ICON) / 2, 6, _ICON, _ICON), ink)
        painter.setPen(ink)
        painter.setFont(font(_NAME_SIZE))
        painter.drawText(QRectF(0, 31, self.width(), 18), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.ring:
            focus_ring(painter, box, RADIUS)
        painter.end()


class Rail(QWidget):
    """The places of the window, one of them chosen.

    Args:
        places: ``(page id, translation key, icon)`` each.
        parent: Qt parent.

    Attributes:
        chosen: Emitted with the page's id when a person chooses it.
    """

    chosen = Signal(str)

    def __init__(self, places: tuple[tuple[str, str, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins((_WIDTH - _ITEM_WIDTH) // 2, 12, (_WIDTH - _ITEM_WIDTH) // 2, 12)
        column.setSpacing(4)
        for page, text_key, icon_name in places:
            button = RailButton(page, text_key, icon_name, self)
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self._buttons[page] = button
            column.addWidget(button)
        column.addStretch(1)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.update)
        self.retranslate()

    def choose(self, page: str) -> None:
        """Show a page's button as chosen, silently."""
        if page in self._buttons:
            self._buttons[page].setChecked(True)

    def go(self, by: int) -> None:
        """Put the keyboard on the next (1) or previous (−1) place."""
        buttons = list(self._buttons.values())
        here = next((i for i, button in enumerate(buttons) if button.hasFocus()), 0)
        buttons[max(0, min(len(buttons) - 1, here + by))].setFocus(Qt.FocusReason.TabFocusReason)

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("shell.rail"))

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.chosen.emit(button.page)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), color("line"))
        painter.end()
