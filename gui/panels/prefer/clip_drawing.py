"""How a clip is drawn, step by step: a game's pictures as they are, a grid world with the way the agent went."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from arena.environments.world import WorldLayout
from arena.preferences.clip import Clip
from gui.theme import color
from gui.widgets.miniature import Miniature, fitted, paint_miniature

_PICTURES_A_SECOND, _MOVES_A_SECOND = 15.0, 4.0
"""A game's decision lasts four frames of 60; a move on a grid is to be followed by eye."""

_TRAIL = QColor("#FFFFFF")


class ClipDrawing(ABC):
    """Draws a clip.

    Attributes:
        steps: How many there are.
        pace: Steps a second at which it is shown.
    """

    steps: int
    pace: float

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Width and height, in units of its own, for the box it is drawn in."""

    def paint(self, painter: QPainter, box: QRectF, step: int) -> None:
        """Draw a step into a box, which has the proportions of :attr:`shape`."""
        self.paint_ground(painter, box)
        self.paint_step(painter, box, step)

    @abstractmethod
    def paint_ground(self, painter: QPainter, box: QRectF) -> None:
        """Draw what is the same in every step."""

    @abstractmethod
    def paint_step(self, painter: QPainter, box: QRectF, step: int) -> None:
        """Draw what belongs to one step, over the ground."""


class GameClip(ClipDrawing):
    """Pictures of a game.

    Args:
        clip: A clip with pictures, score and lives already black.
    """

    pace = _PICTURES_A_SECOND

    def __init__(self, clip: Clip) -> None:
        assert clip.pictures is not None
        self._pictures = clip.pictures
        self.steps = clip.length

    @property
    def shape(self) -> tuple[int, int]:
        return self._pictures.shape[2], self._pictures.shape[1]

    def paint_ground(self, painter: QPainter, box: QRectF) -> None:
        painter.fillRect(box, Qt.GlobalColor.black)

    def paint_step(self, painter: QPainter, box: QRectF, step: int) -> None:
        picture = np.ascontiguousarray(self._pictures[step])
        height, width, _ = picture.shape
        image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        painter.drawImage(box, image)


class GridClip(ClipDrawing):
    """An agent on its way through a grid world.

    Args:
        clip: A clip whose observations are numbers of states.
        layout: Where they lie.
    """

    pace = _MOVES_A_SECOND

    def __init__(self, clip: Clip, layout: WorldLayout) -> None:
        self._world = Miniature.of(layout)
        self._layout = layout
        self._cells = [int(layout.cell_of_state[int(state)]) for state in clip.observations]
        # −1: the game is over, and nothing is done any more.
        self._moves = [layout.action_steps[int(action)] if action >= 0 else None for action in clip.actions]
        self.steps = clip.length

    @property
    def shape(self) -> tuple[int, int]:
        return self._world.columns, self._world.rows

    def paint_ground(self, painter: QPainter, box: QRectF) -> None:
        paint_miniature(painter, self._world, box, 0.0, 0.0)

    def paint_step(self, painter: QPainter, box: QRectF, step: int) -> None:
        place = fitted(self._world, box)
        size = place.width() / self._world.columns
        centres = [self._centre(place, size, cell) for cell in self._cells[: step + 1]]
        self._paint_trail(painter, centres, size)
        self._paint_agent(painter, centres[-1], self._moves[step], size)

    def _centre(self, place: QRectF, size: float, cell: int) -> QPointF:
        row, column = divmod(cell, self._world.columns)
        return QPointF(place.x() + (column + 0.5) * size, place.y() + (row + 0.5) * size)

    def _paint_trail(self, painter: QPainter, centres: list[QPointF], size: float) -> None:
        for age, (before, after) in enumerate(zip(centres[-2::-1], centres[:0:-1], strict=True)):
            shade = QColor(_TRAIL)
            shade.setAlphaF(max(0.12, 0.75 - 0.06 * age))
            far = abs(before.x() - after.x()) + abs(before.y() - after.y()) > 1.5 * size
            # Back at the start, or through a teleporter: nobody walked there.
            style = Qt.PenStyle.DotLine if far else Qt.PenStyle.SolidLine
            painter.setPen(QPen(shade, max(2.0, size * 0.07), style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(before, after)

    def _paint_agent(self, painter: QPainter, at: QPointF, move: tuple[int, int] | None, size: float) -> None:
        radius = max(3.5, size * 0.24)
        painter.setPen(QPen(QColor("#10151A"), 1.0))
        painter.setBrush(_TRAIL)
        painter.drawEllipse(at, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#10151A"))
        painter.drawEllipse(at, radius * 0.7, radius * 0.7)
        if move is not None and size >= 16:
            # What it is about to do, since that is what is judged besides where it stands.
            tip = at + QPointF(move[1], move[0]) * (size * 0.46)
            painter.setPen(
                QPen(color("explore"), max(2.0, size * 0.07), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.drawLine(at + QPointF(move[1], move[0]) * radius, tip)


def drawing_of(clip: Clip, layout: WorldLayout | None) -> ClipDrawing | None:
    """Return what draws a clip, ``None`` where nothing is known to draw."""
    if clip.pictures is not None:
        return GameClip(clip)
    if clip.kind == "states" and layout is not None:
        states = clip.observations
        if states.ndim == 1 and int(states.min()) >= 0 and int(states.max()) < len(layout.cell_of_state):
            return GridClip(clip, layout)
    return None
