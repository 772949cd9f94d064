"""A card with one figure: its name, a remark at the right, and the figure below."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import FIGURE, theme
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.text_label import Ink, TextLabel


class FigureCard(Card):
    """One figure.

    Args:
        title_key: Translation key of its name.
        parent: Qt parent.
    """

    def __init__(self, title_key: str, *, parent: QWidget | None = None) -> None:
        super().__init__(title_key, parent=parent)
        self.figure = TextLabel("–", FIGURE - 3, mono=True, bold=True)
        self.unit = ElidedLabel("", 12.5, "dim")
        self.remark = ElidedLabel("", 12, "dim")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.figure)
        row.addWidget(self.unit, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.remark)
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        # Figure and remark belong together, and the game above has use for every pixel.
        self.body.setSpacing(0)
        self._outer.setSpacing(theme().px(2))

    def show_figure(self, figure: str, unit: str = "", remark: str = "", ink: Ink = "dim") -> None:
        """Show a figure.

        Args:
            figure: The number, in the language in use.
            unit: What stands behind it.
            remark: A line below it.
            ink: Colour of the remark.
        """
        self.figure.set_text(figure)
        self.unit.set_text(unit)
        self.remark.set_text(remark)
        self.remark.set_ink(ink)
        self.setAccessibleDescription(f"{figure} {unit} {remark}".strip())
