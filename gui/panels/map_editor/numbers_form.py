"""The numbers of a map: what steps, goals, traps and cliffs pay, and how slippery it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from arena.environments.grid.cells import CLIFF, WALL, Cell
from arena.environments.grid.map_file import number_fits, usual_step_limit
from gui.theme import TEXT, theme
from gui.widgets.number_field import NumberField
from gui.widgets.text_label import TextLabel

NUMBERS = {"step": "0", "goal": "0", "trap": "0", "cliff": "\u2212100", "slip": "0", "ice": "2/3", "step_limit": ""}
"""Numbers offered, with what holds where a field is empty."""


class NumbersForm(QWidget):
    """Two columns of fields.

    Attributes:
        entered: Emitted with name and value (``None`` for the default) after a person entered another number.
        refused: Emitted with the name after a person entered a number a map cannot have.
    """

    entered = Signal(str, object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, NumberField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        rows = -(-len(NUMBERS) // 2)
        for index, (name, usual) in enumerate(NUMBERS.items()):
            field = NumberField(f"editor.number.{name}", partial(number_fits, name))
            field.setPlaceholderText(usual)
            field.entered.connect(partial(self.entered.emit, name))
            field.refused.connect(partial(self.refused.emit, name))
            row, column = index % rows, 2 * (index // rows)
            label = TextLabel("editor.number." + name, TEXT - 1)
            label.setBuddy(field)
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(field, row, column + 1)
            self.fields[name] = field
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(rows, 1)
        theme().changed.connect(self.restyle)
        self.restyle()

    def show_numbers(self, numbers: Mapping[str, float]) -> None:
        """Show the numbers of a header."""
        for name, field in self.fields.items():
            field.show_value(numbers.get(name))

    def show_usual_limit(self, cells: Sequence[Cell]) -> None:
        """Show after how many steps an episode is cut off where the map does not say."""
        states = sum(cell.kind not in (WALL, CLIFF) for cell in cells)
        self.fields["step_limit"].setPlaceholderText(f"{usual_step_limit(states)}")

    def restyle(self) -> None:
        """Measure again."""
        for field in self.fields.values():
            field.setFixedWidth(theme().px(68))
