"""Paints one cell of the stage in one of its layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.theme import font
from gui.widgets.cell_art import ENDS, FILLS, FLOOR, paint_kind
from gui.widgets.stage.content import Content
from gui.widgets.stage.marks import arrow, compact, hatch, triangle
from gui.widgets.stage.names import action_glyph, short_number
from gui.widgets.stage.scale import BLACK, WHITE, Rgb, ValueScale, black_ink, colors_at

FOUR_NUMBERS = 84
"""Cell size in pixels from which all four numbers are written."""

ONE_NUMBER = 52
"""Cell size from which the best one is written."""

CHIPS = 170
"""Cell size from which actions that are no moves get a chip of their own; below, only the best one gets it."""

_MANY_TIES = 4


@dataclass(frozen=True, kw_only=True)
class Paint:
    """What all cells of one picture share.

    Attributes:
        layer: ``value``, ``q``, ``policy``, ``visits`` or ``change``.
        content: The numbers.
        scale: The colour scale.
        policy: ``float64 [S, A]`` behaviour policy.
        change: ``float64 [S, A]`` recent change of each value.
        projector: Whether it is drawn for the last row.
        q_colors: ``uint8 [S, A, 3]``.
        v_colors: ``uint8 [S, 3]`` colours of the best tried value.
        v: ``float64 [S]`` the best tried value, 0 where none was.
        most_visits: Largest number of visits of a state.
    """

    layer: str
    content: Content
    scale: ValueScale
    policy: NDArray[np.float64]
    change: NDArray[np.float64]
    projector: bool
    q_colors: Rgb
    v_colors: Rgb
    v: NDArray[np.float64]
    most_visits: int


def paint_of(
    layer: str,
    content: Content,
    scale: ValueScale,
    policy: NDArray[np.float64],
    change: NDArray[np.float64],
    projector: bool,
) -> Paint:
    """Work out what all cells of one picture share."""
    tried = content.visits > 0
    best = np.where(tried, content.q, -np.inf).max(axis=1)
    v = np.where(np.isfinite(best), best, 0.0)
    return Paint(
        layer=layer,
        content=content,
        scale=scale,
        policy=policy,
        change=change,
        projector=projector,
        q_colors=scale.colors(content.q, projector),
        v_colors=scale.colors(v, projector),
        v=v,
        most_visits=int(content.visits.sum(axis=1).max(initial=0)),
    )


def background(kind: str) -> QColor:
    """Return the fill of a cell of which nothing is known; dark in both palettes."""
    return QColor(FILLS.get(kind, FLOOR))


def ink_on(rgb: NDArray[np.uint8]) -> QColor:
    """Return the ink that is read on a colour."""
    return QColor(BLACK if bool(black_ink(rgb)) else WHITE)


def paint_cell(painter: QPainter, paint: Paint, cell: int, box: QRectF) -> None:
    """Paint one cell.

    Args:
        painter: Where.
        paint: What all cells share.
        cell: Row-major number of the cell.
        box: Its place, gap excluded.
    """
    layout = paint.content.world.layout
    kind, state = layout.kinds[cell], paint.content.state_at(cell)
    painter.fillRect(box, background(kind))
    tried = state >= 0 and bool(paint.content.visits[state].any())
    if tried and kind not in ENDS:
        _LAYERS[paint.layer](painter, paint, state, box)
    _paint_place(painter, paint, cell, box, bare=not tried)


def _paint_place(painter: QPainter, paint: Paint, cell: int, box: QRectF, *, bare: bool) -> None:
    layout = paint.content.world.layout
    kind, size = layout.kinds[cell], box.width()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if bare or kind in ("cliff", "trap", "goal"):
        if kind != "start":
            paint_kind(painter, kind, layout.winds[cell], box)
    elif kind in ("ice", "wind", "teleporter", "noisy") and size >= 28:
        # Under numbers the kind moves into the corner, so that the cell still says what it is.
        corner = QRectF(box.x() + 1, box.y() + 1, size * 0.3, size * 0.3)
        painter.setOpacity(0.9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(16, 21, 26, 150))
        painter.drawRoundedRect(corner, 4, 4)
        paint_kind(painter, kind, layout.winds[cell], corner)
        painter.setOpacity(1.0)
    mark = layout.marks[cell]
    if mark and size >= 26:
        painter.setFont(font(max(10, size * 0.17), bold=True))
        ink = QColor("#E9EEF3") if bare or kind in ENDS else ink_on(paint.v_colors[paint.content.state_at(cell)])
        painter.setPen(ink)
        where = box.adjusted(4, 2, -5, -3)
        painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, mark)
    if kind == "start" and bare and size >= 26:
        painter.setFont(font(max(10, size * 0.2), bold=True))
        painter.setPen(QColor("#9BA8B5"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "S")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


# ── layers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _value(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    rgb = paint.v_colors[state]
    painter.fillRect(box, QColor(*map(int, rgb)))
    if bool(paint.scale.beyond(paint.v[state])):
        hatch(painter, QPolygonF(box), ink_on(rgb))
    if paint.projector:
        _arrow_and_number(painter, paint, state, box)
    elif box.width() >= 40:
        painter.setFont(font(min(22, box.width() * 0.26), semibold=True))
        painter.setPen(ink_on(rgb))
        text = short_number(float(paint.v[state]), paint.content.decimals)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _arrow_and_number(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    ink = ink_on(paint.v_colors[state])
    numbers = box.width() >= 80
    centre = box.center() - QPointF(0, box.height() * 0.18 if numbers else 0)
    for action in best_actions(paint.content, state)[:2]:
        step = paint.content.world.layout.action_steps[action]
        if step is not None:
            arrow(painter, centre, step, box.width() * (0.3 if numbers else 0.55), ink, max(2.0, box.width() / 38))
    if numbers:
        painter.setFont(font(max(26, box.width() * 0.25), semibold=True))
        painter.setPen(ink)
        where = box.adjusted(0, box.height() * 0.46, 0, -box.height() * 0.06)
        painter.drawText(
            where, Qt.AlignmentFlag.AlignCenter, short_number(float(paint.v[state]), paint.content.decimals)
        )


def best_actions(content: Content, state: int) -> list[int]:
    """Return the tried actions that share the best value of a state."""
    tried = content.visits[state] > 0
    if not tried.any():
        return []
    q = np.where(tried, content.q[state], -np.inf)
    return [int(action) for action in np.flatnonzero(q >= q.max())]


def _q(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    if paint.projector:
        _value(painter, paint, state, box)
        return
    content, world = paint.content, paint.content.world
    best = best_actions(content, state)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for action, step in enumerate(world.layout.action_steps):
        if step is None or content.visits[state, action] == 0:
            continue
        rgb = paint.q_colors[state, action]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*map(int, rgb)))
        shape = triangle(step, box)
        painter.drawPolygon(shape)
        if bool(paint.scale.beyond(content.q[state, action])):
            hatch(painter, shape, ink_on(rgb))
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
    painter.drawLine(box.topLeft(), box.bottomRight())
    painter.drawLine(box.topRight(), box.bottomLeft())
    size = box.width()
    if size >= FOUR_NUMBERS:
        for action in range(world.actions):
            _q_number(painter, paint, state, action, box, bold=action in best and len(best) < _MANY_TIES)
    elif size >= ONE_NUMBER and best:
        _best_number(painter, paint, state, best[0], box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _q_number(painter: QPainter, paint: Paint, state: int, action: int, box: QRectF, *, bold: bool) -> None:
    content, size = paint.content, box.width()
    step = content.world.layout.action_steps[action]
    if content.visits[state, action] == 0:
        return
    text = short_number(float(content.q[state, action]), content.decimals)
    pixels = min(20.0, size * 0.145) * (1.14 if bold else 1.0)
    painter.setFont(font(pixels, bold=bold))
    if step is None:
        _chip(painter, paint, state, action, box, text, pixels * 0.86)
        return
    painter.setPen(ink_on(paint.q_colors[state, action]))
    edge = size * 0.045
    flags = Qt.AlignmentFlag
    where, how = {
        (-1, 0): (box.adjusted(0, edge * 1.7, 0, 0), flags.AlignTop | flags.AlignHCenter),
        (1, 0): (box.adjusted(0, 0, 0, -edge * 1.7), flags.AlignBottom | flags.AlignHCenter),
        (0, 1): (box.adjusted(0, 0, -edge, 0), flags.AlignVCenter | flags.AlignRight),
        (0, -1): (box.adjusted(edge, 0, 0, 0), flags.AlignVCenter | flags.AlignLeft),
    }[step]
    painter.drawText(where, how, text)


def _chip(painter: QPainter, paint: Paint, state: int, action: int, box: QRectF, text: str, pixels: float) -> None:
    alone = box.width() < CHIPS
    if alone and action not in best_actions(paint.content, state):
        return
    extra = [a for a, step in enumerate(paint.content.world.layout.action_steps) if step is None]
    width, height = box.width() * 0.4, box.width() * 0.15
    place = 0.5 if alone else len(extra) / 2 - extra.index(action)
    top = box.center().y() - place * (height + 2) + 1
    chip = QRectF(box.center().x() - width / 2, top, width, height)
    rgb = paint.q_colors[state, action]
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
    painter.setBrush(QColor(*map(int, rgb)))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(ink_on(rgb))
    painter.setFont(font(pixels))
    glyph = action_glyph(paint.content.world, action)[:1]
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, f"{glyph} {text}")


def _best_number(painter: QPainter, paint: Paint, state: int, action: int, box: QRectF) -> None:
    rgb = paint.q_colors[state, action]
    step = paint.content.world.layout.action_steps[action]
    text = short_number(float(paint.content.q[state, action]), paint.content.decimals)
    painter.setFont(font(min(15.0, box.width() * 0.24), bold=True))
    painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
    size = painter.fontMetrics().boundingRect(text).adjusted(-4, -1, 4, 1)
    badge = QRectF(0, 0, size.width(), size.height())
    badge.moveCenter(box.center())
    if step is not None:
        badge.translate(0, step[0] * box.height() * 0.16)
    painter.setBrush(QColor(*map(int, rgb)))
    painter.drawRoundedRect(badge, 4, 4)
    painter.setPen(ink_on(rgb))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def _policy(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    rgb = paint.v_colors[state]
    painter.fillRect(box, QColor(*map(int, rgb)))
    ink = ink_on(rgb)
    best = best_actions(paint.content, state)
    size = box.width()
    for action, step in enumerate(paint.content.world.layout.action_steps):
        share = float(paint.policy[state, action])
        if step is None or share < 0.02:
            continue
        length = size * (0.14 + 0.3 * share)
        faint = QColor(ink)
        faint.setAlphaF(1.0 if action in best else 0.45)
        arrow(
            painter, box.center(), step, length, faint, max(1.5, size / 40) * (1.4 if action in best else 0.8), out=True
        )
    if len(best) > 1 and size >= 36:
        painter.setFont(font(max(11, size * 0.2), bold=True))
        painter.setPen(ink)
        painter.drawText(box.adjusted(4, 1, -4, -2), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, "=")
    extra = [a for a in best if paint.content.world.layout.action_steps[a] is None]
    if extra and size >= ONE_NUMBER:
        painter.setFont(font(max(11, size * 0.13), bold=True))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, action_glyph(paint.content.world, extra[0]))


def _visits(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    count = int(paint.content.visits[state].sum())
    # Counts spread over many powers of ten; their logarithm is what can be seen.
    share = np.log1p(count) / max(np.log1p(paint.most_visits), 1e-9)
    rgb = colors_at("cividis", np.array(share))
    painter.fillRect(box, QColor(*map(int, rgb)))
    if box.width() >= 40:
        painter.setFont(font(min(18, box.width() * 0.2), semibold=True))
        painter.setPen(ink_on(rgb))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, compact(count))


def _change(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    moved = paint.change[state]
    action = int(np.abs(moved).argmax())
    change = float(moved[action])
    if change == 0.0:
        painter.fillRect(box, QColor("#2C3640"))
        return
    largest = max(float(np.abs(paint.change).max()), 1e-12)
    strength = 0.25 + 0.75 * abs(change) / largest
    rgb = colors_at("blue_orange", np.array(0.5 + 0.5 * strength * (1 if change > 0 else -1)))
    painter.fillRect(box, QColor(*map(int, rgb)))
    if box.width() >= 40:
        painter.setFont(font(min(16, box.width() * 0.19), semibold=True))
        painter.setPen(ink_on(rgb))
        sign = "▲" if change > 0 else "▼"
        text = f"{sign} {short_number(abs(change), 2)}"
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


_LAYERS = {"value": _value, "q": _q, "policy": _policy, "visits": _visits, "change": _change}

LAYERS = tuple(_LAYERS)
"""The layers there are."""
