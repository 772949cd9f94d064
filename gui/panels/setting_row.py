"""One setting of a form: its name, a sentence, a field with range and unit, and a way back to the default."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from agents.configuration import Setting, Value, checked
from arena.errors import ConfigError
from gui.language import language, tr
from gui.theme import CAPTION, TEXT
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_LIVE = {"now": "settings.live.now", "next rollout": "settings.live.rollout", "never": "settings.live.never"}


class SettingRow(QWidget):
    """A row of the form.

    Args:
        config: Configuration class the setting belongs to; it checks what is typed.
        setting: The setting.

    Attributes:
        changed: Emitted with name and value after a person entered another allowed value.
        left: Emitted after Enter or Esc: the keyboard goes back to the stage.
    """

    changed = Signal(str, object)
    left = Signal()

    def __init__(self, config: type[object], setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._config = config
        self._value: Value = setting.default
        # A setting of somebody's own agent has no translation: it is called what its author calls it.
        self._name = TextLabel("" if setting.label else f"setting.{setting.name}.title", TEXT, semibold=True)
        self._help = TextLabel("" if setting.label else f"setting.{setting.name}.help", CAPTION, "dim", wrap=True)
        self._limits = TextLabel("", CAPTION, "dim", wrap=True)
        self._problem = TextLabel("", CAPTION, "bad", wrap=True)
        self._problem.hide()
        self._reset = PillButton("settings.reset", "reset", "quiet", icon_only=True, small=True)
        self._reset.clicked.connect(lambda: self._enter(setting.default))
        # Its place is kept: fields stand under each other whether they hold their default or not.
        room = self._reset.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(room)
        self._field: QComboBox | QLineEdit = self._choice() if setting.choices else self._text()
        self._field.installEventFilter(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._name, 0, 0)
        grid.addWidget(self._field, 0, 1)
        grid.addWidget(self._reset, 0, 2)
        grid.addWidget(self._help, 1, 0, 1, 3)
        grid.addWidget(self._limits, 2, 0, 1, 3)
        grid.addWidget(self._problem, 3, 0, 1, 3)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def _choice(self) -> QComboBox:
        box = QComboBox()
        for name in self.setting.choices:
            box.addItem("", name)
        box.activated.connect(lambda _: self._enter(box.currentData()))
        box.setMinimumWidth(150)
        return box

    def _text(self) -> QLineEdit:
        line = QLineEdit()
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.setFixedWidth(110)
        line.editingFinished.connect(lambda: self._enter(line.text().strip().replace("\u2212", "-")))
        return line

    @property
    def value(self) -> Value:
        """The value shown."""
        return self._value

    def show_value(self, value: Value) -> None:
        """Show a value that is in force; a field being edited is left alone."""
        self._value = value
        self._problem.hide()
        self._reset.setVisible(value != self.setting.default)
        if isinstance(self._field, QComboBox):
            self._field.setCurrentIndex(self._field.findData(value))
        elif not self._field.hasFocus() or not self._field.isModified():
            self._field.setText(f"{value:g}" if isinstance(value, float) else str(value))

    def _enter(self, value: object) -> None:
        if isinstance(self._field, QLineEdit):
            self._field.setModified(False)
        try:
            new = checked(self._config, self.setting.name, value)
        except ConfigError as problem:
            self._problem.set_text(tr(problem.key, **problem.params))
            self._problem.show()
            return
        self._problem.hide()
        if new != self._value:
            self.show_value(new)
            self.changed.emit(self.setting.name, new)

    def show_problem(self, text: str) -> None:
        """Show why the agent did not take the value."""
        self._problem.set_text(text)
        self._problem.show()

    def retranslate(self) -> None:
        """Set all texts again."""
        own = self.setting.label
        self._field.setAccessibleName(own or tr("setting." + self.setting.name + ".title"))
        self._field.setToolTip(self.setting.remark if own else tr("setting." + self.setting.name + ".help"))
        if own:
            self._name.set_text(own)
            self._help.set_text(self.setting.remark)
            self._help.setVisible(bool(self.setting.remark))
        self._limits.set_text(self._limits_text())
        if isinstance(self._field, QComboBox):
            for index, choice in enumerate(self.setting.choices):
                self._field.setItemText(index, tr("choice." + self.setting.name + "." + choice))

    def _limits_text(self) -> str:
        item = self.setting
        default = tr("choice." + item.name + "." + str(item.default)) if item.choices else f"{item.default:g}"
        parts = [
            tr("settings.default", value=default, source=item.source)
            if item.source
            else tr("settings.default.own", value=default)
        ]
        if not item.choices and item.low is not None and item.high is not None:
            key = "settings.range.above" if item.above else "settings.range"
            parts.insert(0, tr(key, low=f"{item.low:g}", high=f"{item.high:g}"))
        if item.unit:
            parts.append(tr(item.unit))
        parts.append(tr(_LIVE.get(item.live, "settings.live.now")))
        return " · ".join(parts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                if isinstance(self._field, QLineEdit):
                    self._field.setModified(False)
                self.show_value(self._value)
                self.left.emit()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(self._field, QLineEdit):
                self._enter(self._field.text().strip().replace("\u2212", "-"))
                if not self._problem.isVisible():
                    self.left.emit()
                return True
        return super().eventFilter(watched, event)
