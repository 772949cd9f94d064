"""Paints one cell of the stage in one of its layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.theme import font
from gui.widgets.cell_art import ENDS, FILLS, FLOOR, paint_kind
from gui.widgets.stage.arms import Bar, paint_arms
from gui.widgets.stage.content import Content
from gui.widgets.stage.ink import Shade, ink_on, shade_of, shades, write
from gui.widgets.stage.marks import arrow, compact, hatch, triangle
from gui.widgets.stage.names import action_glyph, action_sign, short_number
from gui.widgets.stage.scale import Rgb, ValueScale, colors_at

FOUR_NUMBERS = 82
"""Side of a cell in pixels, the gap to its neighbour left out, from which all four numbers are written."""

ONE_NUMBER = 50
"""Side from which the best one is written."""

PROJECTOR_NUMBER = 70
"""Side from which a value of 26 pixels, the least that is read from ten metres, fits into a cell with an arrow."""

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
        q_shades: Colour, black ink and hatching of every action value, for painters: plain values, no arrays.
        v_colors: ``uint8 [S, 3]`` colours of the best tried value.
        v_shades: The same of the best tried value.
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
    q_shades: Sequence[Sequence[Shade]]
    v_colors: Rgb
    v_shades: Sequence[Shade]
    v: NDArray[np.float64]
    most_visits: int


def paint_of(
    layer: str,
    content: Content,
    scale: ValueScale,
    policy: NDArray[np.float64],
    change: NDArray[np.float64],
    projector: bool,
    *,
    cells: bool = True,
) -> Paint:
    """Work out what all cells of one picture share; without ``cells``, only what a picture of coloured dots needs."""
    tried = content.visits > 0
    best = np.where(tried, content.q, -np.inf).max(axis=1)
    v = np.where(np.isfinite(best), best, 0.0)
    if content.shows != "values" and content.v is not None:
        v = content.v
    states, actions = content.q.shape
    q_colors, beyond = pair_colors(content, scale, projector)
    v_colors = scale.colors(v, projector)
    flat: list[Shade] = []
    if cells:
        flat = shades(q_colors.reshape(-1, 3), beyond.ravel())
    return Paint(
        layer=layer,
        content=content,
        scale=scale,
        policy=policy,
        change=change,
        projector=projector,
        q_colors=q_colors,
        q_shades=[flat[at : at + actions] for at in range(0, states * actions, actions)] if cells else [],
        v_colors=v_colors,
        v_shades=shades(v_colors, scale.beyond(v)) if cells else [],
        v=v,
        most_visits=int(content.visits.sum(axis=1).max(initial=0)),
    )


def pair_colors(content: Content, scale: ValueScale, projector: bool) -> tuple[Rgb, NDArray[np.bool_]]:
    """Return the colours of what is told of each pair, ``uint8 [S, A, 3]``, and what lies off the scale."""
    if content.shows == "probabilities":
        # Half of the map that takes black ink, on the wall; counts' colours else: it is no value.
        shares = 0.5 + 0.5 * content.q if projector else content.q
        return colors_at("blue_orange" if projector else "cividis", shares), np.zeros(content.q.shape, np.bool_)
    return scale.colors(content.q, projector), scale.beyond(content.q)


def background(kind: str) -> QColor:
    """Return the fill of a cell of which nothing is known; dark in both palettes."""
    return QColor(FILLS.get(kind, FLOOR))


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
    if state >= 0 and paint.content.has_arms:
        paint_arms(painter, paint.content, paint.layer, box, bars_of(paint, state))
        return
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
        ink = QColor("#E9EEF3") if bare or kind in ENDS else ink_on(paint.v_shades[paint.content.state_at(cell)])
        painter.setPen(ink)
        where = box.adjusted(4, 2, -5, -3)
        painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, mark)
    if kind == "start" and bare and size >= 26:
        painter.setFont(font(max(10, size * 0.2), bold=True))
        painter.setPen(QColor("#9BA8B5"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "S")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def bars_of(paint: Paint, state: int) -> list[Bar]:
    """Return the bar of each arm in the layer painted."""
    content, known = paint.content, paint.content.visits[state] > 0
    bars = []
    for arm in range(content.q.shape[1]):
        shade = paint.q_shades[state][arm]
        tried, exact = bool(known[arm]), math.nan
        if paint.layer == "visits":
            share = content.visits[state, arm] / max(1, int(content.visits[state].max()))
            value, text = float(share), compact(int(content.visits[state, arm]))
            shade = shade_of(colors_at("cividis", np.array(share)))
        elif paint.layer == "policy" or content.shows == "probabilities":
            value = float(paint.policy[state, arm])
            text, tried = short_number(value, 2), True
            shade = shade_of(colors_at("cividis", np.array(value)))
        elif paint.layer == "change":
            value = float(paint.change[state, arm])
            text = short_number(value, 2)
        else:
            value = float(content.q[state, arm])
            text = short_number(value, content.decimals)
            exact = float(content.exact[state, arm]) if content.exact.size else math.nan
        bars.append(Bar(value=value, text=text, shade=shade, tried=tried, exact=exact))
    return bars


# ── layers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _value(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    shade = paint.v_shades[state]
    painter.fillRect(box, QColor(shade.rgb))
    if shade.beyond:
        hatch(painter, QPolygonF(box), ink_on(shade))
    if paint.projector:
        _arrow_and_number(painter, paint, state, box)
    elif box.width() >= 40:
        painter.setPen(ink_on(shade))
        text = short_number(float(paint.v[state]), paint.content.decimals)
        write(painter, box, 0.5, 0.5, text, min(22, box.width() * 0.26), semibold=True)


def _arrow_and_number(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    ink = ink_on(paint.v_shades[state])
    numbers = box.width() >= PROJECTOR_NUMBER
    centre = box.center() - QPointF(0, box.height() * 0.18 if numbers else 0)
    best, length = best_actions(paint.content, state), box.width() * (0.3 if numbers else 0.55)
    if len(best) > 2:
        # No way is better than another: three arrows would only be a star.
        painter.setPen(ink)
        write(painter, QRectF(centre.x(), centre.y(), 0, 0), 0.5, 0.5, "=", max(16, length * 0.8), bold=True)
    for action in best if len(best) <= 2 else ():
        step = paint.content.world.layout.action_steps[action]
        if step is not None and len(best) == 1:
            arrow(painter, centre, step, length, ink, max(2.0, box.width() / 38))
        elif step is not None:
            arrow(painter, centre, step, length * 0.7, ink, max(2.0, box.width() / 38), out=True)
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
    if paint.projector or paint.content.shows == "states":
        _value(painter, paint, state, box)
        return
    content, world = paint.content, paint.content.world
    best = best_actions(content, state)
    tried = content.visits[state].tolist()
    painter.setPen(Qt.PenStyle.NoPen)
    # The diagonals drawn over them are smooth; smoothing the triangles too would be paid for and not seen.
    for action, step in enumerate(world.layout.action_steps):
        if step is None or tried[action] == 0:
            continue
        shade = paint.q_shades[state][action]
        painter.setBrush(QColor(shade.rgb))
        shape = triangle(step, box)
        painter.drawPolygon(shape)
        if shade.beyond:
            hatch(painter, shape, ink_on(shade))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
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
    if step is None:
        _chip(painter, paint, state, action, box, text, pixels * 0.86)
        return
    painter.setPen(ink_on(paint.q_shades[state][action]))
    edge = size * 0.045
    inside = box.adjusted(edge, edge * 1.7, -edge, -edge * 1.7)
    write(painter, inside, 0.5 + step[1] / 2, 0.5 + step[0] / 2, text, pixels, bold=bold)


def _chip(painter: QPainter, paint: Paint, state: int, action: int, box: QRectF, text: str, pixels: float) -> None:
    alone = box.width() < CHIPS
    if alone and action not in best_actions(paint.content, state):
        return
    extra = [a for a, step in enumerate(paint.content.world.layout.action_steps) if step is None]
    width, height = box.width() * 0.4, box.width() * 0.15
    place = 0.5 if alone else len(extra) / 2 - extra.index(action)
    top = box.center().y() - place * (height + 2) + 1
    chip = QRectF(box.center().x() - width / 2, top, width, height)
    shade = paint.q_shades[state][action]
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
    painter.setBrush(QColor(shade.rgb))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(ink_on(shade))
    painter.setFont(font(pixels))
    glyph = action_sign(paint.content.world, action)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, f"{glyph} {text}")


def _best_number(painter: QPainter, paint: Paint, state: int, action: int, box: QRectF) -> None:
    shade = paint.q_shades[state][action]
    step = paint.content.world.layout.action_steps[action]
    text = short_number(float(paint.content.q[state, action]), paint.content.decimals)
    painter.setFont(font(min(15.0, box.width() * 0.24), bold=True))
    painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
    size = painter.fontMetrics().boundingRect(text).adjusted(-4, -1, 4, 1)
    badge = QRectF(0, 0, size.width(), size.height())
    badge.moveCenter(box.center())
    if step is not None:
        badge.translate(0, step[0] * box.height() * 0.16)
    painter.setBrush(QColor(shade.rgb))
    painter.drawRoundedRect(badge, 4, 4)
    painter.setPen(ink_on(shade))
    write(painter, badge, 0.5, 0.5, text, min(15.0, box.width() * 0.24), bold=True)


def _policy(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    shade = paint.v_shades[state]
    painter.fillRect(box, QColor(shade.rgb))
    ink = ink_on(shade)
    # What it would do, tried or not: an action never tried counts with the value it began with.
    row = paint.content.q[state] if paint.content.policy is None else paint.policy[state]
    best = [int(action) for action in np.flatnonzero(row >= row.max())]
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
        painter.drawText(box.adjusted(4, 1, -4, -1), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, "=")
    extra = [a for a in best if paint.content.world.layout.action_steps[a] is None]
    if extra and size >= ONE_NUMBER:
        painter.setFont(font(max(11, size * 0.13), bold=True))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, action_glyph(paint.content.world, extra[0]))


def _visits(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    count = int(paint.content.visits[state].sum())
    # Counts spread over many powers of ten; their logarithm is what can be seen.
    share = np.log1p(count) / max(np.log1p(paint.most_visits), 1e-9)
    shade = shade_of(colors_at("cividis", np.array(share)))
    painter.fillRect(box, QColor(shade.rgb))
    if box.width() >= 40:
        painter.setPen(ink_on(shade))
        write(painter, box, 0.5, 0.5, compact(count), min(18, box.width() * 0.2), semibold=True)


def _change(painter: QPainter, paint: Paint, state: int, box: QRectF) -> None:
    moved = paint.change[state]
    action = int(np.abs(moved).argmax())
    change = float(moved[action])
    if change == 0.0:
        painter.fillRect(box, QColor("#2C3640"))
        return
    largest = max(float(np.abs(paint.change).max()), 1e-12)
    strength = 0.25 + 0.75 * abs(change) / largest
    shade = shade_of(colors_at("blue_orange", np.array(0.5 + 0.5 * strength * (1 if change > 0 else -1))))
    painter.fillRect(box, QColor(shade.rgb))
    if box.width() >= 40:
        painter.setPen(ink_on(shade))
        sign = "▲" if change > 0 else "▼"
        text = f"{sign} {short_number(abs(change), 2)}"
        write(painter, box, 0.5, 0.5, text, min(16, box.width() * 0.19), semibold=True)


_LAYERS = {"value": _value, "q": _q, "policy": _policy, "visits": _visits, "change": _change}

LAYERS = tuple(_LAYERS)
"""The layers there are."""
