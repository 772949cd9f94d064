"""A card: a rounded frame with a heading, a caption or a link at its right, and room for a body."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.theme import CAPTION, HEADING, RADIUS, color, theme
from gui.widgets.link_button import LinkButton
from gui.widgets.painted_button import rounded
from gui.widgets.text_label import TextLabel

_MARGIN = 12


class Card(QFrame):
    """A frame with a heading; widgets go into :attr:`body`.

    Args:
        title_key: Translation key of the heading; without one there is no heading row.
        parent: Qt parent.
    """

    def __init__(self, title_key: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title_key = title_key
        self._outer = QVBoxLayout(self)
        self.title = TextLabel(title_key, HEADING, "dim", semibold=True)
        self.caption = TextLabel("", CAPTION, "dim", mono=True)
        self.caption.hide()
        self._heading = QHBoxLayout()
        self._heading.addWidget(self.title)
        self._heading.addStretch(1)
        self._heading.addWidget(self.caption)
        if title_key:
            self._outer.addLayout(self._heading)
        else:
            self.title.hide()
        self._body = QVBoxLayout()
        self._outer.addLayout(self._body, 1)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()

    @property
    def body(self) -> QVBoxLayout:
        """Where its widgets go."""
        return self._body

    def set_caption(self, text: str, *, mono: bool = True) -> None:
        """Show a figure or remark at the right of the heading.

        Args:
            text: In the language in use; empty hides it.
            mono: Whether it is a figure that changes; a sentence is none.
        """
        self.caption.set_mono(mono)
        self.caption.set_text(text)
        self.caption.setVisible(bool(text))

    def add_link(self, text_key: str, *, tip_key: str = "") -> LinkButton:
        """Put a link at the right of the heading and return it (connect its ``clicked``).

        Args:
            text_key: Translation key.
            tip_key: Translation key of a tooltip.
        """
        link = LinkButton(text_key, tip_key=tip_key)
        self._heading.addWidget(link)
        return link

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        if self._title_key:
            self.setAccessibleName(tr(self._title_key))

    def restyle(self) -> None:
        """Measure and paint again."""
        margin = theme().px(_MARGIN)
        self._outer.setContentsMargins(margin, margin - 2, margin, margin - 2)
        self._outer.setSpacing(theme().px(6))
        self._body.setSpacing(theme().px(6))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = color("page") if theme().dark else color("surface")
        rounded(painter, QRectF(self.rect()), theme().px(RADIUS), fill, color("line"))
        painter.end()
