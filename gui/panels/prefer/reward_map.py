"""What a reward is worth in every cell: as the model learned it, as the world pays it, and how sure the model is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.environments.world import WorldLayout
from gui.language import language, tr
from gui.theme import CAPTION, color, font, theme
from gui.widgets.miniature import Miniature, fitted, paint_miniature
from gui.widgets.painted_button import rounded
from gui.widgets.stage.scale import colors_at

_TITLE, _HEIGHT, _LEGEND = 24, 250, 22

_LEAST_CERTAIN = 0.42
"""Side of the square, as a share of the cell, where the members disagree most."""

_ARROWS = 24
"""Cell size from which the action that is worth most is marked."""


class RewardMap(QWidget):
    """One map.

    Args:
        title_key: Translation key of its title.

    Attributes:
        hovered: State under the pointer, −1 for none.
    """

    hovered = Signal(int)

    def __init__(self, title_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title_key = title_key
        self._world: Miniature | None = None
        self._layout: WorldLayout | None = None
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._sure: NDArray[np.float64] = np.zeros(0)
        self._changed: frozenset[int] = frozenset()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.setAccessibleName(tr(self._title_key))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, theme().px(_HEIGHT))

    def show_rewards(
        self,
        layout: WorldLayout | None,
        values: NDArray[np.floating] | None,
        spread: NDArray[np.floating] | None = None,
        changed: frozenset[int] = frozenset(),
    ) -> None:
        """Show rewards.

        Args:
            layout: Where the states lie.
            values: ``[S, A]``; ``None`` while nothing is known.
            spread: ``[S, A]``, how far the members are apart; ``None`` where nobody can disagree.
            changed: States the last answer moved.
        """
        if layout is not self._layout:
            self._layout = layout
            self._world = None if layout is None else Miniature.of(layout)
        self._values = np.zeros((0, 0)) if values is None else np.asarray(values, np.float64)
        self._sure = np.ones(len(self._values))
        if spread is not None and len(self._values):
            doubt = np.asarray(spread, np.float64).mean(axis=1)
            self._sure = 1.0 - doubt / max(float(doubt.max()), 1e-12)
        self._changed = changed
        self.update()

    def _board(self) -> QRectF:
        px = theme().px
        room = QRectF(0, px(_TITLE), self.width(), self.height() - px(_TITLE) - px(_LEGEND))
        return room if self._world is None else fitted(self._world, room)

    def state_at(self, place: QPointF) -> int:
        """Return the state drawn at a place, −1 for none."""
        board, world, layout = self._board(), self._world, self._layout
        if world is None or layout is None or not board.contains(place):
            return -1
        size = board.width() / world.columns
        row, column = int((place.y() - board.y()) / size), int((place.x() - board.x()) / size)
        cell = min(row, world.rows - 1) * world.columns + min(column, world.columns - 1)
        return int(layout.state_at[0][cell])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(self.state_at(event.position()))

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = theme().px
        painter.setFont(font(px(CAPTION), semibold=True))
        painter.setPen(color("dim"))
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(0, 0, self.width(), px(_TITLE)), flags, tr(self._title_key))
        if self._world is not None and self._layout is not None:
            board = self._board()
            paint_miniature(painter, self._world, board, 0.0, 0.0)
            if len(self._values):
                self._paint_cells(painter, board)
                self._paint_legend(painter)
        painter.end()

    def _paint_cells(self, painter: QPainter, board: QRectF) -> None:
        assert self._world is not None and self._layout is not None
        size = board.width() / self._world.columns
        worth = self._values.mean(axis=1)
        low, high = float(worth.min()), float(worth.max())
        shades = colors_at("viridis", (worth - low) / max(high - low, 1e-12))
        for cell, state in enumerate(self._layout.state_at[0].tolist()):
            if state < 0 or state >= len(worth):
                continue
            row, column = divmod(cell, self._world.columns)
            middle = QPointF(board.x() + (column + 0.5) * size, board.y() + (row + 0.5) * size)
            side = (size - 1.5) * (_LEAST_CERTAIN + (1 - _LEAST_CERTAIN) * float(self._sure[state]))
            box = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
            rounded(painter, box, min(3.0, side / 6), QColor(*shades[state].tolist()))
            if size >= _ARROWS:
                self._paint_best(painter, middle, size, state)
            if state in self._changed:
                painter.setPen(QPen(color("accent"), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(middle.x() - size / 2 + 1, middle.y() - size / 2 + 1, size - 3, size - 3))

    def _paint_best(self, painter: QPainter, middle: QPointF, size: float, state: int) -> None:
        assert self._layout is not None
        values = self._values[state]
        if np.ptp(values) <= 1e-9:
            return
        step = self._layout.action_steps[int(values.argmax())]
        if step is not None:
            tip = QPointF(step[1], step[0])
            painter.setPen(
                QPen(QColor("#FFFFFF"), max(1.5, size * 0.06), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.drawLine(middle + tip * (size * 0.08), middle + tip * (size * 0.3))

    def _paint_legend(self, painter: QPainter) -> None:
        px = theme().px
        width = min(120.0, self.width() * 0.4)
        bar = QRectF((self.width() - width) / 2, self.height() - px(_LEGEND) / 2 - 3, width, 6)
        for share in range(24):
            shade = colors_at("viridis", np.array([share / 23]))[0]
            painter.fillRect(
                QRectF(bar.x() + bar.width() * share / 24, bar.y(), bar.width() / 24 + 1, 6), QColor(*shade.tolist())
            )
        painter.setFont(font(px(CAPTION - 0.5), mono=True))
        painter.setPen(color("dim"))
        worth = self._values.mean(axis=1)
        for value, right in ((float(worth.min()), True), (float(worth.max()), False)):
            box = (
                QRectF(0, bar.y() - 8, bar.x() - 6, 22) if right else QRectF(bar.right() + 6, bar.y() - 8, bar.x(), 22)
            )
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), f"{value:.2f}".replace("-", "\u2212"))
