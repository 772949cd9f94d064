"""What if something else were paid: another scheme of rewards, or one other reward."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from agents.runtime.fork_changes import WORLD
from arena.environments.grid.dynamics import REWARD_SCHEMES
from arena.environments.grid.map_difference import rewards, with_reward
from arena.environments.grid.map_text import write_map
from arena.environments.grid.maps import DEFAULT_MAP, ENV_ID, find_map
from gui.language import language, tr
from gui.panels.what_if.editor import ChangeEditor
from gui.state.run_state import RunState
from gui.theme import CAPTION, TEXT
from gui.widgets.change_words import plain
from gui.widgets.text_label import TextLabel

_MOST = 1e6


class RewardsEditor(ChangeEditor):
    """Chooses a scheme, or gives one reward of the map another value; the last thing touched counts."""

    name = "rewards"
    icon = "flag"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._touched = ""
        self.scheme = QComboBox()
        for name in REWARD_SCHEMES:
            self.scheme.addItem("", name)
        self.scheme.activated.connect(lambda _: self._touch("scheme"))
        self.fields: dict[str, QLineEdit] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(TextLabel("whatif.rewards.scheme", TEXT - 1, semibold=True))
        rows.addWidget(self.scheme)
        rows.addWidget(TextLabel("whatif.rewards.value", TEXT - 1, semibold=True))
        rows.addWidget(TextLabel("whatif.rewards.value.help", CAPTION, "dim", wrap=True))
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        rows.addLayout(self._grid)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for index, name in enumerate(REWARD_SCHEMES):
            self.scheme.setItemText(index, tr("choice.rewards." + name))
        self.scheme.setAccessibleName(tr("whatif.rewards.scheme"))
        for name, field in self.fields.items():
            field.setAccessibleName(tr("change.pays." + name))

    def offered(self, state: RunState) -> bool:
        return state.world is not None and state.world.env_id == ENV_ID

    def show_run(self, state: RunState) -> None:
        self._state, self._touched = state, ""
        self._clear()
        if not self.offered(state):
            return
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(self._kwargs().get("rewards", "map"))))
        for row, (name, value) in enumerate(rewards(self._map()).items()):
            field = QLineEdit(plain(value))
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFixedWidth(110)
            field.textEdited.connect(lambda _, which=name: self._touch(which))
            self._grid.addWidget(TextLabel("change.pays." + name, TEXT), row, 0)
            self._grid.addWidget(field, row, 1)
            self.fields[name] = field
        self.retranslate()

    def _clear(self) -> None:
        self.fields.clear()
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def _kwargs(self) -> dict[str, Any]:
        return {} if self._state.world is None else dict(self._state.world.env_kwargs)

    def _map(self) -> Any:
        return find_map(str(self._kwargs().get("map", DEFAULT_MAP)))

    def _touch(self, which: str) -> None:
        """One thing only: what was touched before goes back."""
        self._touched = which
        if which != "scheme":
            self.scheme.setCurrentIndex(max(0, self.scheme.findData(self._kwargs().get("rewards", "map"))))
        for name, value in rewards(self._map()).items():
            if name != which:
                self.fields[name].setText(plain(value))
        self.changed.emit()

    def _value(self) -> float | None:
        try:
            value = float(self.fields[self._touched].text().strip().replace("\u2212", "-").replace(",", ""))
        except ValueError:
            return None
        return value if abs(value) <= _MOST else None

    def problem(self) -> str:
        wrong = self._touched in self.fields and self._value() is None
        return tr("whatif.rewards.problem") if wrong else ""

    def changes(self) -> dict[str, Any]:
        now = self._kwargs()
        if self._touched == "scheme":
            wanted = str(self.scheme.currentData())
            if wanted == now.get("rewards", "map"):
                return {}
            # Shaping keeps the best policy only under the agent's own discount.
            discount = float(self._state.hyperparameters.get("gamma", 0.99))
            shaping = {WORLD + "discount": discount} if wanted == "shaped" else {}
            return {WORLD + "rewards": wanted, **shaping}
        value = self._value() if self._touched else None
        if value is None or value == rewards(self._map())[self._touched]:
            return {}
        return {WORLD + "map": write_map(with_reward(self._map(), self._touched, value))}
