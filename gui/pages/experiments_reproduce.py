"""Reproduce: the book's figures as cards at the left, one of them drawn again at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from agents.experiments.reproduction.book import BOOK, BookFigure, FigurePlan
from agents.experiments.reproduction.verdict import verdict
from gui.language import tr
from gui.pages.experiments_budget import Budget
from gui.pages.experiments_column import WIDTH
from gui.pages.experiments_figure_card import FigureCard
from gui.pages.experiments_results import Results
from gui.panels.book_numbers import BookNumbers
from gui.panels.book_plot import BookPlot
from gui.panels.figure_words import figure_number
from gui.state.experiment_state import ExperimentState
from gui.theme import HEADING, color, theme
from gui.widgets.card import Card
from gui.widgets.text_label import TextLabel


class FigureColumn(QWidget):
    """The cards, how many seeds, and the button that draws.

    Attributes:
        chosen_changed: Another figure was chosen.
    """

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = [FigureCard(figure) for figure in BOOK]
        self.budget = Budget(only_seeds=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 14)
        outer.setSpacing(8)
        outer.addWidget(TextLabel("reproduce.figures", HEADING, "dim", semibold=True))
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 4, 0)
        rows.setSpacing(6)
        for card in self.cards:
            rows.addWidget(card)
            card.toggled.connect(self._toggled)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        outer.addWidget(area, 1)
        outer.addWidget(self.budget)
        theme().changed.connect(self.restyle)
        self.restyle()
        self.cards[0].setChecked(True)

    @property
    def figure(self) -> BookFigure:
        """The figure chosen."""
        return next(card.figure for card in self.cards if card.isChecked())

    def plan(self) -> FigurePlan | None:
        """Return what is to be drawn; ``None`` while the number of seeds is none."""
        amounts = self.budget.amounts()
        return None if amounts is None else FigurePlan(figure=self.figure.name, seeds=amounts[0])

    def _toggled(self, on: bool) -> None:
        if on:
            self.budget.seeds.setText(str(self.figure.seeds))
            self.budget.show_runs(len(self.figure.curves))
            self.chosen_changed.emit()

    def restyle(self) -> None:
        """Measure and paint again."""
        self.setFixedWidth(theme().px(WIDTH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), color("line"))
        painter.end()


class FigureResults(Results):
    """The plot, the numbers, the sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = BOOK[0]
        self.plot = BookPlot()
        self.numbers = BookNumbers()
        self.plot_card = Card("reproduce.plot")
        self.plot_card.body.addWidget(self.plot)
        self.numbers_card = Card("reproduce.numbers")
        self.numbers_card.body.addWidget(self.numbers)
        self.column.addWidget(self.plot_card, 1)
        self.column.addWidget(self.numbers_card)
        self.column.addWidget(self.verdict)

    def show_state(self, state: ExperimentState) -> None:
        """Show the figure chosen, and what is known of it."""
        figure, drawn = self.figure, state.drawn
        empty = drawn is None or drawn.seeds == 0
        self.plot.show_figure(figure, None if empty else drawn)
        self.plot_card.set_caption("" if empty else tr("reproduce." + figure.name + ".y"), mono=False)
        self.numbers_card.setVisible(not empty)
        if drawn is None or empty:
            self.say("")
            return
        self.numbers.show_figure(figure, drawn)
        own = drawn.arrays["numbers"][:, 0].tolist()
        told = verdict(figure, own, drawn.seeds, say=tr, number=figure_number)
        note = [tr("reproduce." + figure.name + ".note")] if figure.noted else []
        self.say(" ".join([told, *note]))
