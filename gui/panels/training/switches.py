"""Switch off and see it fail: the mechanisms of an algorithm, each with a switch."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from agents.catalog import agent
from agents.configuration import settings_of
from agents.deep.place_kind import kind_of
from agents.deep.suggestions import IRRELEVANT
from gui.state.training_state import TrainingState
from gui.widgets.switch import Switch

_COLUMNS = 2


class MechanismSwitches(QWidget):
    """One switch for each mechanism that does something here.

    Attributes:
        live_wanted: A switch that counts from the next update: setting, value.
        restart_wanted: One that only a new run can have: setting, value. The switch goes back until then.
    """

    live_wanted = Signal(str, str)
    restart_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switches: dict[str, Switch] = {}
        self._live: dict[str, bool] = {}
        self._shown: tuple[str, ...] = ()
        self._state = TrainingState()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_state(self, state: TrainingState) -> None:
        """Show which mechanisms are on."""
        self._state = state
        if state.ready is None:
            return
        beside = IRRELEVANT[kind_of(state.env_id)]
        names = tuple(name for name in state.ready.switches if name not in beside)
        if names != self._shown:
            self._shown = names
            self._fill(names)
        known = {**state.hyperparameters, **state.pending}
        for name, switch in self.switches.items():
            on = known.get(name) == "on"
            if switch.isChecked() != on:
                switch.setChecked(on)

    def _fill(self, names: tuple[str, ...]) -> None:
        for switch in self.switches.values():
            self._grid.removeWidget(switch)
            switch.hide()
            switch.deleteLater()
        settings = {item.name: item for item in settings_of(agent(self._state.agent).config_class())}
        self._live = {name: settings[name].live != "never" for name in names}
        self.switches = {}
        for place, name in enumerate(names):
            switch = Switch("train.switch." + name, tip_key="setting." + name + ".help", parent=self)
            switch.clicked.connect(lambda on, name=name: self._wish(name, on))
            self._grid.addWidget(switch, *divmod(place, _COLUMNS), Qt.AlignmentFlag.AlignLeft)
            self.switches[name] = switch

    def _wish(self, name: str, on: bool) -> None:
        value = "on" if on else "off"
        if self._live[name]:
            self.live_wanted.emit(name, value)
            return
        self.switches[name].setChecked(not on)
        self.restart_wanted.emit(name, value)
