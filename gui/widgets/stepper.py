"""A whole number with a minus and a plus beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from gui.language import language, tr
from gui.theme import TEXT, font, theme
from gui.widgets.pill_button import PillButton


class _Field(QLineEdit):
    """The number; arrow keys count."""

    counted = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if event.key() in steps:
            self.counted.emit(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)


class Stepper(QWidget):
    """A number between two limits.

    Args:
        name_key: Translation key of what is counted, its accessible name.
        low: Smallest value.
        high: Largest value.
        parent: Qt parent.

    Attributes:
        changed: Emitted with the value after a person chose another one (not by :meth:`set_value`).
    """

    changed = Signal(int)

    def __init__(self, name_key: str, low: int, high: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_key, self._low, self._high = name_key, low, high
        self._value = low
        self.field = _Field()
        self.field.setValidator(QIntValidator(0, 10 * high, self.field))
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.editingFinished.connect(self._typed)
        self.field.counted.connect(lambda by: self._choose(self._value + by))
        self.less = PillButton("widget.less", "minus", "quiet", icon_only=True, small=True)
        self.more = PillButton("widget.more", "plus", "quiet", icon_only=True, small=True)
        for button, by in ((self.less, -1), (self.more, 1)):
            button.setAutoRepeat(True)
            # The field counts with the arrow keys: two more stops for Tab would only be in the way.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, by=by: self._choose(self._value + by))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.less, self.field, self.more):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.field)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()
        self.set_value(low)

    @property
    def value(self) -> int:
        """The number."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show a number, silently; it is kept between the limits."""
        self._value = min(max(value, self._low), self._high)
        self.field.setText(str(self._value))
        self.less.setEnabled(self._value > self._low)
        self.more.setEnabled(self._value < self._high)

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.field.setAccessibleName(tr(self._name_key))
        self.field.setToolTip(tr(self._name_key))

    def restyle(self) -> None:
        """Measure again."""
        self.field.setFont(font(theme().px(TEXT), mono=True))
        self.field.setFixedSize(theme().px(28 + 9 * len(str(self._high))), theme().px(30))

    def _typed(self) -> None:
        text = self.field.text()
        self._choose(int(text) if text.isdecimal() else self._value)

    def _choose(self, value: int) -> None:
        before = self._value
        self.set_value(value)
        if self._value != before:
            self.changed.emit(self._value)
