"""What moves over the painted cells: the agent, the last move, the newest update, the pinned cell, inner walls."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from agents.tabular.arrays import IN_Q
from gui.state.run_state import RunState
from gui.theme import color, font, theme
from gui.widgets.stage.agent_mark import paint_agent, paint_move
from gui.widgets.stage.board import Board
from gui.widgets.stage.change_marks import ChangeMarks
from gui.widgets.stage.content import Content
from gui.widgets.stage.names import short_number
from gui.widgets.stage.sub_updates import paint_sub_updates

_LIGHT, _DARK = QColor("#FFFFFF"), QColor("#10151A")
_SMALLEST_WITH_MARK, _SMALLEST_WITH_TAG = 16, 36

_BARS = {"brick": ("#D6785C", 3), "paddle": ("#E9EEF3", 0)}
"""Colour of what stands on the grid as a bar, and where in its cell, in eighths from above."""


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """What is drawn over the cells.

    Attributes:
        board: Where cells lie.
        state: The run.
        content: The numbers on show.
        marks: What has just changed.
        now: The clock of ``marks``, in seconds.
        size: Of the whole widget or picture, in pixels.
        pinned: Cell shown in the lens, −1 for none.
        cursor: Cell of the keyboard's cursor, −1 for none.
        focused: Whether keys act here.
        marked: Cells with a mark in their corner.
        pointed: Cell outlined because its like elsewhere is under the mouse, −1 for none.
    """

    board: Board
    state: RunState
    content: Content
    marks: ChangeMarks
    now: float
    size: QSizeF
    pinned: int = -1
    cursor: int = -1
    focused: bool = False
    marked: frozenset[int] = frozenset()
    pointed: int = -1


def paint_overlay(painter: QPainter, over: Overlay) -> None:
    """Paint everything above the cells."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    board, content = over.board, over.content
    _walls_and_markers(painter, board, content)
    for cell in over.marked:
        box = board.cell_box(cell)
        corner_mark(painter, box, max(5.0, min(box.width() * 0.2, 18.0)))
    _changes(painter, over)
    paint_sub_updates(painter, board, content, over.state)
    paint_move(painter, board, over.state, content, projector=theme().projector)
    if content.agent_state >= 0:
        paint_agent(painter, board, content, projector=theme().projector)
    if over.pointed >= 0:
        last_update(painter, board.cell_box(over.pointed))
    if over.pinned >= 0:
        _brackets(painter, board.cell_box(over.pinned))
    if over.cursor >= 0 and over.focused:
        _cursor(painter, board.cell_box(over.cursor))
    _tag(painter, over)
    if over.focused and not theme().projector:
        painter.setPen(QPen(color("accent"), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(board.box.adjusted(-3, -3, 1, 1), 5, 5)


def outline(painter: QPainter, box: QRectF, ink: QColor, width: float) -> None:
    """Draw a frame inside a box."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2))


def corner_mark(painter: QPainter, box: QRectF, side: float) -> None:
    """Mark the lower left corner: a light ear with a dark edge, seen on every colour, where no number stands."""
    ear = QPolygonF([box.bottomLeft() - QPointF(0, side), box.bottomLeft(), box.bottomLeft() + QPointF(side, 0)])
    painter.setPen(QPen(_DARK, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(_LIGHT)
    painter.drawPolygon(ear)


def _walls_and_markers(painter: QPainter, board: Board, content: Content) -> None:
    layout, size = content.world.layout, board.size
    painter.setPen(QPen(QColor("#E9EEF3"), max(2.0, size / 16), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for one, other in layout.inner_walls:
        left = board.cell_box(max(one, other)).topLeft() - QPointF(1, 1)
        across = abs(one - other) == 1
        painter.drawLine(left, left + (QPointF(0, size) if across else QPointF(size, 0)))
    for cell, what in layout.markers[content.context]:
        box = board.cell_box(cell)
        if what == "destination":
            outline(painter, box.adjusted(1, 1, -1, -1), QColor("#4CC38A"), max(3.0, size / 24))
        elif what in _BARS:
            bar, top = _BARS[what]
            painter.setPen(QPen(_DARK, 1.5))
            painter.setBrush(QColor(bar))
            place = QRectF(box.x() + size / 16, box.y() + size * top / 8, box.width() - size / 8, size / 4)
            painter.drawRoundedRect(place, size / 16, size / 16)
        else:
            painter.setPen(QPen(_DARK, 1.5))
            painter.setBrush(QColor("#F2B84B"))
            radius = max(4.0, size * 0.1)
            painter.drawEllipse(box.topLeft() + QPointF(radius + 4, radius + 4), radius, radius)


def _changes(painter: QPainter, over: Overlay) -> None:
    still = theme().reduced_motion
    for cell, strength in over.marks.rings(over.now, still=still).items():
        ink = QColor(_LIGHT)
        ink.setAlphaF(strength)
        box = over.board.cell_box(cell)
        if over.board.size >= _SMALLEST_WITH_MARK:
            _ring(painter, box, ink)
    if over.marks.last >= 0 and over.board.size >= _SMALLEST_WITH_MARK:
        last_update(painter, over.board.cell_box(over.marks.last))
    cells, strength = over.marks.outline(over.now, still=still)
    for cell in cells:
        ink = color("accent")
        ink.setAlphaF(strength)
        outline(painter, over.board.cell_box(cell), ink, max(2.0, min(4.0, over.board.size / 24)))


def _ring(painter: QPainter, box: QRectF, ink: QColor) -> None:
    width = max(1.5, min(3.0, box.width() / 32))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, width))
    inside = width / 2 + 0.5
    painter.drawRoundedRect(box.adjusted(inside, inside, -inside, -inside), box.width() * 0.12, box.width() * 0.12)


def last_update(painter: QPainter, box: QRectF) -> None:
    """Draw the mark of the newest update: a light frame with a dark one inside, seen on every colour."""
    width = max(1.0, min(2.0, box.width() / 48))
    inside = box.adjusted(1, 1, -1, -1)
    outline(painter, inside, _LIGHT, width)
    outline(painter, inside.adjusted(width, width, -width, -width), _DARK, max(1.0, width * 0.75))


def _brackets(painter: QPainter, box: QRectF) -> None:
    """Draw the corners of a viewfinder: this is the cell under the lens."""
    arm = max(4.0, box.width() * 0.26)
    for ink, width in ((_DARK, 5.5), (_LIGHT, 3.0)):
        painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
        for corner, x, y in (
            (box.topLeft(), 1, 1),
            (box.topRight(), -1, 1),
            (box.bottomRight(), -1, -1),
            (box.bottomLeft(), 1, -1),
        ):
            at = corner + QPointF(x, y)
            painter.drawPolyline([at + QPointF(x * arm, 0), at, at + QPointF(0, y * arm)])


def _cursor(painter: QPainter, box: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_DARK, 4.0))
    painter.drawRect(box.adjusted(3, 3, -3, -3))
    painter.setPen(QPen(color("accent"), 2.0, Qt.PenStyle.DashLine))
    painter.drawRect(box.adjusted(3, 3, -3, -3))


def _tag(painter: QPainter, over: Overlay) -> None:
    shown = over.board.size >= _SMALLEST_WITH_TAG and not theme().projector and over.marks.shows_tag(over.now)
    if not shown:
        return
    change, decimals = over.marks.change, over.content.decimals
    old, new = float(change["old"]), float(change["new"])
    sign, ink = ("▲", "#4CC38A") if new > old else ("▼", "#FF7A66") if new < old else ("=", "#E9EEF3")
    # What is drawn in the cell is a probability; what moved is the preference behind it.
    letter = "h " if over.content.shows == "probabilities" and change.get("table", IN_Q) == IN_Q else ""
    text = f"{letter}{short_number(old, decimals + 1)} → {short_number(new, decimals + 1)}"
    painter.setFont(font(13, semibold=True, mono=True))
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + metrics.horizontalAdvance(sign) + 24
    tag = _tag_box(over, QSizeF(width, 24))
    painter.setPen(QPen(color("accent"), 1.5))
    painter.setBrush(QColor("#161C22"))
    painter.drawRoundedRect(tag, 6, 6)
    painter.setPen(QColor("#E9EEF3"))
    painter.drawText(tag.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.setPen(QColor(ink))
    painter.drawText(tag.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, sign)


def _tag_box(over: Overlay, size: QSizeF) -> QRectF:
    """Return the place beside the newest update that hides neither it nor the agent nor its move."""
    content, box = over.content, over.board.cell_box(over.marks.last)
    middle = box.center() - QPointF(size.width() / 2, size.height() / 2)
    above, below = QPointF(middle.x(), box.top() - size.height() - 3), QPointF(middle.x(), box.bottom() + 3)
    right, left = QPointF(box.right() + 5, middle.y()), QPointF(box.left() - size.width() - 5, middle.y())
    agent = int(content.world.layout.cell_of_state[content.agent_state]) if content.agent_state >= 0 else -1
    taken = over.board.cell_box(agent) if agent >= 0 else QRectF()
    places = [QRectF(at, size) for at in (above, below, right, left)]
    for place in places[:2]:
        place.moveLeft(max(2.0, min(place.left(), over.size.width() - size.width() - 2)))
    inside = QRectF(QPointF(0, 0), over.size)
    free = [place for place in places if inside.contains(place)]
    best = [place for place in free if not place.intersects(taken)]
    return (best or free or places)[0]
