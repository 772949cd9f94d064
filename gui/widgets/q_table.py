"""The Q-table: the few rows that just mattered, and the whole of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.state.run_state import RunState
from gui.theme import CAPTION, TEXT, color, font, theme
from gui.widgets.fitted_line import fitted
from gui.widgets.pill_button import PillButton
from gui.widgets.q_table_model import QTableModel
from gui.widgets.stage.content import shown_view
from gui.widgets.stage.names import action_sign, state_name

_ROW = 30
_MOST_ROWS = 12
_MANY, _NARROW = 6, 40
"""More actions than this leave less room for the name; values in columns narrower than this are written smaller."""


class QTableHead(QWidget):
    """The states touched last, newest first, with their values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._recent: list[int] = []
        self._run = ""
        self._filled = False
        self.setMinimumHeight(3 * _ROW)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    def show_state(self, state: RunState) -> None:
        """Show the rows of the states touched last."""
        self._state = state
        if state.run_id != self._run:
            self._run, self._recent = state.run_id, []
            self._filled = False
        if state.tick is not None and state.beat >= 4:
            touched = [int(change["state"]) for change in state.tick.changes[-_MOST_ROWS:]]
        elif state.view is not None:
            touched = [int(state.view.scalars.get("last_state", -1))]
        else:
            touched = []
        if not self._filled and state.view is not None and state.view.arrays["visits"].any():
            # After a fast run only the last state was seen here: the most visited ones stand below it.
            self._filled = True
            visits = state.view.arrays["visits"].sum(axis=1)
            self._recent = [int(at) for at in np.argsort(-visits)[:_MOST_ROWS] if visits[at] > 0]
        for at in touched:
            if at >= 0 and (not self._recent or self._recent[0] != at):
                self._recent = [at, *(s for s in self._recent if s != at)][:_MOST_ROWS]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(340, 5 * _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        world, view = self._state.world, shown_view(self._state)
        if world is None:
            return
        painter = QPainter(self)
        name_width = min(150, max(64, self.width() // 4)) if len(world.layout.context_keys) == 1 else self.width() // 3
        columns = world.actions
        if columns > _MANY:
            name_width = 56
        step = (self.width() - name_width - 6) / max(1, columns)
        painter.setFont(font(CAPTION))
        painter.setPen(color("dim"))
        painter.drawText(QRectF(6, 0, name_width, 24), Qt.AlignmentFlag.AlignVCenter, tr("q_table.state"))
        for action in range(columns):
            where = QRectF(name_width + action * step, 0, step, 24)
            glyph = action_sign(world, action)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, glyph)
        if view is None or view.arrays["q"].shape != (world.states, world.actions):
            return
        q, visits = view.arrays["q"], view.arrays["visits"]
        rows = max(1, (self.height() - 26) // _ROW)
        for row, at in enumerate(self._recent[:rows]):
            self._row(painter, 26 + row * _ROW, at, q[at], visits[at], name_width, step, newest=row == 0)
        if not self._recent:
            painter.setFont(font(TEXT - 1))
            painter.setPen(color("dim"))
            box = QRectF(6, 30, self.width() - 12, self.height() - 34)
            painter.drawText(box, int(Qt.TextFlag.TextWordWrap), tr("q_table.empty"))

    def _row(
        self,
        painter: QPainter,
        y: float,
        at: int,
        q: np.ndarray[tuple[int], np.dtype[np.float64]],
        visits: np.ndarray[tuple[int], np.dtype[np.int64]],
        name_width: float,
        step: float,
        *,
        newest: bool,
    ) -> None:
        assert self._state.world is not None
        if newest:
            painter.fillRect(QRectF(0, y, self.width(), _ROW - 3), color("raised"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(TEXT - 1))
        painter.setPen(color("text"))
        name = state_name(self._state.world, at)
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(name_width) - 10)
        painter.drawText(QRectF(6, y, name_width, _ROW - 3), middle, name)
        tried = visits > 0
        best = q[tried].max() if tried.any() else 0.0
        for action in range(len(q)):
            bold = bool(tried[action] and q[action] >= best)
            painter.setPen(color("text" if bold else "dim"))
            decimals = 0 if abs(q[action]) >= 1000 else 2 if step >= 56 else 1
            text = number(float(q[action]), decimals) if tried[action] else "–"
            face = font(TEXT - 2 if step < 58 else TEXT - 1, bold=bold, mono=True)
            # Ten arms side by side: smaller rather than grown together.
            painter.setFont(fitted(face, "−0.0", step - 4, smallest=0.6) if step < _NARROW else face)
            where = QRectF(name_width + action * step, y, step, _ROW - 3)
            painter.drawText(where, middle | Qt.AlignmentFlag.AlignRight, text)


class _Table(QTableView):
    """A table whose selection is copied as tab-separated text."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self.model()
        if event.matches(QKeySequence.StandardKey.Copy) and isinstance(model, QTableModel):
            QGuiApplication.clipboard().setText(model.as_text(self.selectedIndexes()))
            return
        super().keyPressEvent(event)


class WholeQTable(QWidget):
    """The whole table: sorted by a click on a heading, searched by name, copied with Ctrl+C.

    Attributes:
        state_chosen: A state whose name was double-clicked.
        value_chosen: State and action of a value that was double-clicked.
    """

    state_chosen = Signal(int)
    value_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.table = _Table()
        self.table_model = QTableModel(self)
        self.table.setModel(self.table_model)
        self.table.setSortingEnabled(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.doubleClicked.connect(self._choose)
        self.search.textChanged.connect(self.table_model.search)
        self.copy = PillButton("q_table.copy", "copy", "plain", small=True)
        self.copy.clicked.connect(self._copy)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.copy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top)
        rows.addWidget(self.table, 1)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def _choose(self, index: QModelIndex) -> None:
        state, action = self.table_model.state_of_row(index.row()), index.column() - 1
        if 0 <= action < self.table_model.columnCount() - 2:
            self.value_chosen.emit(state, action)
        else:
            self.state_chosen.emit(state)

    def retranslate(self) -> None:
        """Set all texts again."""
        self.search.setPlaceholderText(tr("q_table.search"))
        self.table.setAccessibleName(tr("q_table.title"))
        self.table_model.name_states()
        self.table_model.headerDataChanged.emit(
            Qt.Orientation.Horizontal, 0, max(0, self.table_model.columnCount() - 1)
        )

    def show_state(self, state: RunState) -> None:
        """Show the table of a run, if it can be seen."""
        self._state = state
        view = shown_view(state)
        if not self.isVisible() or state.world is None or view is None:
            return
        changed = int(view.scalars.get("last_state", -1))
        self.table_model.show_table(state.world, view.arrays["q"], view.arrays["visits"], changed)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.table_model.as_text(self.table.selectedIndexes()))
