"""The stage: a world with what an agent knows painted into it, the biggest thing in the window."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.language import language, tr
from gui.state.run_state import RunState
from gui.theme import TEXT, color, font, theme
from gui.widgets.stage.board import Board, fitting
from gui.widgets.stage.cell_cursor import cursor_step, moved, pins
from gui.widgets.stage.cell_painter import LAYERS, Paint, paint_cell, paint_of
from gui.widgets.stage.change_marks import ChangeMarks
from gui.widgets.stage.content import Content, content_of, policy_of
from gui.widgets.stage.describe import cell_text, describe_cell
from gui.widgets.stage.faded import Faded
from gui.widgets.stage.overlay import Overlay, paint_overlay
from gui.widgets.stage.recent_change import RecentChange
from gui.widgets.stage.scale import ValueScale
from gui.widgets.stage.seen import dots, paint_dots, seen_of
from gui.widgets.stage.value_under import action_under

FRAME_BUDGET = 0.012
"""Seconds one frame may spend on painting cells again."""

SMALLEST_PAINTED = 12
"""Below this cell size the layer is one picture, not cells."""


class StageWidget(QWidget):
    """Paints a world; a cell that has not changed is not painted again.

    Args:
        parent: Qt parent.
        clock: Seconds, for what fades; a moving picture has a time of its own.

    Attributes:
        for_picture: Paint every cell with the painter given, sharp at any size, and nothing of the keyboard's.
        whole_frames: Paint though nobody sees it, and never half of what has changed: for moving pictures.
        cell_hovered: State under the mouse, −1 for none.
        value_clicked: State and action of a value under a click (the best action where no triangles are drawn).
        cell_pinned: State a person pinned, −1 after unpinning.
        key_pressed: A key, while the stage has the focus.
    """

    cell_hovered = Signal(int)
    cell_pinned = Signal(int)
    value_clicked = Signal(int, int)
    key_pressed = Signal(QKeyEvent)

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.for_picture = self.whole_frames = False
        self._clock = clock
        self._layer = "q"
        self._state = RunState()
        self._content: Content | None = None
        self._scale = ValueScale("both")
        self._shared: ValueScale | None = None
        self._painted_bound = 0.0
        self._marked: frozenset[int] = frozenset()
        self._pointed = -1
        self._world_key: object = None
        self._board = QPixmap()
        self._past_board = Faded()
        self._drawn: dict[int, bytes] = {}
        self._pinned = -1
        self._hovered = -1
        self._recent = RecentChange()
        self._marks = ChangeMarks()
        self._cursor = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(240, 160))
        self.setAccessibleName(tr("stage.name"))
        self._next_cell = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(8)
        self._rest.timeout.connect(self._paint_rest)
        self._fade = QTimer(self)
        self._fade.setInterval(50)
        self._fade.timeout.connect(self._faded)
        language().changed.connect(self.repaint_all)
        theme().changed.connect(self.repaint_all)

    # ── what it shows ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def layer(self) -> str:
        """``value``, ``q``, ``policy``, ``visits`` or ``change``."""
        return self._layer

    def set_layer(self, layer: str) -> None:
        """Show another layer."""
        if layer in LAYERS and layer != self._layer:
            self._layer = layer
            self.repaint_all()

    @property
    def scale(self) -> ValueScale:
        """The colour scale in use."""
        return self._scale

    def share_scale(self, scale: ValueScale | None) -> None:
        """Show values on a scale that other stages use too; ``None`` for one of its own from the next world on."""
        self._shared = scale
        if scale is not None:
            self._scale = scale
            self.repaint_all()

    @property
    def marked(self) -> frozenset[int]:
        """Cells with a mark in their corner."""
        return self._marked

    def mark(self, cells: frozenset[int]) -> None:
        """Mark the corner of cells: something is different there."""
        if cells != self._marked:
            self._marked = cells
            self.update()

    def point_at(self, cell: int) -> None:
        """Outline a cell as long as the mouse is over its like elsewhere; −1 for none."""
        if cell != self._pointed:
            self._pointed = cell
            self.update()

    @property
    def content(self) -> Content | None:
        """The numbers on show."""
        return self._content

    @property
    def pinned(self) -> int:
        """State pinned, −1 for none."""
        return self._pinned

    def pin(self, state: int) -> None:
        """Pin a state, or −1."""
        self._pinned = state
        self.cell_pinned.emit(state)
        self.update()

    def show_state(self, state: RunState) -> None:
        """Show a run as it is now."""
        before = self._content
        self._state = state
        self._content = content_of(state)
        if self._content is None:
            self.update()
            return
        world = self._content.world
        key = (state.run_id, id(world))
        if key != self._world_key:
            self._world_key = key
            self._scale = self._shared or ValueScale(world.reward_signs)
            self._recent.clear()
            self._marks.clear()
            self._pinned = self._cursor = -1
            self._drawn.clear()
            self._board = QPixmap()
        self._scale.widen(self._content.scaled, self._content.visits)
        if self._scale.bound != self._painted_bound:
            # Widened by this stage, or by another one that shares it.
            self._painted_bound = self._scale.bound
            self._drawn.clear()
        other = before is not None and before.context != self._content.context
        if other or (before is not None and before.decimals != self._content.decimals):
            self._drawn.clear()
        now = self._clock()
        self._recent.note(self._content.q, now)
        reach = 1.0 if self._content.shows == "probabilities" else self._scale.reach
        self._marks.note(state, self._content, before, reach, now)
        if self._marks.fading(now) and not self._fade.isActive():
            self._fade.start()
        self._paint_board()
        self._describe()
        self.update()

    def _describe(self) -> None:
        assert self._content is not None
        told = self._pinned if self._pinned >= 0 else self._content.agent_state
        if self._cursor >= 0:
            told = self._content.state_at(self._cursor)
        if told >= 0:
            self.setAccessibleDescription(describe_cell(self._content, told))

    def repaint_all(self) -> None:
        """Forget what was painted and paint everything again."""
        self._drawn.clear()
        self._board = QPixmap()
        self.setAccessibleName(tr("stage.name"))
        if self._content is not None:
            self._paint_board()
        self.update()

    def _faded(self) -> None:
        if not self._marks.fading(self._clock()):
            self._fade.stop()
        self.update()

    # ── geometry ───────────────────────────────────────────────────────────────────────────────────────────────────

    def cell_size(self) -> int:
        """Return the side of a cell in pixels: the largest whole number that fits."""
        return self.fitting(self.size())

    def fitting(self, size: QSize) -> int:
        """Return the cell size this world would have in a widget of that size."""
        if self._content is None:
            return 0
        layout = self._content.world.layout
        return fitting(layout.columns, layout.rows, size)

    def board(self) -> Board:
        """Return where the cells lie in the widget."""
        assert self._content is not None
        layout = self._content.world.layout
        return Board.centred(layout.columns, layout.rows, self.size())

    def board_box(self) -> QRectF:
        """Return where the cells lie in the widget, all together."""
        return QRectF() if self._content is None else self.board().box

    def cell_box(self, cell: int) -> QRectF:
        """Return where a cell lies in the widget, gap excluded."""
        return self.board().cell_box(cell)

    def cell_under(self, at: QPointF) -> int:
        """Return the cell at a point of the widget, −1 for none."""
        return -1 if self._content is None else self.board().cell_under(at)

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _paint_board(self) -> None:
        content, size = self._content, self.cell_size()
        if content is None or size < 1 or not (self.isVisible() or self.whole_frames):
            return
        layout, ratio = content.world.layout, self.devicePixelRatioF()
        wanted = QSize(round(layout.columns * size * ratio), round(layout.rows * size * ratio))
        if self._board.size() != wanted:
            self._board = QPixmap(wanted)
            self._board.setDevicePixelRatio(ratio)
            self._board.fill(color("page"))
            self._drawn.clear()
        paint = self._paint_of(content, size)
        painter = QPainter(self._board)
        if size < SMALLEST_PAINTED:
            painter.drawImage(QRectF(0, 0, layout.columns * size, layout.rows * size), dots(paint))
        else:
            self._paint_cells(painter, paint, size)
        painter.end()

    def _paint_of(self, content: Content, size: int) -> Paint:
        return paint_of(
            self._layer,
            content,
            self._scale,
            policy_of(content, self._state),
            self._recent.change,
            theme().projector,
            cells=size >= SMALLEST_PAINTED,
        )

    def _paint_cells(self, painter: QPainter, paint: Paint, size: int) -> None:
        layout = paint.content.world.layout
        count, board = layout.rows * layout.columns, Board(columns=layout.columns, rows=layout.rows, size=size)
        # A first picture is painted whole. After that a frame stops in time and goes on with the next one, in rotation:
        # a large world with every value moving takes longer than the window may be deaf.
        deadline = time.perf_counter() + FRAME_BUDGET if self._drawn and not self.whole_frames else math.inf
        for cell in (*range(self._next_cell, count), *range(min(self._next_cell, count))):
            mark = seen_of(paint, cell)
            if self._drawn.get(cell) == mark:
                continue
            if time.perf_counter() > deadline:
                self._next_cell = cell
                self._rest.start()
                return
            self._drawn[cell] = mark
            paint_cell(painter, paint, cell, board.cell_box(cell))

    def _paint_rest(self) -> None:
        self._paint_board()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._content is None:
            painter.setFont(font(TEXT))
            painter.setPen(color("dim"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, tr("stage.empty"))
            return
        if self.for_picture:
            self._paint_whole(painter, self._content)
        else:
            if self._board.isNull():
                self._paint_board()
            painter.drawPixmap(
                self.board_box().topLeft(), self._past_board.of(self._board) if self._state.at >= 0 else self._board
            )
        pinned = int(self._content.world.layout.cell_of_state[self._pinned]) if self._pinned >= 0 else -1
        overlay = Overlay(
            board=self.board(),
            state=self._state,
            content=self._content,
            marks=self._marks,
            now=self._clock(),
            size=QSizeF(self.size()),
            pinned=pinned,
            cursor=self._cursor,
            focused=self.hasFocus() and not self.for_picture,
            marked=self._marked,
            pointed=self._pointed,
        )
        paint_overlay(painter, overlay)

    def _paint_whole(self, painter: QPainter, content: Content) -> None:
        board = self.board()
        paint = self._paint_of(content, board.size)
        painter.fillRect(board.box, color("page"))
        if board.size < SMALLEST_PAINTED:
            paint_dots(painter, paint, board)
            return
        for cell in range(board.rows * board.columns):
            paint_cell(painter, paint, cell, board.cell_box(cell))

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paint_board()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_under(event.position())
        if cell == self._hovered or self._content is None:
            return
        self._hovered = cell
        self._tell(cell, event.globalPosition().toPoint())

    def _tell(self, cell: int, at: QPoint) -> None:
        """Say what is known of a cell, beside a point of the screen."""
        assert self._content is not None
        self.cell_hovered.emit(self._content.state_at(cell) if cell >= 0 else -1)
        if cell >= 0:
            text = cell_text(self._state, self._content, cell)
            QToolTip.showText(at, text, self, self.cell_box(cell).toRect())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._content is None or event.button() != Qt.MouseButton.LeftButton:
            return
        cell = self.cell_under(event.position())
        self._cursor = -1
        self._pin_cell(cell)
        state = self._content.state_at(cell) if cell >= 0 else -1
        if state >= 0 and self._pinned == state:
            box = self.cell_box(cell)
            self.value_clicked.emit(state, action_under(self._content, self._layer, box, event.position()))

    def _pin_cell(self, cell: int) -> None:
        assert self._content is not None
        state = self._content.state_at(cell) if cell >= 0 else -1
        self.pin(-1 if state == self._pinned else state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = cursor_step(event)
        if self._content is not None and step is not None:
            self._move_cursor(step)
        elif self._content is not None and pins(event):
            self._pin_cell(self._own_cell())
        elif event.key() == Qt.Key.Key_Escape and self._cursor >= 0:
            self._cursor = -1
            self.update()
        else:
            self.key_pressed.emit(event)

    def _own_cell(self) -> int:
        """Return the cell keys act on: the cursor's, else the pinned one, else the agent's; −1 for none."""
        assert self._content is not None
        state = self._pinned if self._pinned >= 0 else self._content.agent_state
        own = int(self._content.world.layout.cell_of_state[state]) if state >= 0 else -1
        return self._cursor if self._cursor >= 0 else own

    def _move_cursor(self, step: tuple[int, int]) -> None:
        assert self._content is not None
        layout = self._content.world.layout
        self._cursor = moved(max(0, self._own_cell()), step, layout.rows, layout.columns)
        self._describe()
        self._tell(self._cursor, self.mapToGlobal(self.cell_box(self._cursor).center().toPoint()))

    def sizeHint(self) -> QSize:
        return QSize(960, 400)
