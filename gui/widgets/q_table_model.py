"""The whole table as a Qt model: it reads the arrays of the newest view, there is no object per cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QFont

from arena.protocol.world_codec import ShownWorld
from gui.language import number, tr
from gui.theme import TEXT, color, font
from gui.widgets.stage.names import action_glyph, state_name

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class QTableModel(QAbstractTableModel):
    """States in rows; in columns the state, one value an action, and how often the state was tried."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._world: ShownWorld | None = None
        self._q: NDArray[np.float64] = np.zeros((0, 0))
        self._visits: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._names: list[str] = []
        self._search = ""
        self._sorted = (0, Qt.SortOrder.AscendingOrder)
        self._changed = -1

    def show_table(self, world: ShownWorld, q: NDArray[np.float64], visits: NDArray[np.int64], changed: int) -> None:
        """Show other numbers.

        Args:
            world: The world.
            q: ``float64 [S, A]``.
            visits: ``int64 [S, A]``.
            changed: State changed last, −1 for none.
        """
        other = world is not self._world
        self._q, self._visits, self._changed = q, visits, changed
        if other:
            self.beginResetModel()
            self._world = world
            self.name_states()
            self._arrange()
            self.endResetModel()
        elif self._rows.size:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))

    def name_states(self) -> None:
        """Write the names of all states in the language in use."""
        self._names = [state_name(self._world, s) for s in range(self._world.states)] if self._world else []

    def search(self, text: str) -> None:
        """Show only states whose name holds a text."""
        self.beginResetModel()
        self._search = text.strip().lower()
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column, as it stands now."""
        self.beginResetModel()
        self._sorted = (column, order)
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        rows = np.array([s for s, name in enumerate(self._names) if self._search in name.lower()], np.int64)
        column, order = self._sorted
        if self._world is not None and column > 0 and rows.size:
            actions = self._world.actions
            keys = self._q[rows, column - 1] if column <= actions else self._visits[rows].sum(axis=1)
            rows = rows[np.argsort(keys, kind="stable")]
        self._rows = rows if order == Qt.SortOrder.AscendingOrder else rows[::-1]

    def state_of_row(self, row: int) -> int:
        """Return the state shown in a row."""
        return int(self._rows[row])

    def as_text(self, indexes: list[QModelIndex]) -> str:
        """Return cells as tab-separated lines with a heading; all of them for an empty list."""
        rows = sorted({index.row() for index in indexes}) or list(range(self.rowCount()))
        columns = range(self.columnCount())
        lines = ["\t".join(str(self.headerData(c, Qt.Orientation.Horizontal)) for c in columns)]
        lines += ["\t".join(self._plain(row, column) for column in columns) for row in rows]
        return "\n".join(lines)

    def _plain(self, row: int, column: int) -> str:
        state = self.state_of_row(row)
        if column == 0:
            return self._names[state]
        if column > self._q.shape[1]:
            return str(int(self._visits[state].sum()))
        return repr(float(self._q[state, column - 1]))

    # ── Qt's questions ─────────────────────────────────────────────────────────────────────────────────────────────

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() or self._world is None else self._world.actions + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or self._world is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == 0:
            return tr("q_table.state")
        return action_glyph(self._world, section - 1) if section <= self._world.actions else tr("q_table.visits")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._world is None or not index.isValid():
            return None
        state, column = self.state_of_row(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(state, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 0:
            return _RIGHT
        if role == Qt.ItemDataRole.FontRole:
            return self._font(state, column)
        if role == Qt.ItemDataRole.BackgroundRole and state == self._changed:
            return QBrush(color("raised"))
        if role == Qt.ItemDataRole.ForegroundRole and 0 < column <= self._q.shape[1]:
            tried = self._visits[state, column - 1] > 0
            return None if tried else QBrush(color("dim"))
        return None

    def _text(self, state: int, column: int) -> str:
        if column == 0:
            return ("● " if state == self._changed else "") + self._names[state]
        if column > self._q.shape[1]:
            return number(int(self._visits[state].sum()))
        return number(float(self._q[state, column - 1]), 3) if self._visits[state, column - 1] else "–"

    def _font(self, state: int, column: int) -> QFont:
        tried = self._visits[state] > 0
        best = 0 < column <= self._q.shape[1] and bool(tried[column - 1])
        if best:
            best = bool(self._q[state, column - 1] >= self._q[state][tried].max())
        return font(TEXT - 1, bold=best, mono=column > 0)
