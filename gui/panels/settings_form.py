"""The settings of an agent and of its world, made from the configuration class: nobody writes this form by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from agents.catalog import agent
from agents.configuration import settings_of
from agents.own.library import is_own
from gui.language import language, tr
from gui.panels.setting_row import SettingRow
from gui.state.run_state import RunState
from gui.theme import CAPTION, TEXT
from gui.widgets.pill_button import PillButton
from gui.widgets.switch import Switch
from gui.widgets.text_label import TextLabel

GRID_WORLD = "Arena/GridWorld-v0"
REWARDS = ("map", "sparse", "penalty", "shaped")


class SettingsForm(QWidget):
    """The form in the settings drawer.

    Attributes:
        live_changed: A setting that counts at once: name, value.
        restart_wanted: Settings that need a new run: hyper-parameters, environment arguments, seed.
        left: The keyboard goes back to the stage.
    """

    live_changed = Signal(str, object)
    restart_wanted = Signal(dict, dict, int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._agent = ""
        self._run = ""
        self._rows: dict[str, SettingRow] = {}
        self._never: dict[str, Any] = {}
        self._left_out: frozenset[str] = frozenset()
        self._state = RunState()
        self._more = Switch("settings.more")
        self._more.toggled.connect(lambda _: self._show_rows())
        self._inside = QWidget()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 10, 0)
        self._list.setSpacing(4)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._inside)
        area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(area, 1)
        self._make_new_run_part()
        rows.addWidget(self._new_run)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def _make_new_run_part(self) -> None:
        self._new_run = QWidget()
        column = QVBoxLayout(self._new_run)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(TextLabel("settings.new_run.title", TEXT, semibold=True))
        column.addWidget(TextLabel("settings.new_run.help", CAPTION, "dim", wrap=True))
        self._seed, self._slip = QLineEdit("0"), QLineEdit()
        self._rewards = QComboBox()
        for name in REWARDS:
            self._rewards.addItem("", name)
        self._labels: list[tuple[QWidget, str]] = []
        self._grid_only: list[QWidget] = []
        for field, key in (
            (self._seed, "settings.seed"),
            (self._slip, "settings.slip"),
            (self._rewards, "settings.rewards"),
        ):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(TextLabel(key, TEXT - 1), 1)
            field.setFixedWidth(200)
            line.addWidget(field)
            column.addWidget(row)
            self._labels.append((field, key))
            if field is not self._seed:
                self._grid_only.append(row)
        self._scheme = TextLabel("", CAPTION, "dim", wrap=True)
        self._grid_only.append(self._scheme)
        column.addWidget(self._scheme)
        self._rewards.currentIndexChanged.connect(self._explain_rewards)
        self._explain_rewards()
        for line_edit in (self._seed, self._slip):
            line_edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._slip.setPlaceholderText("0")
        self._problem = TextLabel("", CAPTION, "bad", wrap=True)
        self._problem.hide()
        column.addWidget(self._problem)
        self._start = PillButton("settings.restart", "reset", "plain")
        self._start.clicked.connect(self._restart)
        column.addWidget(self._start)

    def _explain_rewards(self) -> None:
        self._scheme.set_key(f"choice.rewards.{self._rewards.currentData()}.help")

    def retranslate(self) -> None:
        """Set all texts again."""
        for index, name in enumerate(REWARDS):
            self._rewards.setItemText(index, tr("choice.rewards." + name))
        for field, key in self._labels:
            field.setAccessibleName(tr(key))

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, state: RunState) -> None:
        """Show the settings in force."""
        self._state = state
        # What somebody's own agent has is known once its worker has said so.
        known = state.own if is_own(state.agent) else {}
        form = f"{state.agent} {(state.own or {}).get('sha256', '')}"
        if state.agent and known is not None and form != self._agent:
            self._agent = form
            self._build(state.agent, state.own)
        for name, row in self._rows.items():
            if name in state.hyperparameters and name not in self._never:
                row.show_value(state.hyperparameters[name])
        if state.run_id and state.run_id != self._run:
            self._run = state.run_id
            self._never.clear()
            self._seed.setText(str(state.seed))
            world = state.world
            kwargs: Mapping[str, Any] = {} if world is None else world.env_kwargs
            self._slip.setText(f"{kwargs.get('slip', '')}")
            self._rewards.setCurrentIndex(max(0, self._rewards.findData(kwargs.get("rewards", "map"))))
            for widget in self._grid_only:
                widget.setVisible(world is not None and world.env_id == GRID_WORLD)
        self._show_rows()

    def _build(self, id: str, own: Mapping[str, Any] | None) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._more:
                widget.deleteLater()
        self._rows = {}
        config = agent(id, own).config_class()
        for setting in sorted(settings_of(config), key=lambda item: not item.main):
            row = SettingRow(config, setting)
            row.changed.connect(self._changed)
            row.left.connect(self.left)
            self._rows[setting.name] = row
        for row in (row for row in self._rows.values() if row.setting.main):
            self._list.addWidget(row)
        self._list.addWidget(self._more)
        for row in (row for row in self._rows.values() if not row.setting.main):
            self._list.addWidget(row)
        self._list.addStretch(1)

    def _show_rows(self) -> None:
        several = any(not row.setting.main for row in self._rows.values())
        self._more.setVisible(several)
        for row in self._rows.values():
            item = row.setting
            matters = item.only_if is None or self._value_of(item.only_if[0]) in item.only_if[1]
            matters = matters and item.name not in self._left_out
            row.setVisible(matters and (item.main or self._more.isChecked()))

    def leave_out(self, names: Iterable[str]) -> None:
        """Do not show settings that mean nothing where the agent learns."""
        self._left_out = frozenset(names)
        self._show_rows()

    def _value_of(self, name: str) -> object:
        row = self._rows.get(name)
        return row.value if row is not None else None

    def show_problem(self, field: str, text: str) -> None:
        """Show why the agent did not take a value."""
        if field in self._rows:
            self._rows[field].show_problem(text)

    # ── changing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _changed(self, name: str, value: object) -> None:
        if self._rows[name].setting.live == "never":
            self._never[name] = value
        else:
            self.live_changed.emit(name, value)
        self._show_rows()

    def _restart(self) -> None:
        world = self._state.world
        # A network may learn where there is no world of states; its arguments stay what they are.
        kwargs: dict[str, Any] = {} if world is None else dict(world.env_kwargs)
        try:
            seed = int(self._seed.text())
            if not 0 <= seed < 2**63:
                raise ValueError
            if world is not None and world.env_id == GRID_WORLD:
                kwargs.pop("slip", None)
                kwargs.pop("rewards", None)
                if self._slip.text().strip():
                    kwargs["slip"] = float(self._slip.text())
                    if not 0 <= kwargs["slip"] <= 1:
                        raise ValueError
                if self._rewards.currentData() != "map":
                    kwargs["rewards"] = self._rewards.currentData()
                    kwargs["discount"] = float(self._state.hyperparameters.get("gamma", 0.99))
        except ValueError:
            self._problem.set_key("settings.new_run.problem")
            self._problem.show()
            return
        self._problem.hide()
        hyper: Mapping[str, Any] = {**self._state.hyperparameters, **self._never}
        self.restart_wanted.emit(dict(hyper), kwargs, seed)
