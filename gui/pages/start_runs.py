"""The runs of the last days: open one, look at its folder, delete it and take that back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from arena.errors import ArenaError
from gui.language import language, tr
from gui.state.run_words import run_age, run_figures, run_title
from gui.theme import color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from arena.runs.database import IndexedRun

_ROW_HEIGHT = 42


class RunRow(PaintedButton):
    """One run; pressing it opens it.

    Args:
        run: The run.
        parent: Qt parent.

    Attributes:
        delete_wanted: Emitted when it is to be deleted.
        keep_wanted: Emitted when its agent is to be kept.
    """

    delete_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, run: IndexedRun, parent: QWidget | None = None) -> None:
        self.run = run
        super().__init__("", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.folder = PillButton("start.run.folder", "folder", "quiet", icon_only=True, small=True)
        self.folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(run.folder)))
        self.keep = PillButton("library.save", "agent", "quiet", icon_only=True, small=True)
        self.keep.clicked.connect(self.keep_wanted)
        self.delete = PillButton("start.run.delete", "delete", "quiet", icon_only=True, small=True)
        self.delete.clicked.connect(self.delete_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self.keep)
        row.addWidget(self.folder)
        row.addWidget(self.delete)

    def retranslate(self) -> None:
        super().retranslate()
        self.setAccessibleName(f"{run_title(self.run)}, {run_figures(self.run)}, {run_age(self.run)}")
        self.setToolTip(tr("start.run.tip", folder=self.run.folder))

    def sizeHint(self) -> QSize:
        return QSize(400, _ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.hovered:
            rounded(painter, box.adjusted(4, 2, -4, -2), 8, color("raised"))
        x = 14.0
        title, small = font(theme().px(14), semibold=True), font(theme().px(12.5))
        right = self.keep.x() - 12.0
        age = run_age(self.run)
        age_width = QFontMetricsF(small).horizontalAdvance(age)
        for text, face, ink in ((run_title(self.run), title, "text"), (run_figures(self.run), small, "dim")):
            room = right - age_width - 16 - x
            if room < 40:
                break
            painter.setFont(face)
            painter.setPen(color(ink))
            metrics = QFontMetricsF(face)
            painter.drawText(
                QRectF(x, 0, room, self.height()),
                Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(text, Qt.TextElideMode.ElideRight, room),
            )
            x += metrics.horizontalAdvance(text) + 14
        painter.setFont(small)
        painter.setPen(color("dim"))
        painter.drawText(QRectF(right - age_width, 0, age_width + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, age)
        if self.ring:
            focus_ring(painter, box.adjusted(3, 1, -3, -1), 8)
        painter.end()


class RecentRuns(QWidget):
    """The newest runs under a heading, or why they cannot be shown.

    Args:
        rows: How many rows at most.
        parent: Qt parent.

    Attributes:
        chosen: Emitted with the folder of the run that was pressed.
        delete_wanted: Emitted with the run (a :class:`arena.runs.database.IndexedRun`) that is to be deleted.
        keep_wanted: Emitted with the folder of the run whose agent is to be kept.
    """

    chosen = Signal(str)
    delete_wanted = Signal(object)
    keep_wanted = Signal(str)

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = rows
        self._runs: tuple[IndexedRun, ...] = ()
        self._hidden: set[str] = set()
        self._problem = False
        self._empty = TextLabel("", 13.5, "dim", wrap=True)
        self._empty.setContentsMargins(14, 10, 14, 12)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty)
        column.addLayout(self._rows)
        language().changed.connect(self._list)
        theme().changed.connect(self.update)

    @property
    def rows(self) -> list[RunRow]:
        """The rows shown, newest first."""
        items = (self._rows.itemAt(place) for place in range(self._rows.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, RunRow)]

    @property
    def says_something(self) -> bool:
        """Whether there is a run to show, or a reason why there is none."""
        return bool(self.rows) or self._problem

    def show_runs(self, runs: Sequence[IndexedRun]) -> None:
        """List these runs, newest first."""
        self._runs = tuple(runs)
        self._problem = False
        self._list()

    def show_problem(self, problem: ArenaError) -> None:
        """Say why there is no list."""
        self._runs = ()
        self._problem = True
        self._list()
        self._empty.set_key(problem.key, **problem.params)

    def hide_run(self, run_id: str, hidden: bool) -> None:
        """Leave a run out of the list, or bring it back."""
        (self._hidden.add if hidden else self._hidden.discard)(run_id)
        self._list()

    def _list(self) -> None:
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        visible = [run for run in self._runs if run.run_id not in self._hidden]
        for run in visible[: self._limit]:
            row = RunRow(run)
            row.clicked.connect(lambda _=False, folder=run.folder: self.chosen.emit(folder))
            row.delete_wanted.connect(lambda run=run: self.delete_wanted.emit(run))
            row.keep_wanted.connect(lambda folder=run.folder: self.keep_wanted.emit(folder))
            self._rows.addWidget(row)
        self._empty.setVisible(self._problem and not visible)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), 12, color("surface"), color("line"))
        painter.end()
