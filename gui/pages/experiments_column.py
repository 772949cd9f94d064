"""The left side of the page: the settings, how long and how often they are run, and the button that does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agents.experiments.plan import MOST_COMPARED
from gui.pages.experiments_budget import Budget
from gui.pages.experiments_setting_card import SettingCard
from gui.pages.experiments_varied import VariedForm
from gui.state.compared_settings import ComparedSettings
from gui.theme import HEADING, color, theme
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

WIDTH = 344


class SettingsColumn(QWidget):
    """The column.

    Args:
        settings: The settings it shows and changes.

    Attributes:
        lab_wanted: Emitted when the Lab's setting is to be taken.
    """

    lab_wanted = Signal()

    def __init__(self, settings: ComparedSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._sweeping = False
        self.cards: list[SettingCard] = []
        self.add = PillButton("experiments.add", "plus", "plain", small=True, tip_key="experiments.add.tip")
        self.from_lab = LinkButton("experiments.from_lab", tip_key="experiments.from_lab.tip")
        self.budget = Budget()
        self.varied = VariedForm()
        self._title = TextLabel("experiments.settings", HEADING, "dim", semibold=True)
        self._lay_out()
        self.add.clicked.connect(lambda _: settings.add())
        self.from_lab.clicked.connect(self.lab_wanted)
        settings.changed.connect(self.show_settings)
        theme().changed.connect(self.restyle)
        self.restyle()
        self.show_settings()

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 14)
        outer.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.from_lab)
        outer.addLayout(head)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(6)
        for place in range(MOST_COMPARED):
            self._add_card(place)
        self._list.addWidget(self.varied)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        self._list.addLayout(row)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        outer.addWidget(area, 1)
        outer.addWidget(self.budget)

    def _add_card(self, place: int) -> None:
        card = SettingCard(place)
        settings = self.settings
        card.chosen.connect(lambda: settings.choose(-1 if settings.chosen == place else place))
        card.changed.connect(lambda candidate: settings.replace(place, candidate))
        card.duplicate_wanted.connect(lambda: settings.duplicate(place))
        card.remove_wanted.connect(lambda: settings.remove(place))
        self.cards.append(card)
        self._list.addWidget(card)

    def set_sweeping(self, sweeping: bool) -> None:
        """Show one setting and what is varied in it, or all settings."""
        self._sweeping = sweeping
        if sweeping and self.settings.chosen < 0:
            self.settings.choose(0)
        self.show_settings()

    def show_settings(self) -> None:
        """Show the settings as they are."""
        settings = self.settings
        held = len(settings.all)
        base = max(0, settings.chosen)
        for place, card in enumerate(self.cards):
            shown = place < held and (not self._sweeping or place == base)
            card.setVisible(shown)
            if shown:
                card.show_setting(
                    settings.all[place],
                    settings.values(place),
                    settings.known(place),
                    is_open=place == settings.chosen,
                    alone=held == 1 or self._sweeping,
                    full=settings.full or self._sweeping,
                )
        self._title.set_key("experiments.base" if self._sweeping else "experiments.settings")
        self.add.setVisible(not self._sweeping)
        self.add.setEnabled(not settings.full)
        self.from_lab.setEnabled(self._sweeping or not settings.full)
        self.varied.setVisible(self._sweeping)
        self.varied.show_agent(settings.all[base].agent, settings.values(base))

    def restyle(self) -> None:
        """Measure and paint again."""
        self.setFixedWidth(theme().px(WIDTH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), color("line"))
        painter.end()
