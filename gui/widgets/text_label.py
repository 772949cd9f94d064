"""A text by its key, in a colour and size of the theme."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from gui.language import language, tr
from gui.theme import TEXT, color, font, theme

Ink = Literal["text", "dim", "accent", "good", "warning", "bad"]


class TextLabel(QLabel):
    """A label that follows language, palette and projector mode.

    Args:
        text_key: Translation key, or empty for a text set by :meth:`set_text`.
        size: Font size in pixels in the ordinary layout.
        ink: Colour of the palette.
        semibold: Semi-bold weight.
        bold: Bold weight.
        mono: Fixed-width digits.
        wrap: Whether it may take several lines.
        parent: Qt parent.
    """

    def __init__(
        self,
        text_key: str = "",
        size: float = TEXT,
        ink: Ink = "text",
        *,
        semibold: bool = False,
        bold: bool = False,
        mono: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = text_key
        self._params: dict[str, object] = {}
        self._size = size
        self._ink: Ink = ink
        self._weight = {"semibold": semibold, "bold": bold, "mono": mono}
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.restyle()
        self.retranslate()

    def set_key(self, text_key: str, **params: object) -> None:
        """Show another text by its key.

        Args:
            text_key: Translation key.
            params: Placeholder values.
        """
        self._key, self._params = text_key, params
        self.retranslate()

    def set_text(self, text: str) -> None:
        """Show a text that is already in the language in use (a number, a world's title)."""
        self._key = ""
        self.setText(text)

    def set_ink(self, ink: Ink) -> None:
        """Write in another colour of the palette."""
        self._ink = ink
        self.restyle()

    def set_size(self, size: float) -> None:
        """Write in another size, in pixels of the ordinary layout."""
        if size != self._size:
            self._size = size
            self.restyle()

    def set_mono(self, mono: bool) -> None:
        """Write with fixed-width digits or not."""
        self._weight["mono"] = mono
        self.restyle()

    def retranslate(self) -> None:
        """Set the text in the language in use."""
        if self._key:
            self.setText(tr(self._key, **self._params))

    def restyle(self) -> None:
        """Set font and colour again."""
        self.setFont(font(theme().px(self._size), **self._weight))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, color(self._ink))
        self.setPalette(palette)
