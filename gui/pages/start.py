"""The start page: what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.pages.page import Navigator, Page
from gui.pages.start_board import SceneBoard
from gui.pages.start_deletion import Deletion
from gui.pages.start_library import ModelShelf
from gui.pages.start_runs import RecentRuns
from gui.state.run_words import run_title
from gui.state.scene import scene_line
from gui.theme import color, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from arena.errors import ArenaError
    from arena.runs.database import IndexedRun

_WIDEST = 1560
_ROWS = 3
_LOWEST = 300
_PROPORTION = 0.3
"""Height of the big scene's row to its width at most: more would only frame the maps."""
_BESIDE = 380
"""Pixels that are left for what is above and below the big scene."""
_ROOM_AROUND = 60
"""Pixels to be seen above and below the card that has the keyboard."""


class StartPage(Page):
    """Scenes that open with one press, and the runs of the last days."""

    id = "start"
    title_key = "page.start"

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(navigator, parent)
        self.board = SceneBoard()
        self.board.chosen.connect(navigator.open_scene)
        self.library = ModelShelf(navigator.library)
        self.library.wanted.connect(navigator.model_wanted)
        self.library.import_wanted.connect(navigator.import_wanted)
        self.library.focused.connect(self._bring_into_view)
        self.runs = RecentRuns(_ROWS)
        self.runs.chosen.connect(navigator.open_run)
        self.runs.delete_wanted.connect(self.delete_run)
        self.runs.keep_wanted.connect(lambda folder: navigator.model_wanted.emit("save", folder))
        self.deletion = Deletion(navigator.index, self)
        navigator.index.changed.connect(self._runs_read)
        navigator.index.failed.connect(self._runs_failed)
        navigator.index.not_deleted.connect(self._not_deleted)
        self._filled = False
        self._lay_out()
        self.board.marked_changed.connect(self._name_page)
        self.board.focused.connect(self._bring_into_view)
        theme().changed.connect(self._restyle)
        language().changed.connect(self._name_page)
        self._restyle()

    def _lay_out(self) -> None:
        self._free = PillButton("start.free", "lab", "quiet", tip_key="start.free.tip")
        self._free.clicked.connect(lambda: self.navigator.show_page.emit("lab"))
        self._title = TextLabel("start.title", 27, bold=True)
        self._line = TextLabel("start.line", 14.5, "dim")
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._title)
        words.addWidget(self._line)
        self._head = QHBoxLayout()
        self._head.addLayout(words, 1)
        self._head.addWidget(self._free, 0, Qt.AlignmentFlag.AlignBottom)
        self._runs_title = TextLabel("start.runs.title", 13, "dim", semibold=True)
        self._runs_title.setContentsMargins(0, 8, 0, 0)
        self._column = QVBoxLayout()
        self._column.addLayout(self._head)
        self.board.insert_below_first(self.library, self._runs_title, self.runs)
        self._column.addWidget(self.board)
        self._column.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._column)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def shown(self) -> None:
        self.board.take_keyboard()
        # After the next picture: maps and the index are read from disk.
        QTimer.singleShot(0, self, self._fill)

    def _fill(self) -> None:
        if not self._filled:
            from gui.pages.start_scenes import scene_miniatures

            self._filled = True
            self.board.set_worlds(scene_miniatures())
        from gui.pages.start_scenes import miniature, own_scenes

        own = own_scenes()
        if own != self.board.own:
            self.board.set_own(own, [miniature(scene) for scene in own])
        self.navigator.index.load()
        self.navigator.library.load()

    def _runs_read(self) -> None:
        self.runs.show_runs(self.navigator.index.runs)
        self._show_runs()

    def _runs_failed(self, problem: ArenaError) -> None:
        self.runs.show_problem(problem)
        self._show_runs()

    def _show_runs(self) -> None:
        # Where nothing was learned yet, the scenes say what to do next; an empty list would say nothing.
        for widget in (self._runs_title, self.runs):
            widget.setVisible(not theme().projector and self.runs.says_something)

    def _bring_into_view(self, card: QWidget) -> None:
        self._scroll.ensureWidgetVisible(card, 0, _ROOM_AROUND)

    def delete_run(self, run: IndexedRun) -> None:
        """Take a run off the list and offer to take that back."""
        self.deletion.begin(run)
        self.runs.hide_run(run.run_id, hidden=True)
        self.navigator.offer.emit(tr("start.run.deleted", title=run_title(run)), tr("start.run.undo"), self.undo_delete)

    def undo_delete(self) -> None:
        """Bring back the run that was deleted last."""
        run = self.deletion.undo()
        if run is not None:
            self.runs.hide_run(run.run_id, hidden=False)

    def _not_deleted(self, run: IndexedRun, problem: str) -> None:
        self.runs.hide_run(run.run_id, hidden=False)
        self.navigator.say.emit(tr("start.run.not_deleted", title=run_title(run), problem=problem))

    def shutdown(self) -> None:
        self.deletion.finish()

    # -- how it looks -----------------------------------------------------------------------------------------------

    def _restyle(self) -> None:
        plain = not theme().projector
        for widget in (self._line, self._free, self.library):
            widget.setVisible(plain)
        self._show_runs()
        self._name_page()
        self._lay()
        self.update()

    def _name_page(self) -> None:
        # On the wall the heading asks the question of the scene: there is no room for six.
        if theme().projector:
            self._title.set_text(scene_line(self.board.marked))
        else:
            self._title.set_key("start.title")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        """Centre the column and give the scenes the height that is left, within reason."""
        projector = theme().projector
        side = 28 if projector else max(28, (self.width() - _WIDEST) // 2)
        self._column.setContentsMargins(side, 18 if projector else 22, side, 18)
        self._column.setSpacing(12)
        # Beside the big scene, the heading and the first chapter are to be seen without scrolling.
        room = self.height() - (112 if projector else _BESIDE)
        tallest = room if projector else round((self.width() - 2 * side) * _PROPORTION)
        self.board.set_heights(max(_LOWEST, min(tallest, room)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        painter.end()
