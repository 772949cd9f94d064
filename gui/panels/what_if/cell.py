"""What if one cell were another one: a cell of the map and what it becomes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from agents.runtime.fork_changes import WORLD
from arena.environments.grid.cells import CLIFF, FLOOR, GOAL, ICE, TRAP, WALL, WIND, Cell
from arena.environments.grid.map_check import examine
from arena.environments.grid.map_difference import with_cell
from arena.environments.grid.map_file import GridMap
from arena.environments.grid.map_text import write_map
from arena.environments.grid.maps import DEFAULT_MAP, ENV_ID, find_map
from gui.language import tr
from gui.panels.what_if.editor import ChangeEditor
from gui.panels.what_if.map_picker import MapPicker
from gui.state.run_state import RunState
from gui.theme import CAPTION, color
from gui.widgets.cell_art import FILLS, paint_kind
from gui.widgets.cell_art import FLOOR as FLOOR_FILL
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded
from gui.widgets.text_label import TextLabel

KINDS: tuple[Cell, ...] = (
    Cell(kind=FLOOR),
    Cell(kind=WALL),
    Cell(kind=ICE),
    Cell(kind=WIND, wind=(-1, 0)),
    Cell(kind=CLIFF),
    Cell(kind=TRAP),
    Cell(kind=GOAL),
)
"""What a cell can become."""

_SIDE = 40


class KindButton(PaintedButton):
    """A cell as a button.

    Args:
        cell: The cell.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        super().__init__("change.kind." + cell.kind, tip_key="change.kind." + cell.kind)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        inside = box.adjusted(4, 4, -4, -4)
        rounded(painter, inside, 4, QColor(FILLS.get(self.cell.kind, FLOOR_FILL)))
        paint_kind(painter, self.cell.kind, self.cell.wind, inside)
        if self.isChecked() or self.hovered:
            rounded(painter, box.adjusted(1, 1, -1, -1), 7, None, color("accent" if self.isChecked() else "dim"))
        if self.ring:
            focus_ring(painter, box, 7)
        painter.end()


class CellEditor(ChangeEditor):
    """Chooses a cell and a kind."""

    name = "cell"
    icon = "cliff"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: GridMap | None = None
        self._cell = -1
        self.picker = MapPicker()
        self.picker.picked.connect(self._pick)
        self._group = QButtonGroup(self)
        self.kinds = [KindButton(cell) for cell in KINDS]
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in self.kinds:
            self._group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(self.changed)
        row.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(TextLabel("whatif.cell.help", CAPTION, "dim", wrap=True))
        rows.addWidget(self.picker)
        rows.addLayout(row)

    def offered(self, state: RunState) -> bool:
        return state.world is not None and state.world.env_id == ENV_ID

    def show_run(self, state: RunState) -> None:
        self._cell = -1
        self._map = None
        if self.offered(state):
            assert state.world is not None
            self._map = find_map(str(state.world.env_kwargs.get("map", DEFAULT_MAP)))
        self.picker.show_map(self._map, -1)
        self.kinds[1].setChecked(True)

    def choose(self, cell: int) -> None:
        """Choose a cell of the map, as if it had been clicked."""
        if self._map is not None and 0 <= cell < len(self._map.cells):
            self._pick(cell)

    def _pick(self, cell: int) -> None:
        self._cell = cell
        self.picker.show_map(self._map, cell)
        self.changed.emit()

    def _changed_map(self) -> GridMap | None:
        button = self._group.checkedButton()
        if self._map is None or self._cell < 0 or not isinstance(button, KindButton):
            return None
        return None if self._map.cells[self._cell] == button.cell else with_cell(self._map, self._cell, button.cell)

    def problem(self) -> str:
        made = self._changed_map()
        faults = examine(made.cells, made.columns).faults if made is not None else ()
        return tr("whatif.fault." + faults[0].name) if faults else ""

    def changes(self) -> dict[str, Any]:
        made = self._changed_map()
        return {} if made is None or self.problem() else {WORLD + "map": write_map(made)}
