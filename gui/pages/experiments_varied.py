"""What a sweep varies: one or two settings of the agent, and the values each of them takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agents.catalog import agent
from agents.configuration import Setting, settings_of
from agents.experiments.sweep import Varied, read_varied
from arena.errors import UsageError
from gui.language import language, tr
from gui.theme import CAPTION, HEADING, color, theme
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.painted_button import rounded
from gui.widgets.text_label import TextLabel

NOTHING = ""

_KNOWN = {
    "alpha": "0.1, 0.3, 0.5, 0.7, 0.9",
    "gamma": "0.8, 0.9, 0.95, 0.99, 1",
    "epsilon": "0.01, 0.05, 0.1, 0.2, 0.4",
}
_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)


def suggested_values(setting: Setting) -> str:
    """Return values worth trying first, as a person would type them."""
    if setting.choices:
        return ", ".join(setting.choices)
    if setting.name in _KNOWN:
        return _KNOWN[setting.name]
    default = float(setting.default)
    low = -1e18 if setting.low is None else setting.low
    high = 1e18 if setting.high is None else setting.high
    if high - low <= 1.0:
        wanted = [low + (high - low) * share for share in (0.1, 0.3, 0.5, 0.7, 0.9)]
    elif default == 0.0:
        wanted = [-10.0, -1.0, 0.0, 1.0, 10.0]
    else:
        wanted = [default * factor for factor in _FACTORS]
    if isinstance(setting.default, int):
        wanted = [round(value) for value in wanted]
    allowed = [value for value in wanted if low <= value <= high and not (setting.above and value == low)]
    return ", ".join(dict.fromkeys(f"{value:g}" for value in allowed))


class VariedForm(QWidget):
    """Two choosers, each with its values.

    Attributes:
        changed: Emitted after anything changed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._agent = ""
        self._settings: dict[str, Setting] = {}
        self._typed: dict[str, str] = {}
        self._wished = ("alpha", NOTHING)
        self.first = Chooser("experiments.vary.first", tip_key="experiments.vary.tip")
        self.second = Chooser("experiments.vary.second", tip_key="experiments.vary.tip")
        self.first_values, self.second_values = QLineEdit(), QLineEdit()
        self.problem = TextLabel("", CAPTION, "bad", wrap=True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(7)
        column.addWidget(TextLabel("experiments.vary.title", HEADING, "dim", semibold=True))
        for widget in (self.first, self.first_values, self.second, self.second_values, self.problem):
            column.addWidget(widget)
        column.addWidget(TextLabel("experiments.vary.help", CAPTION, "dim", wrap=True))
        self.first.changed.connect(lambda _: self._wish())
        self.second.changed.connect(lambda _: self._wish())
        self.first_values.textEdited.connect(lambda text: self._type(self.first.value, text))
        self.second_values.textEdited.connect(lambda text: self._type(self.second.value, text))
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.update)

    def show_agent(self, id: str, values: Mapping[str, Any]) -> None:
        """Offer the settings of an agent that matter with its other values."""
        settings = {
            item.name: item
            for item in settings_of(agent(id).config_class())
            if item.only_if is None or values.get(item.only_if[0]) in item.only_if[1]
        }
        if id == self._agent and list(settings) == list(self._settings):
            return
        self._agent, self._settings = id, settings
        # What a person chose comes back with an agent that has it.
        wished = (self._wished[0], "alpha", "epsilon", "gamma")
        self.first.set_value(next((name for name in wished if name in settings), next(iter(settings))))
        self.second.set_value(self._wished[1] if self._wished[1] in settings else NOTHING)
        self.retranslate()
        self._chosen()

    def varied(self) -> tuple[Varied, ...]:
        """Return what is varied.

        Raises:
            UsageError: If values cannot be read or are not allowed; the sentence is shown here, too.
        """
        try:
            return self._read()
        except UsageError as problem:
            self.problem.set_text(tr(problem.key, **problem.params))
            self.problem.show()
            raise

    def _read(self) -> tuple[Varied, ...]:
        fields = [(self.first, self.first_values)]
        if self.second.value != NOTHING and self.second.value != self.first.value:
            fields.append((self.second, self.second_values))
        made = tuple(read_varied(f"{chooser.value}={field.text()}", [self._agent]) for chooser, field in fields)
        self.problem.hide()
        return made

    def _type(self, name: str, text: str) -> None:
        self._typed[name] = text
        self._look()

    def _wish(self) -> None:
        self._wished = (self.first.value, self.second.value)
        self._chosen()

    def _chosen(self) -> None:
        if self.second.value == self.first.value:
            self.second.set_value(NOTHING)
        for chooser, field in ((self.first, self.first_values), (self.second, self.second_values)):
            name = chooser.value
            if name in self._settings:
                field.setText(self._typed.get(name) or suggested_values(self._settings[name]))
        self.second_values.setVisible(self.second.value != NOTHING)
        self._look()

    def _look(self) -> None:
        try:
            self._read()
        except UsageError as problem:
            self.problem.set_text(tr(problem.key, **problem.params))
            self.problem.show()
        self.changed.emit()

    def retranslate(self) -> None:
        """Offer the choices in the language in use."""
        choices = [
            Choice(name, tr("setting." + name + ".title"), tr("setting." + name + ".help")) for name in self._settings
        ]
        self.first.set_choices(choices)
        self.second.set_choices([Choice(NOTHING, tr("experiments.vary.nothing")), *choices])
        self.first_values.setAccessibleName(f"{self.first.text()} {self.first.chosen_text()}")
        self.second_values.setAccessibleName(f"{self.second.text()} {self.second.chosen_text()}")
        for field in (self.first_values, self.second_values):
            field.setToolTip(tr("experiments.vary.help"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), 9, None, color("line"))
        painter.end()
