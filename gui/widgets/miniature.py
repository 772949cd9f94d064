"""A world drawn small: its real map, and a wave of colour that runs back from its goals as values do when learned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from arena.environments.world import WorldLayout
from gui.theme import font, mixed
from gui.widgets.cell_art import ENDS, FILLS, FLOOR, paint_kind

_LEAST_WITH_MARK = 13
"""Cell size from which a prize is written instead of its flag."""

_VIRIDIS = ("#440154", "#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725")


@dataclass(frozen=True, kw_only=True)
class Miniature:
    """What is needed to draw a world small.

    Attributes:
        rows: Grid height.
        columns: Grid width.
        kinds: Row-major kinds, as in :class:`arena.environments.world.WorldLayout`.
        winds: Row-major pushes.
        inner_walls: Pairs of neighbouring cells with a wall between them.
        marks: Row-major texts in the cells, as in the layout: what a goal or a floor cell pays.
        distance: Row-major share of the way to the nearest goal, 0 at a goal, 1 farthest; −1 where nothing is learned.
    """

    rows: int
    columns: int
    kinds: tuple[str, ...]
    winds: tuple[tuple[int, int], ...]
    inner_walls: tuple[tuple[int, int], ...]
    marks: tuple[str, ...]
    distance: tuple[float, ...]

    @classmethod
    def of(cls, layout: WorldLayout) -> Miniature:
        """Take from a layout what is drawn."""
        if all(step is None for step in layout.action_steps):
            return cls._of_arms(len(layout.action_steps))
        walls = layout.inner_walls
        return cls(
            rows=layout.rows,
            columns=layout.columns,
            kinds=layout.kinds,
            winds=layout.winds,
            inner_walls=walls,
            marks=layout.marks,
            distance=_distances(layout.rows, layout.columns, layout.kinds, frozenset(walls)),
        )

    @classmethod
    def _of_arms(cls, arms: int) -> Miniature:
        """Draw a world of arms as what one knows of it: two rows of question marks."""
        columns = -(-arms // 2)
        known = [cell < arms for cell in range(2 * columns)]
        return cls(
            rows=2,
            columns=columns,
            kinds=tuple("floor" if arm else "wall" for arm in known),
            winds=(),
            inner_walls=(),
            marks=tuple("?" if arm else "" for arm in known),
            distance=tuple(cell / arms if arm else -1.0 for cell, arm in enumerate(known)),
        )


def _distances(rows: int, columns: int, kinds: tuple[str, ...], walls: frozenset[tuple[int, int]]) -> tuple[float, ...]:
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
            if not (0 <= r < rows and 0 <= c < columns) or steps[there] >= 0 or kinds[there] in ("wall", *ENDS):
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
    return mixed(first, second, part)


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
        fill = QColor(FILLS.get(kind, FLOOR))
        distance = world.distance[index]
        if distance >= 0 and kind not in ENDS:
            # Every cell lights up within a fifth of the way, as the wave passes over it.
            lit = max(0.0, min(1.0, (wave * 1.2 - distance) * 5))
            fill = mixed(fill, _viridis(1 - 0.92 * distance), lit * strength)
        painter.setBrush(fill)
        painter.drawRoundedRect(inside, min(3.0, cell / 8), min(3.0, cell / 8))
        mark = world.marks[index] if world.marks else ""
        if mark and kind in ("goal", "floor") and cell >= _LEAST_WITH_MARK:
            _paint_mark(painter, mark, inside)
        else:
            paint_kind(painter, kind, world.winds[index] if world.winds else (0, 0), inside)
        painter.setPen(Qt.PenStyle.NoPen)
    _paint_inner_walls(painter, world, place, cell)


def _paint_mark(painter: QPainter, mark: str, box: QRectF) -> None:
    painter.setFont(font(box.height() * (0.58 if len(mark) < 4 else 0.4), bold=True))
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.removeprefix("+").replace("-", "\u2212"))


def _paint_inner_walls(painter: QPainter, world: Miniature, place: QRectF, cell: float) -> None:
    painter.setPen(QPen(QColor("#9BA8B5"), max(2.0, cell / 12), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for first, second in world.inner_walls:
        row, column = divmod(max(first, second), world.columns)
        x, y = place.x() + column * cell - 1, place.y() + row * cell - 1
        across = abs(first - second) == 1
        painter.drawLine(QPointF(x, y), QPointF(x, y + cell) if across else QPointF(x + cell, y))
