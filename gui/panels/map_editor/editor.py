"""The map editor: a world to paint, what to paint it with, and whether one can learn in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from arena.environments.grid.map_file import HEADER_NUMBERS
from arena.texts import localized
from gui.dialogs.unsaved_map import UnsavedMapQuestion
from gui.language import language, tr
from gui.panels.map_editor.actions import EditorActions
from gui.panels.map_editor.canvas import MapCanvas
from gui.panels.map_editor.dock import EditorDock, best_place
from gui.panels.map_editor.files import MapFiles
from gui.panels.map_editor.foot import EditorFoot
from gui.panels.map_editor.size_row import SizeRow
from gui.panels.map_editor.top_bar import EditorTopBar
from gui.panels.map_editor.view import MapView
from gui.state.brush_box import BrushBox
from gui.state.map_brush import Brush
from gui.state.map_document import MapDocument
from gui.state.map_draft import Draft, DraftFile, fresh_map
from gui.theme import color, theme
from gui.widgets.number_field import NumberField

_KEEP_AFTER_MS = 1500
_SOONEST_LOOK_MS, _LONG_LOOK_MS, _PAUSE_MS = 10, 25, 160


class MapEditor(QWidget):
    """A surface to draw maps on.

    Args:
        folder: Where the drawing is kept between sessions; Arena's own folder if left out.
        parent: Qt parent.

    Attributes:
        world_wanted: A new run in this map: a grid world's arguments.
        change_wanted: The world that is learned in is to become this map (its text).
        closed: The person left the editor.
    """

    world_wanted = Signal(dict)
    change_wanted = Signal(str)
    closed = Signal()

    def __init__(self, folder: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        draft_file = DraftFile(folder)
        draft = draft_file.read() or Draft(grid=fresh_map())
        self.document = MapDocument(draft.grid, path=draft.path, saved=draft.saved)
        self.brushes = BrushBox(self.document)
        self._running: tuple[int, int] | None = None
        self._arranged_for = (0, 0)
        self._looks_slowly = False
        self.actions_ = EditorActions(self)
        self.files = MapFiles(self.document, draft_file, self)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._show_brush()
        self._show_all()
        self._look()

    def _make_parts(self) -> None:
        self.top = EditorTopBar(self.actions_)
        self.size_row = SizeRow(self.actions_)
        self.canvas = MapCanvas(self.document)
        self.view = MapView(self.canvas)
        self.dock = EditorDock()
        self.foot = EditorFoot(self.actions_)
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(_SOONEST_LOOK_MS)
        self._keep_soon = QTimer(self)
        self._keep_soon.setSingleShot(True)
        self._keep_soon.setInterval(_KEEP_AFTER_MS)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.canvas)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top)
        middle = QHBoxLayout()
        middle.setContentsMargins(16, 10, 16, 12)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(14)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self.size_row)
        column.addWidget(self.view, 1)
        self._body.addLayout(column, 1)
        self._body.addWidget(self.dock)
        middle.addLayout(self._body)
        outer.addLayout(middle, 1)
        outer.addWidget(self.foot)

    def _connect(self) -> None:
        self.top.close_wanted.connect(self.request_close)
        self.top.titled.connect(lambda title: self._do(lambda: self.document.set_title(language().code, title)))
        self.size_row.resized.connect(lambda rows, columns: self._do(lambda: self.document.resize(rows, columns)))
        self.canvas.edited.connect(self._edited)
        self.canvas.picked.connect(self._pick)
        self.canvas.pointed.connect(self._tell_cell)
        self.dock.tiles.chosen.connect(self._choose)
        self.dock.brush.changed.connect(self._pick)
        self.dock.brush.refused.connect(lambda: self._refuse("reward"))
        self.dock.numbers.entered.connect(lambda name, value: self._do(lambda: self.document.set_number(name, value)))
        self.dock.numbers.refused.connect(self._refuse)
        self.foot.cell_wanted.connect(self._show_cell)
        self.files.said.connect(self.foot.say)
        self.files.exchanged.connect(self._exchanged)
        self.files.saved.connect(self._edited_silently)
        self._look_soon.timeout.connect(self._look)
        self._keep_soon.timeout.connect(self.files.keep_draft)
        for name, then in (
            ("new", self.files.new),
            ("open", self.files.choose_to_open),
            ("save", self.files.choose_to_save),
            ("copy", self.files.copy),
            ("paste", self.files.paste),
            ("undo", lambda: self._do(self.document.undo)),
            ("redo", lambda: self._do(self.document.redo)),
            ("zoom_in", lambda: self.view.zoom_by(1)),
            ("zoom_out", lambda: self.view.zoom_by(-1)),
            ("zoom_fit", self.view.zoom_to_fit),
            ("change", self._change_world),
            ("use", self._use_world),
        ):
            self.actions_[name].triggered.connect(lambda _=False, then=then: then())
        language().changed.connect(self._retranslated)
        theme().changed.connect(self._arrange)

    # ── what the Lab asks ──────────────────────────────────────────────────────────────────────────────────────────

    def open_map(self, text_or_name: str = "", *, running: bool = False) -> None:
        """Draw on a map.

        Args:
            text_or_name: Text of a map, or the name of one that ships; the one drawn on last if empty.
            running: Whether it is the map of the world that is learned in: it can be changed while it keeps its size.
        """
        opened = self.files.open_given(text_or_name) if text_or_name else True
        self._running = (self.document.rows, self.document.columns) if running and opened else None
        self._show_all()
        self._look()
        self.canvas.setFocus()

    def has_unsaved(self) -> bool:
        """Return whether the map lies in no file and no run as it is."""
        return self.document.modified

    def menu_actions(self) -> list[QAction]:
        """Return what can be done here, with lines between the groups, ready for a menu."""
        return self.actions_.for_menu()

    def request_close(self) -> None:
        """Leave the editor; a map that lies nowhere else is asked about first."""
        if not self.has_unsaved():
            self._leave()
            return
        question = UnsavedMapQuestion(self)
        question.accepted.connect(self._leave)
        question.save_wanted.connect(self.files.choose_to_save)
        question.open()

    def _leave(self) -> None:
        self.files.keep_draft()
        self.closed.emit()

    # ── where the map goes ─────────────────────────────────────────────────────────────────────────────────────────

    def _use_world(self) -> None:
        text = self._finished_text()
        if text is not None:
            self.world_wanted.emit({"map": text})

    def _change_world(self) -> None:
        text = self._finished_text()
        if text is not None:
            self.change_wanted.emit(text)

    def _finished_text(self) -> str | None:
        self.canvas.end_stroke()
        self._look()
        text = None if self.document.findings.faults else self.files.finished_text()
        self._edited_silently()
        return text

    # ── changes ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, kind: str) -> None:
        self.brushes.choose(kind)
        self._show_brush()

    def _pick(self, brush: Brush) -> None:
        self.brushes.take(brush)
        self._show_brush()

    def _show_brush(self) -> None:
        self.canvas.set_brush(self.brushes.brush)
        self.dock.show_brush(self.brushes.brush)

    def _do(self, change: Callable[[], object]) -> None:
        self.canvas.end_stroke()
        change()
        self._edited()

    def _edited(self) -> None:
        self.foot.be_quiet()
        self._edited_silently()
        if not self.canvas.drawing:
            self.brushes.offer_letter()
            self._show_brush()

    def _edited_silently(self) -> None:
        self._show_all()
        # A map that takes long to look at is looked at when the hand pauses, any other one while it paints.
        if self._looks_slowly or not self._look_soon.isActive():
            self._look_soon.start()
        self._keep_soon.start()

    def _exchanged(self) -> None:
        self._edited_silently()
        self._arrange()

    def _show_all(self) -> None:
        document = self.document
        self.canvas.refresh()
        self.size_row.show_size(document.rows, document.columns)
        self.dock.numbers.show_numbers(document.numbers)
        self.top.show_title(localized(document.title, language().code))
        self.actions_["undo"].setEnabled(document.can_undo)
        self.actions_["redo"].setEnabled(document.can_redo)
        self._tell_cell(self.canvas.cursor_cell)
        size = (document.rows, document.columns)
        if size != self._arranged_for:
            self._arrange()

    def _look(self) -> None:
        """See whether one can learn in the map; a large one is looked at less often while somebody paints."""
        self._look_soon.stop()
        began = time.perf_counter()
        findings = self.document.findings
        took = 1000 * (time.perf_counter() - began)
        self._looks_slowly = took > _LONG_LOOK_MS
        self._look_soon.setInterval(_PAUSE_MS if self._looks_slowly else round(4 * took) + _SOONEST_LOOK_MS)
        self.foot.show_findings(findings, self.document.columns)
        self.canvas.set_faulty(tuple(fault.cell for fault in findings.faults if fault.cell is not None))
        self.dock.numbers.show_usual_limit(self.document.cells)
        fine = not findings.faults
        self.actions_["use"].setEnabled(fine)
        same_size = self._running == (self.document.rows, self.document.columns)
        self.actions_["change"].setEnabled(fine and same_size)
        self.actions_["change"].setVisible(self._running is not None)
        self.foot.show_change(running=self._running is not None, same_size=same_size)

    def _refuse(self, name: str) -> None:
        low, high = HEADER_NUMBERS.get(name, (-1e6, 1e6))
        shown = tr("editor.number." + name) if name in HEADER_NUMBERS else tr("editor.field.value")
        self.foot.say(tr("editor.said.number", name=shown, low=f"{low:,.0f}", high=f"{high:,.0f}"), "bad")

    def _tell_cell(self, at: int) -> None:
        cells, columns = self.document.cells, self.document.columns
        cell = cells[at] if 0 <= at < len(cells) else None
        told = self.size_row.show_cell(cell, at // columns, at % columns)
        self.canvas.setAccessibleDescription(told)

    def _show_cell(self, cell: int) -> None:
        self.canvas.move_cursor(cell)
        self.view.show_cell(cell)
        self.canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def _retranslated(self) -> None:
        self._show_all()
        self._look()

    # ── layout ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arrange(self) -> None:
        """Put the cards where they leave the larger cells to the grid."""
        self._arranged_for = (self.document.rows, self.document.columns)
        bars = self.top.sizeHint().height() + self.foot.sizeHint().height() + self.size_row.sizeHint().height() + 28
        room = QSize(self.width() - 32, self.height() - bars)
        self.dock.set_place(best_place(self.canvas.board.fitting, room))
        direction = QBoxLayout.Direction.LeftToRight if self.dock.beside else QBoxLayout.Direction.TopToBottom
        self._body.setDirection(direction)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        for bar, line in ((self.top.geometry(), self.top.geometry().bottom()), (self.foot.geometry(), self.foot.y())):
            painter.fillRect(bar, color("surface"))
            painter.fillRect(0, line, self.width(), 1, color("line"))
        painter.end()

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def event(self, event: QEvent) -> bool:
        # The window has shortcuts of the same keys (Ctrl+O opens a run); while the keyboard is here they are ours.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self.actions_.asked_by(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.actions_.asked_by(event)
        if action is not None:
            action.trigger()
        elif event.key() == Qt.Key.Key_Escape:
            self._step_out()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            field = QApplication.focusWidget()
            if not (isinstance(field, NumberField) and field.wrong):
                self.canvas.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.brushes.press(event.text()):
            self._show_brush()
        else:
            super().keyPressEvent(event)

    def _step_out(self) -> None:
        """Esc: from a field to the grid, from the grid out of the editor."""
        if isinstance(QApplication.focusWidget(), QLineEdit):
            self.canvas.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.request_close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_file(str(path))

    @staticmethod
    def _dropped(event: QDropEvent) -> Path | None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return next((path for path in paths if path.suffix.lower() == ".txt" and path.is_file()), None)

    def hideEvent(self, event: QHideEvent) -> None:
        self._look_soon.stop()
        self._keep_soon.stop()
        self.files.keep_draft()
        super().hideEvent(event)
