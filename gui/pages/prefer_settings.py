"""The settings of learning from answers, in a drawer: what counts at once, and what the next run begins with."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agents.configuration import Value, settings_of
from agents.preference.config import PRESETS, PreferenceConfig
from gui.language import number
from gui.panels.prefer.hold_slider import HoldSlider
from gui.panels.setting_row import SettingRow
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState
from gui.state.wanted_preferences import ABLATIONS, LIVE_NAMES, Ablation, WantedPreferences
from gui.theme import CAPTION, TEXT
from gui.widgets.card import Card
from gui.widgets.drawer import Drawer
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.switch import Switch
from gui.widgets.text_label import TextLabel

_ELSEWHERE = frozenset({"kl_weight", "offline", "regularisation", "target"})
"""They have a slider or a switch of their own."""


class PreferSettings(QObject):
    """The drawer.

    Args:
        model: The run.
        host: What the drawer covers.

    Attributes:
        begin_wanted: A new run is to begin with :attr:`wanted`.
    """

    begin_wanted = Signal()

    def __init__(self, model: PreferenceModel, host: QWidget) -> None:
        super().__init__(host)
        self.model = model
        self.wanted = WantedPreferences()
        self._known_run = False
        self.drawer = Drawer(host, "prefer.settings", extent=460)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(10)
        self._make_parts(column)
        self._make_rows(column)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(self._inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self.drawer.body.addWidget(area, 1)
        self._make_foot()
        self.drawer.opened.connect(lambda: self.show_state(self.model.known))

    def _make_parts(self, column: QVBoxLayout) -> None:
        self.preset = Segmented(
            [(name, "prefer.preset." + name, "prefer.preset." + name + ".tip") for name in PRESETS],
            name_key="prefer.preset",
        )
        self.preset.changed.connect(self._choose_preset)
        row = QHBoxLayout()
        row.addWidget(TextLabel("prefer.preset", TEXT, semibold=True))
        row.addStretch(1)
        row.addWidget(self.preset)
        column.addLayout(row)
        self.hold = HoldSlider()
        self.hold.weighed.connect(self.weigh)
        column.addWidget(self.hold)
        card = Card("prefer.ablations")
        card.body.addWidget(TextLabel("prefer.ablations.words", CAPTION, "dim", wrap=True))
        self.switches: dict[str, Switch] = {}
        for ablation in ABLATIONS:
            switch = self.switches[ablation.id] = Switch("prefer.ablation." + ablation.id)
            switch.toggled.connect(lambda on, ablation=ablation: self._switch(ablation, on))
            card.body.addWidget(switch)
            card.body.addWidget(TextLabel("prefer.ablation." + ablation.id + ".help", CAPTION, "dim", wrap=True))
        self.ablations = card

    def _make_rows(self, column: QVBoxLayout) -> None:
        self.rows: dict[str, SettingRow] = {}
        self.more = Switch("settings.more")
        self.more.toggled.connect(lambda _: self.show_state(self.model.known))
        settings = [item for item in settings_of(PreferenceConfig) if item.name not in _ELSEWHERE]
        for main in (True, False):
            for item in settings:
                if item.main is main:
                    row = self.rows[item.name] = SettingRow(PreferenceConfig, item)
                    row.changed.connect(self._change)
                    row.left.connect(self._inside.setFocus)
                    column.addWidget(row)
            if main:
                column.addWidget(self.ablations)
                column.addWidget(self.more)

    def _make_foot(self) -> None:
        self.waiting = TextLabel("", CAPTION, "dim", wrap=True)
        self.begin = PillButton("prefer.settings.begin", "run", "plain")
        self.begin.clicked.connect(self._begin)
        self.drawer.body.addWidget(self.waiting)
        self.drawer.body.addWidget(self.begin)

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose_preset(self, preset: str) -> None:
        self.wanted.choose(preset)
        self.show_state(self.model.known)

    def _switch(self, ablation: Ablation, on: bool) -> None:
        if on == self.wanted.is_on(ablation):
            return
        self.wanted.switch(ablation, on)
        self._change(ablation.name, self.wanted.value(ablation.name))

    def _change(self, name: str, value: Value) -> None:
        self.wanted.put(name, value)
        if name in LIVE_NAMES:
            self.model.set_preference(name, value)
        self.show_state(self.model.known)

    def weigh(self, weight: float) -> None:
        """Hold the agent to its reference with another β, from now on and in the next run."""
        self._change("kl_weight", weight)

    def _begin(self) -> None:
        self.drawer.close_drawer()
        self.begin_wanted.emit()

    def know_run(self, env_id: str, known: PreferenceState) -> None:
        """Take over what another run has, once that is known."""
        if known.plan is not None and not self._known_run:
            self.wanted.be_at(env_id)
            self.wanted.adopt(known.plan.config)
        self._known_run = known.plan is not None

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, known: PreferenceState) -> None:
        """Show what is wanted and what is in force."""
        if not self.drawer.is_open:
            return
        wanted, config = self.wanted, None if known.plan is None else known.plan.config
        self.preset.set_value(wanted.preset)
        kl = math.nan if known.progress is None else known.progress.kl
        self.hold.show_weight(float(wanted.value("kl_weight") if config is None else config.kl_weight), kl)
        for ablation in ABLATIONS:
            self.switches[ablation.id].setChecked(wanted.is_on(ablation))
        for name, row in self.rows.items():
            row.show_value(wanted.value(name))
            matters = row.setting.only_if is None or wanted.value(row.setting.only_if[0]) in row.setting.only_if[1]
            row.setVisible(matters and (row.setting.main or self.more.isChecked()))
        waiting = wanted.waiting(config)
        self.waiting.set_key(
            "prefer.settings.waiting" if waiting else "prefer.settings.same", count=number(len(waiting))
        )
        self.begin.set_kind("primary" if waiting else "plain")
