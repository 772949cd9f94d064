"""The agent and its last move, drawn where they cover no number.

A cell with numbers is full: four values along its edges, its kind in the upper left corner, a letter in the lower
right. The agent stands in the upper right corner; an arrow across an edge keeps to the lane beside the numbers; the die
of an exploring move takes the lower corner the arrow leaves free.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.icons import paint_icon
from gui.state.run_state import RunState
from gui.theme import color
from gui.widgets.stage.arms import column
from gui.widgets.stage.board import Board
from gui.widgets.stage.cell_painter import PROJECTOR_NUMBER
from gui.widgets.stage.content import Content, newest_tick
from gui.widgets.stage.marks import arrow

CORNER_FROM = 40
"""Cell size from which numbers stand in cells and the agent makes room for them."""

_PLAIN = ("floor", "start")
"""Kinds with no sign of their own in the middle that the agent would hide."""

_SMALLEST_WITH_MOVE, _SMALLEST_WITH_DIE = 20, 36


def agent_box(board: Board, content: Content, *, projector: bool) -> QRectF:
    """Return where the agent's disc lies, its ring included: in the middle of a cell in which nothing is written."""
    at, layout = content.agent_state, content.world.layout
    cell = int(layout.cell_of_state[at])
    box = board.cell_box(cell)
    size = box.width()
    empty = not content.visits[at].any() and layout.kinds[cell] in _PLAIN
    if size < CORNER_FROM or empty:
        radius = max(3.0, size * 0.2)
        return QRectF(box.center() - QPointF(radius, radius), box.center() + QPointF(radius, radius))
    side = size * 0.29 if projector else min(size * 0.23, 40.0)
    return QRectF(box.right() - side - size * 0.015, box.top() + size * 0.015, side, side)


def paint_agent(painter: QPainter, board: Board, content: Content, *, projector: bool) -> None:
    """Draw the agent where it stands; before a row of arms there is nowhere else to stand."""
    if content.has_arms:
        return
    place = agent_box(board, content, projector=projector)
    ring = max(1.5, place.width() * 0.15)
    # A thin dark rim outside the white ring: on the brightest yellow white alone would not be seen.
    painter.setPen(QPen(QColor("#10151A"), 1.0))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawEllipse(place)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#10151A"))
    painter.drawEllipse(place.adjusted(ring, ring, -ring, -ring))


def paint_move(painter: QPainter, board: Board, state: RunState, content: Content, *, projector: bool) -> None:
    """Draw the newest move as far as its beats are shown: solid if greedy, dashed and with a die if it explored."""
    tick = newest_tick(state)
    if tick is None or state.beat < 1 or (state.covered and state.beat < 2) or board.size < _SMALLEST_WITH_MOVE:
        return
    happened = tick.tick
    if happened["state"] < 0:
        return
    step = content.world.layout.action_steps[int(happened["action"])]
    box = board.cell_box(int(content.world.layout.cell_of_state[int(happened["state"])]))
    explored, bumped = bool(happened["explored"]), happened["next_state"] == happened["state"]
    if content.has_arms:
        strip = column(box, int(happened["action"]), content.world.actions)
        painter.setPen(QPen(color("explore" if explored else "accent"), 3.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(strip.adjusted(2, 3, -2, -3), 5, 5)
        if explored:
            _die(painter, strip.adjusted(0, 0, 0, -box.height() * 0.11), right=False)
        return
    if step is not None:
        _arrow(painter, box, step, explored=explored, bumped=bumped, projector=projector)
    if explored and board.size >= _SMALLEST_WITH_DIE:
        _die(painter, box, right=step == (1, 0))


def _arrow(
    painter: QPainter, box: QRectF, step: tuple[int, int], *, explored: bool, bumped: bool, projector: bool
) -> None:
    size = box.width()
    along = QPointF(step[1], step[0])
    length, width = size * 0.42, max(1.5, min(4.0, size / 36))
    middle = box.center() + along * (size * 0.5)
    if bumped:
        # It went nowhere: the arrow ends at the edge.
        length *= 0.8
        middle -= along * (length * 0.5 + width)
    if size >= CORNER_FROM:
        middle += _lane(step, size, projector=projector and not bumped)
    ink, casing = (color("explore"), QColor("#FFFFFF")) if explored else (QColor("#FFFFFF"), QColor(16, 21, 26, 215))
    for shade, more in ((casing, 2.5), (ink, 0.0)):
        arrow(painter, middle, step, length, shade, width + more, dashed=explored and not more, head=width * 3.0)


def _lane(step: tuple[int, int], size: float, *, projector: bool) -> QPointF:
    """Return how far beside the middle of the edge an arrow crosses it."""
    if projector:
        # Its best move above, one number below: sideways between the two, upwards and downwards left of the move.
        # In a cell too small for the number the move is in the middle: then below it.
        below = 0.0 if size >= PROJECTOR_NUMBER else size * 0.3
        return QPointF(0, below) if step[0] == 0 else QPointF(-size * 0.36, size * 0.08)
    return QPointF(0, size * 0.165) if step[0] == 0 else QPointF(-size * 0.355, 0)


def _die(painter: QPainter, box: QRectF, *, right: bool) -> None:
    side = max(14.0, box.width() * 0.22)
    left = box.right() - side - 3 if right else box.x() + 3
    die = QRectF(left, box.bottom() - side - 3, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawRoundedRect(die, 4, 4)
    paint_icon(painter, "dice", die.adjusted(1, 1, -1, -1), color("explore"))
