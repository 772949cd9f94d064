"""The book's numbers beside ours, one a line, with whether they agree."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from agents.experiments.reproduction.book import BookFigure
from agents.experiments.reproduction.verdict import agrees, book_words, number_title
from arena.protocol.experiment_messages import FigureDrawn
from gui.language import tr
from gui.panels.figure_words import figure_number
from gui.theme import CAPTION
from gui.widgets.text_label import Ink, TextLabel

_HEADS = ("reproduce.column.what", "reproduce.column.book", "reproduce.column.own", "reproduce.column.agrees")


class BookNumbers(QWidget):
    """The table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(18)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(0, 1)
        self.cells: list[list[TextLabel]] = []

    def show_figure(self, figure: BookFigure, drawn: FigureDrawn) -> None:
        """Show the numbers of a figure."""
        heads: list[tuple[str, Ink]] = [(tr(key), "dim") for key in _HEADS]
        rows: list[tuple[tuple[str, Ink], ...]] = [tuple(heads)]
        for published, (own, low, high) in zip(figure.published, drawn.arrays["numbers"].tolist(), strict=True):
            interval = f" [{figure_number(low)}, {figure_number(high)}]" if math.isfinite(low) and low < high else ""
            good = agrees(published, own)
            told = tr("reproduce.yes" if good else "reproduce.no") if math.isfinite(own) else ""
            rows.append(
                (
                    (number_title(figure, published, say=tr), "text"),
                    (book_words(published, say=tr, number=figure_number), "text"),
                    (figure_number(own) + interval, "text"),
                    (told, "good" if good else "bad"),
                )
            )
        self._fill(rows)

    def _fill(self, rows: list[tuple[tuple[str, Ink], ...]]) -> None:
        while len(self.cells) < len(rows):
            row = [TextLabel("", CAPTION + 0.5, mono=column in (1, 2)) for column in range(len(_HEADS))]
            for column, cell in enumerate(row):
                side = Qt.AlignmentFlag.AlignRight if column in (1, 2) else Qt.AlignmentFlag.AlignLeft
                self.grid.addWidget(cell, len(self.cells), column, side | Qt.AlignmentFlag.AlignVCenter)
            self.cells.append(row)
        for place, row in enumerate(self.cells):
            for column, cell in enumerate(row):
                if place < len(rows):
                    text, ink = rows[place][column]
                    cell.set_text(text)
                    cell.set_ink(ink)
                cell.setVisible(place < len(rows))
