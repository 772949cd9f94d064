"""What one step wrote besides its own value: traces that an error reached, and steps the agent only imagined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.state.beats import LAST
from gui.state.run_state import RunState
from gui.widgets.stage.board import Board
from gui.widgets.stage.content import Content

IMAGINED, TRACE = 1, 2
"""Kinds of an update, as in the ``UPDATE`` record; 0 is what really happened there."""

SubUpdates = Literal["", "traces", "imagined"]
"""What an agent writes besides its own value."""

SMALLEST = 28
"""Below this cell size nothing is drawn."""

_DARK = QColor("#0F1317")
_TRACE_INK, _IMAGINED_INK = QColor("#7FD7FF"), QColor("#F2B84B")
_FAINTEST = 0.25
_OUT = 0.31
"""How far from the middle of the cell a mark lies toward its action, as a share of the cell."""


def paint_sub_updates(painter: QPainter, board: Board, content: Content, state: RunState) -> None:
    """Mark every value the newest step changed besides its own: a dot for a trace, a diamond for an imagined step.

    The stronger the trace, the larger and clearer its dot. Nothing is drawn until all beats are shown.
    """
    if state.tick is None or state.beat < LAST or board.size < SMALLEST:
        return
    changes = [each for each in state.tick.changes if int(each["kind"]) in (IMAGINED, TRACE)]
    most = max((abs(float(each["weight"])) for each in changes), default=0.0) or 1.0
    for change in _newest_of_each(changes):
        cell = int(content.world.layout.cell_of_state[int(change["state"])])
        if content.state_at(cell) != int(change["state"]):
            continue
        place = _place(board.cell_box(cell), content, int(change["action"]))
        share = min(1.0, abs(float(change["weight"])) / most)
        if int(change["kind"]) == TRACE:
            _dot(painter, place, board.size, share)
        else:
            _diamond(painter, place, board.size)


def sub_updates_of(settings: Mapping[str, Any]) -> SubUpdates:
    """Return what an agent with these settings writes besides its own value."""
    return "traces" if "lam" in settings else "imagined" if "planning_steps" in settings else ""


def paint_sign(painter: QPainter, kind: SubUpdates, at: QPointF) -> None:
    """Draw one mark, for the legend."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if kind == "traces":
        _dot(painter, at, 40.0, 1.0)
    elif kind == "imagined":
        _diamond(painter, at, 50.0)


def _newest_of_each(changes: list[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    return {(each["kind"], each["state"], each["action"]): each for each in changes}.values()


def _place(box: QRectF, content: Content, action: int) -> QPointF:
    steps = content.world.layout.action_steps
    step = steps[action] if 0 <= action < len(steps) else None
    d_row, d_column = step if step is not None else (0, 0)
    return box.center() + QPointF(d_column * box.width() * _OUT, d_row * box.height() * _OUT)


def _dot(painter: QPainter, at: QPointF, size: float, share: float) -> None:
    ink = QColor(_TRACE_INK)
    ink.setAlphaF(_FAINTEST + (1.0 - _FAINTEST) * share)
    edge = QColor(_DARK)
    edge.setAlphaF(ink.alphaF())
    painter.setPen(QPen(edge, 1.5))
    painter.setBrush(ink)
    radius = max(3.0, size * (0.045 + 0.045 * share))
    painter.drawEllipse(at, radius, radius)


def _diamond(painter: QPainter, at: QPointF, size: float) -> None:
    reach = max(4.0, size * 0.085)
    corners = [QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shape = QPolygonF([at + corner for corner in corners])
    for pen in (QPen(_DARK, 3.5), QPen(_IMAGINED_INK, 2.0)):
        painter.setPen(pen)
        painter.drawPolygon(shape)
