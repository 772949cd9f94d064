"""The row over the grid: its size, how closely one looks, and what the pointer is on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from arena.environments.grid.cells import Cell
from arena.environments.grid.map_file import MOST_CELLS_A_SIDE
from gui.language import tr
from gui.panels.map_editor.actions import EditorActions
from gui.panels.map_editor.cell_picture import words_of
from gui.state.map_brush import brush_of
from gui.theme import TEXT, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.stepper import Stepper
from gui.widgets.text_label import TextLabel

_ZOOMS = (("zoom_out", "zoom_out"), ("zoom_fit", "fit"), ("zoom_in", "zoom_in"))

_ROOM_FOR_WORDS = 560


class SizeRow(QWidget):
    """Steppers for rows and columns, zoom, and the cell under the pointer in words.

    Args:
        actions: What the zoom buttons do.

    Attributes:
        resized: Emitted with rows and columns after a person chose another size.
    """

    resized = Signal(int, int)

    def __init__(self, actions: EditorActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = Stepper("editor.rows", 1, MOST_CELLS_A_SIDE)
        self.columns = Stepper("editor.columns", 1, MOST_CELLS_A_SIDE)
        times = TextLabel("", TEXT, "dim")
        times.set_text("×")
        self.told = TextLabel("", TEXT - 1, "dim")
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words = (TextLabel("editor.rows", TEXT - 1, "dim"), TextLabel("editor.columns", TEXT - 1, "dim"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        for widget in (self._words[0], self.rows, times, self.columns, self._words[1]):
            row.addWidget(widget)
        row.addWidget(self.told, 1)
        row.addSpacing(10)
        for name, icon in _ZOOMS:
            button = PillButton("editor." + name, icon, "quiet", icon_only=True, small=True)
            button.clicked.connect(actions[name].trigger)
            row.addWidget(button)
        self.rows.changed.connect(lambda rows: self.resized.emit(rows, self.columns.value))
        self.columns.changed.connect(lambda columns: self.resized.emit(self.rows.value, columns))

    def minimumSizeHint(self) -> QSize:
        # The words go where there is no room for them; the fields have them as tooltips.
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for word in self._words:
            word.setVisible(self.width() >= theme().px(_ROOM_FOR_WORDS))

    def show_size(self, rows: int, columns: int) -> None:
        """Show how large the map is."""
        self.rows.set_value(rows)
        self.columns.set_value(columns)

    def show_cell(self, cell: Cell | None, row: int, column: int) -> str:
        """Show a cell in words, and return them.

        Args:
            cell: The cell, ``None`` for none.
            row: Its row, from 0.
            column: Its column, from 0.
        """
        text = (
            "" if cell is None else f"({row}, {column}) · {words_of(cell, tr('editor.brush.' + brush_of(cell).kind))}"
        )
        self.told.set_text(text)
        return text
