"""r̂ over time under a clip: what the model says of each step, how far its members are apart, and where the clip is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.theme import CAPTION, color, font, theme

_HEIGHT, _LEFT, _EDGE = 88, 46, 8


class RewardLine(QWidget):
    """One line with its band.

    Attributes:
        moved: Step under the pointer while it is dragged.
        let_go: The pointer was let go.
    """

    moved = Signal(int)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members: NDArray[np.float64] = np.zeros((0, 0))
        self._range = (0.0, 1.0)
        self._step = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.setAccessibleName(tr("prefer.line.reward"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, theme().px(_HEIGHT))

    @property
    def steps(self) -> int:
        """Steps of the clip, 0 while nothing is known."""
        return int(self._members.shape[1]) if self._members.size else 0

    @property
    def step(self) -> int:
        """The step that is marked."""
        return self._step

    @property
    def mean(self) -> NDArray[np.float64]:
        """What the members say together, ``float64 [T]``."""
        return self._members.mean(axis=0) if self._members.size else np.zeros(0)

    @property
    def band(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest of what members say, ``float64 [T]`` each."""
        if not self._members.size:
            return np.zeros(0), np.zeros(0)
        return self._members.min(axis=0), self._members.max(axis=0)

    def show_members(self, members: NDArray[np.floating] | None, low: float = 0.0, high: float = 1.0) -> None:
        """Show what is said of a clip.

        Args:
            members: r̂ of every member, ``[E, T]``; ``None`` while nothing is known.
            low: Lower end of the axis; two lines beside each other share one, so that they can be compared.
            high: Upper end.
        """
        good = members is not None and members.ndim == 2 and bool(np.isfinite(members).all())
        self._members = np.asarray(members, np.float64) if good else np.zeros((0, 0))
        room = 0.06 * max(high - low, 1e-6)
        self._range = (low - room, high + room)
        self.update()

    def show_step(self, step: int) -> None:
        """Mark where the clip is; one that is over stays at its last step."""
        step = max(0, min(step, self.steps - 1))
        if step != self._step:
            self._step = step
            self.update()

    # ── hands ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _told(self, x: float) -> None:
        plot = self._plot()
        if self.steps > 1:
            share = max(0.0, min(1.0, (x - plot.left()) / max(1.0, plot.width())))
            self.moved.emit(round(share * (self.steps - 1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._told(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._told(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.let_go.emit()

    # ── drawing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plot(self) -> QRectF:
        left = theme().px(_LEFT)
        return QRectF(left, _EDGE, self.width() - left - _EDGE, self.height() - 2 * _EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(theme().px(CAPTION - 0.5)))
        if self.steps < 2:
            painter.setPen(color("dim"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("prefer.line.reward.none"))
            painter.end()
            return
        plot = self._plot()
        self._paint_axis(painter, plot)
        low, high = self.band
        painter.setPen(Qt.PenStyle.NoPen)
        shade = color("accent")
        shade.setAlphaF(0.24)
        painter.setBrush(shade)
        painter.drawPolygon(QPolygonF([*self._points(plot, low), *reversed(self._points(plot, high))]))
        line = self._points(plot, self.mean)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("accent"), 1.8))
        painter.drawPolyline(QPolygonF(line))
        at = line[self._step]
        painter.setPen(QPen(color("text"), 1))
        painter.drawLine(QPointF(at.x(), plot.top()), QPointF(at.x(), plot.bottom()))
        painter.setBrush(color("text"))
        painter.drawEllipse(at, 3.0, 3.0)
        painter.end()

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        low, high = self._range
        decimals = 2 if high - low < 1.0 else 1
        for value in (low, high):
            y = self._y(plot, value)
            painter.setPen(color("dim"))
            box = QRectF(0, y - 9, plot.left() - 6, 18)
            painter.drawText(
                box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number(value, decimals)
            )
        if low < 0.0 < high:
            # r̂ has mean 0 over what the policy does: above this it is liked better than usual.
            y = self._y(plot, 0.0)
            painter.setPen(QPen(color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _y(self, plot: QRectF, value: float) -> float:
        low, high = self._range
        return plot.bottom() - (value - low) / (high - low) * plot.height()

    def _points(self, plot: QRectF, values: NDArray[np.float64]) -> list[QPointF]:
        across = np.linspace(plot.left(), plot.right(), len(values))
        return [QPointF(float(x), self._y(plot, float(value))) for x, value in zip(across, values, strict=True)]


def shared_range(*lines: NDArray[np.floating] | None) -> tuple[float, float]:
    """Return the lowest and highest number in several arrays, 0 and 1 where there is none; never the same twice."""
    there = [line[np.isfinite(line)] for line in lines if line is not None and line.size]
    values = np.concatenate([line.ravel() for line in there]) if there else np.zeros(0)
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)
