"""The stage: a world with what an agent knows painted into it, the biggest thing in the window."""

from __future__ import annotations

import math
import time
from collections import deque
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.language import language, tr
from gui.state.run_state import RunState
from gui.theme import TEXT, color, font, theme
from gui.widgets.stage.cell_painter import LAYERS, Paint, background, paint_cell, paint_of
from gui.widgets.stage.content import Content, content_of, policy_of
from gui.widgets.stage.describe import cell_text, describe_cell
from gui.widgets.stage.marks import compact
from gui.widgets.stage.overlay import paint_overlay
from gui.widgets.stage.scale import ValueScale, colors_at

FRAME_BUDGET = 0.012
"""Seconds one frame may spend on painting cells again."""

SMALLEST_PAINTED = 12
"""Below this cell size the layer is one picture, not cells."""

CHANGE_SECONDS = 1.0
"""The change layer shows what moved within so many seconds (or in the newest step)."""

FADE_SECONDS = 2.0
"""After a step the overlay is painted again for so long, until all that fades has faded."""

MARGIN = 4
"""Room around the cells for the focus ring."""


class StageWidget(QWidget):
    """Paints a world; a cell that has not changed is not painted again.

    Attributes:
        cell_hovered: State under the mouse, −1 for none.
        cell_pinned: State a person pinned, −1 after unpinning.
        key_pressed: A key, while the stage has the focus.
    """

    cell_hovered = Signal(int)
    cell_pinned = Signal(int)
    key_pressed = Signal(QKeyEvent)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = "q"
        self._state = RunState()
        self._content: Content | None = None
        self._scale = ValueScale("both")
        self._world_key: object = None
        self._board = QPixmap()
        self._drawn: dict[int, bytes] = {}
        self._pinned = -1
        self._hovered = -1
        self._history: deque[tuple[float, NDArray[np.float64]]] = deque()
        self._change: NDArray[np.float64] = np.zeros((0, 0))
        self._flashed_at = 0.0
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
        before, old = self._content, self._state
        self._state = state
        self._content = content_of(state)
        if self._content is None:
            self.update()
            return
        world = self._content.world
        key = (state.run_id, id(world))
        if key != self._world_key:
            self._world_key = key
            self._scale = ValueScale(world.reward_signs)
            self._history.clear()
            self._pinned = -1
            self._drawn.clear()
            self._board = QPixmap()
        if self._scale.widen(self._content.q, self._content.visits):
            self._drawn.clear()
        other = before is not None and before.context != self._content.context
        if other or (before is not None and before.decimals != self._content.decimals):
            self._drawn.clear()
        self._note_change(self._content.q)
        if state.tick is not None and (state.tick is not old.tick or state.beat != old.beat):
            self._flashed_at = time.monotonic()
            self._fade.start()
        self._paint_board()
        told = self._pinned if self._pinned >= 0 else self._content.agent_state
        if told >= 0:
            self.setAccessibleDescription(describe_cell(self._content, told))
        self.update()

    def repaint_all(self) -> None:
        """Forget what was painted and paint everything again."""
        self._drawn.clear()
        self._board = QPixmap()
        self.setAccessibleName(tr("stage.name"))
        if self._content is not None:
            self._paint_board()
        self.update()

    def _note_change(self, q: NDArray[np.float64]) -> None:
        now = time.monotonic()
        if self._history and self._history[-1][1].shape != q.shape:
            self._history.clear()
        if not self._history or not np.array_equal(self._history[-1][1], q):
            self._history.append((now, q.copy()))
        while len(self._history) > 2 and self._history[1][0] < now - CHANGE_SECONDS:
            self._history.popleft()
        self._change = q - self._history[0][1]

    def _faded(self) -> None:
        if time.monotonic() - self._flashed_at > FADE_SECONDS:
            self._fade.stop()
        self.update()

    # ── geometry ───────────────────────────────────────────────────────────────────────────────────────────────────

    def cell_size(self) -> int:
        """Return the side of a cell in pixels: the largest whole number that fits."""
        if self._content is None:
            return 0
        return max(1, self.fitting(self.size()))

    def fitting(self, size: QSize) -> int:
        """Return the cell size this world would have in a widget of that size."""
        if self._content is None:
            return 0
        layout = self._content.world.layout
        return min((size.width() - 2 * MARGIN) // layout.columns, (size.height() - 2 * MARGIN) // layout.rows)

    def board_box(self) -> QRectF:
        """Return where the cells lie in the widget."""
        if self._content is None:
            return QRectF()
        layout, size = self._content.world.layout, self.cell_size()
        width, height = layout.columns * size, layout.rows * size
        return QRectF((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def cell_box(self, cell: int) -> QRectF:
        """Return where a cell lies in the widget, gap excluded."""
        assert self._content is not None
        board, size = self.board_box(), self.cell_size()
        row, column = divmod(cell, self._content.world.layout.columns)
        gap = self._gap()
        return QRectF(board.x() + column * size, board.y() + row * size, size - gap, size - gap)

    def _gap(self) -> int:
        size = self.cell_size()
        return 2 if size >= 28 else 1 if size >= 8 else 0

    def cell_under(self, at: QPointF) -> int:
        """Return the cell at a point of the widget, −1 for none."""
        board, size = self.board_box(), self.cell_size()
        if self._content is None or not board.contains(at) or size == 0:
            return -1
        layout = self._content.world.layout
        column, row = int((at.x() - board.x()) // size), int((at.y() - board.y()) // size)
        inside = 0 <= row < layout.rows and 0 <= column < layout.columns
        return row * layout.columns + column if inside else -1

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _paint_board(self) -> None:
        content, size = self._content, self.cell_size()
        if content is None or size < 1 or not self.isVisible():
            return
        layout, ratio = content.world.layout, self.devicePixelRatioF()
        wanted = QSize(round(layout.columns * size * ratio), round(layout.rows * size * ratio))
        if self._board.size() != wanted:
            self._board = QPixmap(wanted)
            self._board.setDevicePixelRatio(ratio)
            self._board.fill(color("page"))
            self._drawn.clear()
        paint = paint_of(
            self._layer,
            content,
            self._scale,
            policy_of(content, self._state),
            self._change,
            theme().projector,
            cells=size >= SMALLEST_PAINTED,
        )
        painter = QPainter(self._board)
        if size < SMALLEST_PAINTED:
            painter.drawImage(QRectF(0, 0, layout.columns * size, layout.rows * size), self._image(paint))
        else:
            self._paint_cells(painter, paint, size)
        painter.end()

    def _paint_cells(self, painter: QPainter, paint: Paint, size: int) -> None:
        layout, gap = paint.content.world.layout, self._gap()
        count = layout.rows * layout.columns
        # A first picture is painted whole. After that a frame stops in time and goes on with the next one, in rotation:
        # a large world with every value moving takes longer than the window may be deaf.
        deadline = time.perf_counter() + FRAME_BUDGET if self._drawn else math.inf
        for cell in (*range(self._next_cell, count), *range(min(self._next_cell, count))):
            mark = self._mark(paint, cell)
            if self._drawn.get(cell) == mark:
                continue
            if time.perf_counter() > deadline:
                self._next_cell = cell
                self._rest.start()
                return
            self._drawn[cell] = mark
            row, column = divmod(cell, layout.columns)
            paint_cell(painter, paint, cell, QRectF(column * size, row * size, size - gap, size - gap))

    def _paint_rest(self) -> None:
        self._paint_board()
        self.update()

    def _mark(self, paint: Paint, cell: int) -> bytes:
        """Return everything that can be seen of a cell, to tell whether it must be painted again."""
        state = paint.content.state_at(cell)
        if state < 0:
            return b"-"
        tried: bytes = (paint.content.visits[state] > 0).tobytes()
        q = paint.content.q[state]
        match paint.layer:
            case "visits":
                # The shade depends on the largest count, which changes all the time: 64 shades are enough to tell.
                count, most = int(paint.content.visits[state].sum()), paint.most_visits
                return f"{compact(count)} {round(64 * np.log1p(count) / max(np.log1p(most), 1e-9))}".encode()
            case "change":
                change: bytes = paint.change[state].round(2).tobytes()
                return change + f"{np.abs(paint.change).max():.2g}".encode()
            case "policy":
                policy: bytes = paint.policy[state].round(2).tobytes()
                best: bytes = (q >= q.max()).tobytes()
                value: bytes = paint.v_colors[state].tobytes()
                return policy + best + tried + value
        shown: bytes = q.round(paint.content.decimals).tobytes()
        colors: bytes = paint.q_colors[state].tobytes()
        bold: bytes = (q >= q.max()).tobytes()
        return shown + colors + tried + bold

    def _image(self, paint: Paint) -> QImage:
        layout = paint.content.world.layout
        states = layout.state_at[paint.content.context]
        shown = paint.v_colors
        if paint.layer == "visits":
            counts = np.log1p(paint.content.visits.sum(axis=1))
            shown = colors_at("cividis", counts / max(float(counts.max()), 1e-9))
        rgb = self._ground(layout.kinds).copy()
        known = np.flatnonzero((states >= 0) & np.asarray(paint.content.visits.any(axis=1))[np.maximum(states, 0)])
        rgb[known] = shown[states[known]]
        width, height = layout.columns, layout.rows
        # copy(): a QImage on a numpy buffer does not keep it alive.
        return QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()

    @staticmethod
    @lru_cache(maxsize=2)
    def _ground(kinds: tuple[str, ...]) -> NDArray[np.uint8]:
        fills = {kind: background(kind) for kind in set(kinds)}
        colors = {kind: (fill.red(), fill.green(), fill.blue()) for kind, fill in fills.items()}
        return np.array([colors[kind] for kind in kinds], np.uint8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._content is None:
            painter.setFont(font(TEXT))
            painter.setPen(color("dim"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, tr("stage.empty"))
            return
        if self._board.isNull():
            self._paint_board()
        board = self.board_box()
        painter.drawPixmap(board.topLeft(), self._board)
        age = time.monotonic() - self._flashed_at
        paint_overlay(painter, self, self._state, self._content, age)

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paint_board()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_under(event.position())
        if cell == self._hovered or self._content is None:
            return
        self._hovered = cell
        state = self._content.state_at(cell) if cell >= 0 else -1
        self.cell_hovered.emit(state)
        if cell >= 0:
            text = cell_text(self._state, self._content, cell)
            QToolTip.showText(event.globalPosition().toPoint(), text, self, self.cell_box(cell).toRect())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._content is None or event.button() != Qt.MouseButton.LeftButton:
            return
        cell = self.cell_under(event.position())
        state = self._content.state_at(cell) if cell >= 0 else -1
        self.pin(-1 if state == self._pinned else state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.key_pressed.emit(event)

    def sizeHint(self) -> QSize:
        return QSize(960, 400)
