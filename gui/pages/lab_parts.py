"""The Lab's parts and where they lie; what they do is said by the page itself."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.pages.lab_banner import LabBanner
from gui.pages.lab_driver import LabDriver
from gui.pages.lab_keys import LabKeys
from gui.pages.lab_middle import LabMiddle
from gui.pages.lab_past import LabPast
from gui.pages.lab_top_bar import LabTopBar
from gui.pages.lab_transport import Transport
from gui.pages.lab_why import LabWhy
from gui.pages.page import Navigator, Page
from gui.panels.distance import DistancePanel
from gui.panels.projector_dock import ProjectorDock, ProjectorHeader
from gui.panels.returns import ReturnsPanel
from gui.panels.settings_form import SettingsForm
from gui.panels.what_happened import WhatHappened
from gui.state.run_model import RunModel
from gui.widgets.card import Card
from gui.widgets.drawer import Drawer
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.q_table import QTableHead, WholeQTable
from gui.widgets.segmented import Segmented
from gui.widgets.stage.legend import ScaleLegend
from gui.widgets.stage.stage import StageWidget
from gui.widgets.text_label import TextLabel

LAYERS = ("value", "q", "policy", "visits", "change")


class LabParts(Page):
    """Makes the parts and lays them out."""

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(navigator, parent)
        self.model = RunModel(self)
        self._make_parts()
        self._lay_out()

    def _make_parts(self) -> None:
        self.top = LabTopBar()
        self.layers = Segmented(
            [(name, f"lab.layer.{name}", f"lab.layer.{name}.tip") for name in LAYERS], name_key="lab.layer"
        )
        self.layers.set_value("q")
        self.reason = ElidedLabel("", 13, "dim")
        self.reason.setContentsMargins(8, 0, 8, 0)
        self.reason.setMinimumWidth(20)
        self.status = TextLabel("", 13, "dim", mono=True)
        self.stage = StageWidget()
        self.legend = ScaleLegend()
        self.what = WhatHappened()
        self.returns = ReturnsPanel()
        self.table_head = QTableHead()
        self.transport = Transport()
        self.header = ProjectorHeader()
        self.dock = ProjectorDock()
        self.what_card = Card()
        self.what_card.body.addWidget(self.what)
        self.returns_card = Card("lab.card.returns")
        self.returns_card.body.addWidget(self.returns)
        self.distance = DistancePanel()
        self.distance.hide()
        self.returns_card.body.addWidget(self.distance)
        self.returns_link = self.returns_card.add_link("lab.card.returns.length", tip_key="lab.card.returns.tip")
        self.table_card = Card("q_table.title")
        self.table_card.body.addWidget(self.table_head)
        self.table_link = self.table_card.add_link("lab.card.table.all", tip_key="lab.card.table.tip")

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top)
        self._line = QWidget()
        self._line.setFixedHeight(1)
        self._line.setAutoFillBackground(True)
        outer.addWidget(self._line)
        outer.addWidget(self.header)
        self.middle = LabMiddle()
        self.past = LabPast(self.model, self.transport, self.middle, self.navigator.say.emit)
        self.driver = LabDriver(self.model, self.past)
        self.why = LabWhy(self.past.model, self.middle)
        self.keys = LabKeys(self.model, self.past, self.why, self.transport.faster)
        self._wall = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._wall.setSpacing(0)
        self._wall.addWidget(self.middle, 1)
        self._wall.addWidget(self.dock)
        outer.addLayout(self._wall, 1)
        outer.addWidget(self.transport)
        self._inside = inside = QVBoxLayout(self.middle)
        inside.setContentsMargins(16, 10, 16, 10)
        inside.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self.layers)
        row.addWidget(self.reason, 1)
        row.addWidget(self.status)
        row.addWidget(self.past.pill)
        inside.addLayout(row)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setSpacing(12)
        inside.addLayout(self._body, 1)
        self._stage_column = QWidget()
        column = QVBoxLayout(self._stage_column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.stage, 1)
        column.addWidget(self.legend)
        self._body.addWidget(self._stage_column, 1)
        self.cards = QWidget()
        self._cards_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.cards)
        self._cards_row.setContentsMargins(0, 0, 0, 0)
        self._cards_row.setSpacing(12)
        for card, share in ((self.what_card, 12), (self.returns_card, 11), (self.table_card, 11)):
            self._cards_row.addWidget(card, share)
        self._body.addWidget(self.cards)
        self.banner = LabBanner(self.middle)
        self.settings_drawer = Drawer(self.middle, "lab.settings", extent=420)
        self.form = SettingsForm()
        self.settings_drawer.body.addWidget(self.form)
        self.table_drawer = Drawer(self.middle, "q_table.title", extent=560)
        self.whole_table = WholeQTable()
        self.table_drawer.body.addWidget(self.whole_table)
