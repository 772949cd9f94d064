"""What can be seen of a cell, to tell whether it must be painted again; and a world of tiny cells as dots."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from gui.widgets.stage.board import Board
from gui.widgets.stage.cell_painter import Paint, background
from gui.widgets.stage.marks import compact
from gui.widgets.stage.scale import colors_at


def seen_of(paint: Paint, cell: int) -> bytes:
    """Return everything that can be seen of a cell in the layer painted."""
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
    if paint.content.v is not None:
        # The value of the state stands apart from what is told of its moves.
        colors += paint.v[state].round(paint.content.decimals).tobytes() + paint.v_colors[state].tobytes()
    if paint.content.has_arms and paint.content.exact.size:
        colors += paint.content.exact[state].tobytes()
    bold: bytes = (q >= q.max()).tobytes()
    return shown + colors + tried + bold


def dots(paint: Paint) -> QImage:
    """Return a picture of one pixel for each cell."""
    layout = paint.content.world.layout
    states = layout.state_at[paint.content.context]
    shown = paint.v_colors
    if paint.layer == "visits":
        counts = np.log1p(paint.content.visits.sum(axis=1))
        shown = colors_at("cividis", counts / max(float(counts.max()), 1e-9))
    rgb = _ground(layout.kinds).copy()
    known = np.flatnonzero((states >= 0) & np.asarray(paint.content.visits.any(axis=1))[np.maximum(states, 0)])
    rgb[known] = shown[states[known]]
    width, height = layout.columns, layout.rows
    # copy(): a QImage on a numpy buffer does not keep it alive.
    return QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def paint_dots(painter: QPainter, paint: Paint, board: Board) -> None:
    """Paint the same as boxes, as many cells at once as have one colour: sharp at any size."""
    image = dots(paint)
    for row in range(board.rows):
        start = 0
        for column in range(1, board.columns + 1):
            if column < board.columns and image.pixel(column, row) == image.pixel(start, row):
                continue
            box = board.cell_box(row * board.columns + start)
            box.setWidth((column - start) * board.size)
            box.setHeight(board.size)
            painter.fillRect(box, QColor(image.pixel(start, row)))
            start = column


@lru_cache(maxsize=2)
def _ground(kinds: tuple[str, ...]) -> NDArray[np.uint8]:
    fills = {kind: background(kind) for kind in set(kinds)}
    colors = {kind: (fill.red(), fill.green(), fill.blue()) for kind, fill in fills.items()}
    return np.array([colors[kind] for kind in kinds], np.uint8)
