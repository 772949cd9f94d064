"""A field for a number that may be left empty."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.language import language, tr
from gui.theme import TEXT, font, theme


class NumberField(QLineEdit):
    """A number; Esc leaves it as it was, an impossible one stays red until it is mended or the field is left.

    Args:
        name_key: Translation key of its accessible name and tooltip.
        fits: Tells whether a number is allowed.
        needed: Whether it may not be empty.
        parent: Qt parent.

    Attributes:
        entered: Emitted with a float, or ``None`` for empty, after a person entered another allowed value.
        refused: Emitted after a person entered something that is none.
    """

    entered = Signal(object)
    refused = Signal()

    def __init__(
        self,
        name_key: str,
        fits: Callable[[float], bool],
        *,
        needed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_key, self._fits, self._needed = name_key, fits, needed
        self._value: float | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(24)
        self.returnPressed.connect(self._typed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()

    @property
    def value(self) -> float | None:
        """The number in force."""
        return self._value

    @property
    def wrong(self) -> bool:
        """Whether what stands there is no number that is allowed."""
        return bool(self.property("wrong"))

    def show_value(self, value: float | None) -> None:
        """Show a number, silently; a field somebody types in is left alone."""
        if value == self._value and (self.isModified() or self.wrong or self.text() == _text(value)):
            return
        self._value = value
        self.setText(_text(value))
        self._mark(wrong=False)

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr(self._name_key))
        self.setToolTip(tr(self._name_key + ".help"))

    def restyle(self) -> None:
        """Measure again."""
        self.setFont(font(theme().px(TEXT - 1)))
        self.setFixedHeight(theme().px(28))

    def _mark(self, *, wrong: bool) -> None:
        if self.wrong != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)

    def _typed(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        text = self.text().strip().replace("\u2212", "-").replace(",", ".")
        try:
            value = float(text) if text else None
        except ValueError:
            value = math.nan
        if (value is None and self._needed) or (value is not None and not self._fits(value)):
            self._mark(wrong=True)
            self.refused.emit()
            return
        self._mark(wrong=False)
        self.setText(_text(value))
        if value != self._value:
            self._value = value
            self.entered.emit(value)

    def _give_up(self) -> None:
        self.setModified(False)
        self.setText(_text(self._value))
        self._mark(wrong=False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._typed()
        if self.wrong:
            # What was said about it stays to be read; the number in force is shown again.
            self._give_up()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
        super().keyPressEvent(event)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}".replace("-", "\u2212")
