"""What if a setting were different: one setting with its slider and field."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from agents.catalog import agent
from agents.configuration import Setting, Value, build, settings_of
from arena.errors import ArenaError, ConfigError
from gui.language import language, tr
from gui.panels.setting_row import SettingRow
from gui.panels.what_if.editor import ChangeEditor
from gui.state.run_state import RunState
from gui.widgets.chooser import Choice, Chooser

_STEPS = 100
_WIDEST = 10.0
"""A slider over a wider range than this would be no use."""


class SettingEditor(ChangeEditor):
    """Chooses a setting and gives it another value."""

    name = "setting"
    icon = "settings"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._row: SettingRow | None = None
        self._value: Value | None = None
        self.which = Chooser("whatif.setting.which")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(10)
        self.slider.valueChanged.connect(self._slid)
        self.which.changed.connect(self._choose)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self._rows.addWidget(self.which)
        self._rows.addWidget(self.slider)
        language().changed.connect(self._offer)

    @property
    def row(self) -> SettingRow | None:
        """The field, ``None`` before there is a run."""
        return self._row

    def offered(self, state: RunState) -> bool:
        return state.world is not None and bool(_live_settings(state))

    def show_run(self, state: RunState) -> None:
        self._state = state
        self._offer()
        names = [item.name for item in _live_settings(self._state)]
        first = "alpha" if "alpha" in names else next(iter(names), "")
        self.which.set_value(self.which.value if self.which.value in names else first)
        self._choose(self.which.value)

    def _offer(self) -> None:
        if self._state.world is None:
            return
        self.which.set_choices(
            [
                Choice(item.name, tr("setting." + item.name + ".title"), tr("setting." + item.name + ".help"))
                for item in _live_settings(self._state)
            ]
        )

    def _choose(self, name: str) -> None:
        item = next((item for item in _live_settings(self._state) if item.name == name), None)
        if self._row is not None:
            self._rows.removeWidget(self._row)
            self._row.deleteLater()
            self._row = None
        self._value = None
        config = _config(self._state)
        if item is None or config is None:
            return
        self._row = SettingRow(config, item)
        self._row.show_value(self._state.hyperparameters[name])
        self._row.changed.connect(self._entered)
        self._rows.insertWidget(1, self._row)
        self.slider.setVisible(_slides(item))
        self.slider.setAccessibleName(tr("setting." + name + ".title"))
        self._show_on_slider(self._state.hyperparameters[name])
        self.changed.emit()

    def _entered(self, _: str, value: Value) -> None:
        self._value = value
        self._show_on_slider(value)
        self.changed.emit()

    def _show_on_slider(self, value: Value) -> None:
        if self._row is None or not _slides(self._row.setting):
            return
        item = self._row.setting
        assert item.low is not None and item.high is not None
        self.slider.blockSignals(True)
        self.slider.setValue(round(_STEPS * (float(value) - item.low) / (item.high - item.low)))
        self.slider.blockSignals(False)

    def _slid(self, place: int) -> None:
        if self._row is None:
            return
        item = self._row.setting
        assert item.low is not None and item.high is not None
        # A range that leaves out its lower end begins a step above it.
        place = max(place, 1) if item.above else place
        self._value = round(item.low + (item.high - item.low) * place / _STEPS, 6)
        self._row.show_value(self._value)
        self.changed.emit()

    def changes(self) -> dict[str, Any]:
        name = self.which.value
        if self._value is None or self._value == self._state.hyperparameters.get(name) or self.problem():
            return {}
        return {name: self._value}

    def problem(self) -> str:
        config = _config(self._state)
        if self._value is None or config is None:
            return ""
        try:
            build(config, {**self._state.hyperparameters, self.which.value: self._value})
        except ConfigError as problem:
            return tr(problem.key, **problem.params)
        return ""


def _config(state: RunState) -> type[Any] | None:
    try:
        return agent(state.agent).config_class()
    except ArenaError:
        # Somebody's own agent whose file is not here.
        return None


def _live_settings(state: RunState) -> list[Setting]:
    """Return the settings that matter now and may be changed while it learns, the important ones first."""
    config, now = _config(state), state.hyperparameters
    known = () if config is None else settings_of(config)
    matter = [item for item in known if item.only_if is None or now.get(item.only_if[0]) in item.only_if[1]]
    return sorted(
        (item for item in matter if item.live != "never" and item.name in now), key=lambda item: not item.main
    )


def _slides(item: Setting) -> bool:
    if item.choices or isinstance(item.default, int) or item.low is None or item.high is None:
        return False
    return math.isfinite(item.high - item.low) and item.high - item.low <= _WIDEST
