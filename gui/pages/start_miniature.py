"""A world drawn small: its real map, and a wave of colour that runs back from its goals as values do when learned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from arena.environments.world import WorldLayout
from gui.icons import paint_icon
from gui.theme import color

_FLOOR, _WALL, _ICE, _CLIFF, _TRAP, _GOAL = "#222B34", "#46525F", "#27435A", "#3A2226", "#0B0E11", "#1F5A3E"
_CLIFF_LINE, _ICE_LINE, _WIND_LINE, _PORTAL = "#FF8A75", "#8CC4E8", "#A9D6FF", "#C792EA"
_VIRIDIS = ("#440154", "#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725")
_FILLS = {"wall": _WALL, "ice": _ICE, "cliff": _CLIFF, "trap": _TRAP, "goal": _GOAL}
_ENDS = ("cliff", "trap", "goal")


@dataclass(frozen=True, kw_only=True)
class Miniature:
    """What is needed to draw a world small.

    Attributes:
        rows: Grid height.
        columns: Grid width.
        kinds: Row-major kinds, as in :class:`arena.environments.world.WorldLayout`.
        winds: Row-major pushes.
        inner_walls: Pairs of neighbouring cells with a wall between them.
        distance: Row-major share of the way to the nearest goal, 0 at a goal, 1 farthest; −1 where nothing is learned.
    """

    rows: int
    columns: int
    kinds: tuple[str, ...]
    winds: tuple[tuple[int, int], ...]
    inner_walls: tuple[tuple[int, int], ...]
    distance: tuple[float, ...]

    @classmethod
    def of(cls, layout: WorldLayout) -> Miniature:
        """Take from a layout what is drawn."""
        walls = layout.inner_walls
        return cls(
            rows=layout.rows,
            columns=layout.columns,
            kinds=layout.kinds,
            winds=layout.winds,
            inner_walls=walls,
            distance=_distances(layout.rows, layout.columns, layout.kinds, frozenset(walls)),
        )


def _distances(
    rows: int, columns: int, kinds: tuple[str, ...], walls: frozenset[tuple[int, int]]
) -> tuple[float, ...]:
    """Walk back from the goals, breadth first."""
    steps = [-1] * len(kinds)
    queue = deque(cell for cell, kind in enumerate(kinds) if kind == "goal")
    for cell in queue:
        steps[cell] = 0
    while queue:
        cell = queue.popleft()
        row, column = divmod(cell, columns)
        for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            there = r * columns + c
            if not (0 <= r < rows and 0 <= c < columns) or steps[there] >= 0 or kinds[there] in ("wall", *_ENDS):
                continue
            if (cell, there) in walls or (there, cell) in walls:
                continue
            steps[there] = steps[cell] + 1
            queue.append(there)
    farthest = max(1, *steps)
    return tuple(step / farthest if step >= 0 else -1.0 for step in steps)


def _viridis(share: float) -> QColor:
    place = max(0.0, min(1.0, share)) * (len(_VIRIDIS) - 1)
    low = min(int(place), len(_VIRIDIS) - 2)
    first, second, part = QColor(_VIRIDIS[low]), QColor(_VIRIDIS[low + 1]), place - low
    pairs = zip(first.getRgbF()[:3], second.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(a + (b - a) * part for a, b in pairs))


def _mixed(under: QColor, over: QColor, share: float) -> QColor:
    pairs = zip(under.getRgbF()[:3], over.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in pairs))


def fitted(world: Miniature, box: QRectF) -> QRectF:
    """Return the largest box of whole-pixel cells inside a box, centred."""
    cell = max(3, int(min(box.width() / world.columns, box.height() / world.rows)))
    width, height = cell * world.columns, cell * world.rows
    left, top = box.x() + (box.width() - width) / 2, box.y() + (box.height() - height) / 2
    return QRectF(round(left), round(top), width, height)


def paint_miniature(painter: QPainter, world: Miniature, box: QRectF, wave: float, strength: float) -> None:
    """Draw a world into a box.

    Args:
        painter: Where to draw.
        world: The world.
        box: Where; the map keeps its proportions.
        wave: How far the colour has come from the goals, 0 to 1.
        strength: How strongly it colours, 0 to 1.
    """
    place = fitted(world, box)
    cell = place.width() / world.columns
    gap = 1.0 if cell < 26 else 2.0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for index, kind in enumerate(world.kinds):
        row, column = divmod(index, world.columns)
        inside = QRectF(place.x() + column * cell, place.y() + row * cell, cell - gap, cell - gap)
        fill = QColor(_FILLS.get(kind, _FLOOR))
        distance = world.distance[index]
        if distance >= 0 and kind not in _ENDS:
            # Every cell lights up within a fifth of the way, as the wave passes over it.
            lit = max(0.0, min(1.0, (wave * 1.2 - distance) * 5))
            fill = _mixed(fill, _viridis(1 - 0.92 * distance), lit * strength)
        painter.setBrush(fill)
        painter.drawRoundedRect(inside, min(3.0, cell / 8), min(3.0, cell / 8))
        _paint_kind(painter, kind, world.winds[index] if world.winds else (0, 0), inside)
        painter.setPen(Qt.PenStyle.NoPen)
    _paint_inner_walls(painter, world, place, cell)


def _paint_kind(painter: QPainter, kind: str, wind: tuple[int, int], box: QRectF) -> None:
    size = box.width()
    if kind == "cliff":
        _zigzag(painter, box, QColor(_CLIFF_LINE))
    elif kind == "trap":
        painter.setBrush(QColor("#05070A"))
        painter.setPen(QPen(QColor(_CLIFF_LINE), max(1.0, size / 18)))
        painter.drawEllipse(box.center(), size * 0.26, size * 0.26)
    elif kind == "goal":
        inner = size * 0.62
        flag = QRectF(box.center().x() - inner / 2, box.center().y() - inner / 2, inner, inner)
        paint_icon(painter, "flag", flag, QColor("#FFFFFF"))
    elif kind == "start":
        painter.setBrush(QColor("#0B0F13"))
        painter.setPen(QPen(QColor("#FFFFFF"), max(1.5, size / 11)))
        painter.drawEllipse(box.center(), size * 0.24, size * 0.24)
    elif kind == "ice":
        painter.setPen(QPen(QColor(_ICE_LINE), max(1.0, size / 22), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y = box.x(), box.y()
        painter.setOpacity(0.55)
        painter.drawLine(QPointF(x + size * 0.22, y + size * 0.42), QPointF(x + size * 0.44, y + size * 0.2))
        painter.drawLine(QPointF(x + size * 0.3, y + size * 0.6), QPointF(x + size * 0.46, y + size * 0.44))
        painter.setOpacity(1.0)
    elif kind == "teleporter":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(_PORTAL), max(1.5, size / 12)))
        painter.drawEllipse(box.center(), size * 0.28, size * 0.28)
        painter.drawEllipse(box.center(), size * 0.1, size * 0.1)
    elif kind == "noisy":
        inner = size * 0.56
        dice = QRectF(box.center().x() - inner / 2, box.center().y() - inner / 2, inner, inner)
        paint_icon(painter, "dice", dice, color("warning"))
    if wind != (0, 0) and kind not in _ENDS:
        _wind(painter, wind, box)


def _zigzag(painter: QPainter, box: QRectF, ink: QColor) -> None:
    size = box.width()
    path = QPainterPath(QPointF(box.x() + size * 0.18, box.center().y() - size * 0.08))
    for step in range(1, 5):
        path.lineTo(box.x() + size * (0.18 + 0.16 * step), box.center().y() + size * (0.08 if step % 2 else -0.08))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, max(1.0, size / 22)))
    painter.drawPath(path)


def _wind(painter: QPainter, wind: tuple[int, int], box: QRectF) -> None:
    size, strength = box.width(), max(abs(wind[0]), abs(wind[1]))
    down, right = wind[0] / strength, wind[1] / strength
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(_WIND_LINE), max(1.0, size / 16), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setOpacity(0.8)
    for n in range(min(2, strength)):
        shift = (n - (min(2, strength) - 1) / 2) * size * 0.24
        tip = box.center() + QPointF(right, down) * (size * 0.1) - QPointF(right, down) * shift
        side = QPointF(down, right) * (size * 0.15)
        back = tip - QPointF(right, down) * (size * 0.14)
        path = QPainterPath(back + side)
        path.lineTo(tip)
        path.lineTo(back - side)
        painter.drawPath(path)
    painter.setOpacity(1.0)


def _paint_inner_walls(painter: QPainter, world: Miniature, place: QRectF, cell: float) -> None:
    painter.setPen(QPen(QColor("#9BA8B5"), max(2.0, cell / 12), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for first, second in world.inner_walls:
        row, column = divmod(max(first, second), world.columns)
        x, y = place.x() + column * cell - 1, place.y() + row * cell - 1
        across = abs(first - second) == 1
        painter.drawLine(QPointF(x, y), QPointF(x, y + cell) if across else QPointF(x + cell, y))
