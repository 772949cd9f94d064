"""One hyper-parameter in one short line: its name, a field, and why a value was not taken."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agents.configuration import Setting, Value, checked
from agents.experiments.names import shown_value
from arena.errors import ConfigError
from gui.language import language, tr
from gui.theme import CAPTION, theme
from gui.widgets.text_label import TextLabel

_WIDTH = 118


class SettingField(QWidget):
    """A field of a setting's card.

    Args:
        config: Configuration class the setting belongs to; it checks what is typed.
        setting: The setting.

    Attributes:
        entered: Emitted with name and value after a person entered another allowed value; ``None`` after the field was
            emptied.
    """

    entered = Signal(str, object)

    def __init__(self, config: type[object], setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._config = config
        self._value: Value = setting.default
        self._name = TextLabel("setting." + setting.name + ".title", CAPTION + 0.5, "dim")
        self._problem = TextLabel("", CAPTION, "bad", wrap=True)
        self._problem.hide()
        self.field: QComboBox | QLineEdit = self._choice() if setting.choices else self._text()
        self.field.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._problem)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()

    def _choice(self) -> QComboBox:
        box = QComboBox()
        for name in self.setting.choices:
            box.addItem("", name)
        box.activated.connect(lambda _: self._enter(str(box.currentData())))
        return box

    def _text(self) -> QLineEdit:
        line = QLineEdit()
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.editingFinished.connect(self._finished)
        return line

    @property
    def value(self) -> Value:
        """The value in force."""
        return self._value

    @property
    def problem(self) -> str:
        """Why the last value typed was not taken, in the language in use; empty if it was."""
        return "" if self._problem.isHidden() else self._problem.text()

    def show_value(self, value: Value) -> None:
        """Show the value in force; a field being edited is left alone."""
        self._value = value
        if isinstance(self.field, QComboBox):
            self.field.setCurrentIndex(self.field.findData(value))
        elif not (self.field.hasFocus() and self.field.isModified()):
            self.field.setText(shown_value(value))
            self._problem.hide()

    def _finished(self) -> None:
        assert isinstance(self.field, QLineEdit)
        if self.field.isModified():
            self.field.setModified(False)
            self._enter(self.field.text().strip().replace("\u2212", "-"))

    def _enter(self, text: str) -> None:
        try:
            new = checked(self._config, self.setting.name, text) if text else None
        except ConfigError as problem:
            self._problem.set_text(tr(problem.key, **problem.params))
            self._problem.show()
            return
        self._problem.hide()
        if new is None or new != self._value:
            self._value = self._value if new is None else new
            self.entered.emit(self.setting.name, new)
        self.show_value(self._value)

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        title = tr("setting." + self.setting.name + ".title")
        self.field.setAccessibleName(title)
        tip = tr("setting." + self.setting.name + ".help")
        item = self.setting
        if not item.choices and item.low is not None and item.high is not None:
            key = "settings.range.above" if item.above else "settings.range"
            tip += f" ({tr(key, low=f'{item.low:g}', high=f'{item.high:g}')})"
        self.field.setToolTip(tip)
        self._name.setToolTip(tip)
        if isinstance(self.field, QComboBox):
            for index, choice in enumerate(item.choices):
                self.field.setItemText(index, tr("choice." + item.name + "." + choice))

    def restyle(self) -> None:
        """Measure again."""
        self.field.setFixedWidth(theme().px(_WIDTH if isinstance(self.field, QComboBox) else 76))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(self.field, QLineEdit):
            if event.key() == Qt.Key.Key_Escape and self.field.isModified():
                self.field.setModified(False)
                self._problem.hide()
                self.show_value(self._value)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._finished()
                return True
        return super().eventFilter(watched, event)
