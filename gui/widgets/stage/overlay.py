"""What moves over the painted cells: the agent, the last move, the newest update, the pinned cell, inner walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.icons import paint_icon
from gui.state.run_state import RunState
from gui.theme import color, font, theme
from gui.widgets.stage.content import Content
from gui.widgets.stage.marks import arrow
from gui.widgets.stage.names import short_number

if TYPE_CHECKING:
    from gui.widgets.stage.stage import StageWidget

FLASH_SECONDS = 0.6
"""How long the outline of the newest update stays while steps follow each other."""

TAG_SECONDS = 1.6
"""How long the old and the new value are written beside it."""

SLOW = 4.0
"""Up to so many updates a second the old and the new value are written beside a change."""


def paint_overlay(painter: QPainter, stage: StageWidget, state: RunState, content: Content, age: float) -> None:
    """Paint everything above the cells.

    Args:
        painter: On the stage.
        stage: Where cells lie.
        state: The run.
        content: The numbers on show.
        age: Seconds since the newest step or beat.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    size = stage.cell_size()
    _walls_and_markers(painter, stage, content, size)
    if size >= 20:
        _move(painter, stage, state, content, size)
    _update(painter, stage, state, content, age)
    if content.agent_state >= 0:
        _agent(painter, stage, content, size)
    if stage.pinned >= 0:
        box = stage.cell_box(int(content.world.layout.cell_of_state[stage.pinned]))
        _outline(painter, box, QColor("#FFFFFF"), 3.0)
        _outline(painter, box.adjusted(2, 2, -2, -2), QColor("#10151A"), 1.5)
    if stage.hasFocus() and not theme().projector:
        painter.setPen(QPen(color("accent"), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(stage.board_box().adjusted(-3, -3, 1, 1), 5, 5)


def _outline(painter: QPainter, box: QRectF, ink: QColor, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2))


def _walls_and_markers(painter: QPainter, stage: StageWidget, content: Content, size: int) -> None:
    layout = content.world.layout
    painter.setPen(QPen(QColor("#E9EEF3"), max(2.0, size / 16), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for one, other in layout.inner_walls:
        box = stage.cell_box(max(one, other))
        left = box.topLeft() - QPointF(1, 1)
        across = abs(one - other) == 1
        painter.drawLine(left, left + (QPointF(0, size) if across else QPointF(size, 0)))
    for cell, what in layout.markers[content.context]:
        box = stage.cell_box(cell)
        if what == "destination":
            _outline(painter, box.adjusted(1, 1, -1, -1), QColor("#4CC38A"), max(3.0, size / 24))
        else:
            painter.setPen(QPen(QColor("#10151A"), 1.5))
            painter.setBrush(QColor("#F2B84B"))
            radius = max(4.0, size * 0.1)
            painter.drawEllipse(box.topLeft() + QPointF(radius + 4, radius + 4), radius, radius)


def _agent(painter: QPainter, stage: StageWidget, content: Content, size: int) -> None:
    box = stage.cell_box(int(content.world.layout.cell_of_state[content.agent_state]))
    radius = max(2.5, min(size * 0.14, 22.0))
    painter.setPen(QPen(QColor("#FFFFFF"), max(1.5, radius * 0.32)))
    painter.setBrush(QColor("#10151A"))
    painter.drawEllipse(box.center(), radius, radius)


def _move(painter: QPainter, stage: StageWidget, state: RunState, content: Content, size: int) -> None:
    if state.tick is None or state.beat < 1 or (state.covered and state.beat < 2):
        return
    tick = state.tick.tick
    if tick["state"] < 0:
        return
    step = content.world.layout.action_steps[int(tick["action"])]
    box = stage.cell_box(int(content.world.layout.cell_of_state[int(tick["state"])]))
    explored = bool(tick["explored"])
    ink = color("explore") if explored else QColor("#FFFFFF")
    if step is not None:
        start = box.center() + QPointF(step[1], step[0]) * (size * 0.3)
        length, width = size * 0.46, max(2.0, min(4.0, size / 30))
        arrow(painter, start, step, length, QColor(16, 21, 26, 200), width + 2.5, out=True, head=width * 3.2)
        arrow(painter, start, step, length, ink, width, out=True, dashed=explored, head=width * 3.2)
    if explored and size >= 36:
        side = max(14.0, size * 0.22)
        die = QRectF(box.x() + 3, box.bottom() - side - 3, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(die, 4, 4)
        paint_icon(painter, "dice", die.adjusted(1, 1, -1, -1), color("explore"))


def _update(painter: QPainter, stage: StageWidget, state: RunState, content: Content, age: float) -> None:
    if state.tick is None or state.beat < 4 or not state.tick.changes:
        return
    slow = state.phase != "running" or 0 < state.speed <= SLOW
    if not slow and state.speed > 15:
        # Too fast for outlines: rings that fade over a second would be more than three flashes a second.
        return
    changes = state.tick.changes[-40:]
    cells = {int(content.world.layout.cell_of_state[int(change["state"])]) for change in changes}
    lasting = len(cells) == 1 and slow
    if age > FLASH_SECONDS and not lasting and not theme().reduced_motion:
        return
    for cell in cells:
        _outline(painter, stage.cell_box(cell).adjusted(1, 1, -1, -1), color("accent"), 3.0)
    if lasting and age < TAG_SECONDS and stage.cell_size() >= 36 and not theme().projector:
        change = changes[-1]
        _old_to_new(painter, stage, cells.pop(), float(change["old"]), float(change["new"]), content.decimals)


def _old_to_new(painter: QPainter, stage: StageWidget, cell: int, old: float, new: float, decimals: int) -> None:
    sign, ink = ("▲", "#4CC38A") if new > old else ("▼", "#FF7A66") if new < old else ("=", "#E9EEF3")
    text = f"{short_number(old, decimals + 1)} → {short_number(new, decimals + 1)}"
    painter.setFont(font(13, semibold=True, mono=True))
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + metrics.horizontalAdvance(sign) + 24
    box = stage.cell_box(cell)
    tag = QRectF(0, 0, width, 24)
    tag.moveCenter(QPointF(box.center().x(), box.top() - 15))
    if tag.top() < 0:
        tag.moveTop(box.bottom() + 3)
    tag.moveLeft(max(2.0, min(tag.left(), stage.width() - width - 2)))
    painter.setPen(QPen(color("accent"), 1.5))
    painter.setBrush(QColor("#161C22"))
    painter.drawRoundedRect(tag, 6, 6)
    painter.setPen(QColor("#E9EEF3"))
    painter.drawText(tag.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.setPen(QColor(ink))
    painter.drawText(tag.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, sign)
