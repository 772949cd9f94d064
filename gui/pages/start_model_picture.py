"""What a model plays, drawn small: a wall of bricks with ball and paddle, or the map of its world."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from agents.models.library import ModelEntry
from arena.scenes.scene_file import Scene
from gui.pages.start_scenes import miniature
from gui.state.model_words import BREAKOUT, plays_game
from gui.theme import color, mixed, theme
from gui.widgets.miniature import Miniature, paint_miniature
from gui.widgets.painted_button import rounded

_ROWS = ("#C84848", "#C66C3A", "#B47A30", "#A2A22A", "#48A048", "#4248C8")
"""The six colours of Breakout's wall, from the top."""

_COLUMNS = 9
_BRICKS = (*BREAKOUT, "Arena/BrickTable-v0")


def model_world_map(entry: ModelEntry) -> Miniature | None:
    """Return the map of a model's world, none for a game or a world without one."""
    if entry.manifest.env_id in _BRICKS:
        return None
    return miniature(Scene(title={}, env_id=entry.manifest.env_id, env_kwargs=dict(entry.manifest.env_kwargs)))


def paint_model(
    painter: QPainter, entry: ModelEntry, world: Miniature | None, box: QRectF, share: float, strength: float
) -> None:
    """Draw what a model plays.

    Args:
        painter: Where to draw.
        entry: The model.
        world: Its map, if it has one.
        box: Where.
        share: How much of the wall it clears, 0 to 1.
        strength: How strong its colours are, 0 to 1.
    """
    rounded(painter, box, 8, QColor(theme().colors.empty_cell).darker(125))
    if world is not None:
        paint_miniature(painter, world, box.adjusted(8, 8, -8, -8), 1.0, strength)
    elif entry.manifest.env_id in _BRICKS:
        _paint_bricks(painter, box, share, strength)
    elif plays_game(entry):
        _paint_network(painter, box, strength)
    else:
        _paint_table(painter, box, strength)


def _paint_bricks(painter: QPainter, box: QRectF, share: float, strength: float) -> None:
    """A tunnel at the right and bricks gone from below: the better it plays, the fewer are left."""
    painter.save()
    painter.setOpacity(painter.opacity() * strength)
    inner = box.adjusted(9, 10, -9, -9)
    brick, high = inner.width() / _COLUMNS, min(8.0, inner.height() * 0.075)
    gone = round(share * len(_ROWS) * _COLUMNS * 0.8)
    order = sorted(
        ((row, column) for row in range(len(_ROWS)) for column in range(_COLUMNS)),
        key=lambda place: abs(place[1] - 6.6) * 1.6 - place[0] * 1.1 + (place[0] * 7 + place[1] * 5) % 4,
    )
    left = set(order[gone:])
    for row, column in left:
        painter.fillRect(
            QRectF(inner.x() + column * brick, inner.y() + row * (high + 1.4), brick - 1.4, high), QColor(_ROWS[row])
        )
    paddle = QRectF(inner.x() + inner.width() * 0.46, inner.bottom() - 4, inner.width() * 0.24, 4)
    painter.fillRect(paddle, QColor(_ROWS[0]))
    painter.fillRect(
        QRectF(inner.x() + inner.width() * 0.68, inner.y() + inner.height() * 0.68, 4, 4), QColor("#E9EEF3")
    )
    painter.restore()


def _paint_network(painter: QPainter, box: QRectF, strength: float) -> None:
    """Three columns of units: a network that plays a game nobody has drawn."""
    painter.save()
    painter.setOpacity(painter.opacity() * strength)
    columns = [
        [QPointF(box.x() + box.width() * x, box.y() + box.height() * (y + 1) / (count + 1)) for y in range(count)]
        for x, count in ((0.22, 3), (0.5, 4), (0.78, 2))
    ]
    painter.setPen(QPen(color("line"), 1.0))
    for left, right in zip(columns, columns[1:], strict=False):
        for start in left:
            for end in right:
                painter.drawLine(start, end)
    painter.setPen(QPen(QColor("#9BA8B5"), 1.5))
    painter.setBrush(QColor("#1E262E"))
    for point in (point for column in columns for point in column):
        painter.drawEllipse(point, 5, 5)
    painter.restore()


def _paint_table(painter: QPainter, box: QRectF, strength: float) -> None:
    """A square of cells, brighter towards a corner: a table for a world whose map is not ours."""
    painter.save()
    painter.setOpacity(painter.opacity() * strength)
    size = min(box.width(), box.height()) - 24
    cell, left, top = size / 4, box.center().x() - size / 2, box.center().y() - size / 2
    for place in range(16):
        row, column = divmod(place, 4)
        ink = mixed(QColor("#414487"), QColor("#7AD151"), (row + column) / 6)
        painter.fillRect(QRectF(left + column * cell, top + row * cell, cell - 2, cell - 2), ink)
    painter.restore()
