"""A sweep over two parameters: a cell for every pair of values, with its number; the best one and its rivals marked."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from agents.experiments.names import shown_value
from agents.experiments.sweep import Varied
from arena.protocol.experiment_messages import ExperimentReported
from gui.language import number, tr
from gui.panels.readable_plot import ReadablePlot
from gui.panels.readout import paint_readout
from gui.panels.sweep_curve import score_words
from gui.theme import CAPTION, TEXT, color, font, theme
from gui.widgets.stage.scale import black_ink, colors_at

Floats = NDArray[np.float64]

_LEFT, _TOP, _BOTTOM, _RIGHT = 74, 14, 62, 14
_LEAST_NUMBER = 34
"""Cells narrower than this show their colour only; the pointer reads the number."""

_SHADES = 48


class SweepHeatmap(ReadablePlot):
    """The cells; it paints itself. Pointer and arrow keys read a cell off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("experiments.sweep.cells", "experiments.cells.help", parent)
        self._report: ExperimentReported | None = None
        self._varied: tuple[Varied, ...] = ()
        self._titles = ("", "")
        self.describe()

    def sizeHint(self) -> QSize:
        return QSize(700, 420)

    def show_report(
        self, report: ExperimentReported | None, titles: tuple[str, str], varied: tuple[Varied, ...]
    ) -> None:
        """Show a sweep.

        Args:
            report: Its newest picture; ``None`` for none yet.
            titles: Names of the two parameters: across, upward.
            varied: The parameters; the settings of the report are all pairs, those of the second one innermost.
        """
        self._report, self._titles, self._varied = report, titles, varied
        self._at = -1 if self._at >= self._columns * self._rows else self._at
        self.describe()

    @property
    def _columns(self) -> int:
        return len(self._varied[0].values) if len(self._varied) == 2 else 0

    @property
    def _rows(self) -> int:
        return len(self._varied[1].values) if len(self._varied) == 2 else 0

    def name_of(self, place: int) -> str:
        """Return the pair of values of a cell, in words."""
        across, upward = divmod(place, self._rows)
        values = (self._varied[0].values[across], self._varied[1].values[upward])
        return ", ".join(f"{title} {shown_value(value)}" for title, value in zip(self._titles, values, strict=True))

    def words(self) -> str:
        if not 0 <= self._at < self._columns * self._rows:
            return ""
        return f"{self.name_of(self._at)}: {score_words(self._report, self._at)}"

    # ── where cells are ────────────────────────────────────────────────────────────────────────────────────────────

    def _plot(self) -> QRectF:
        px = theme().px
        room = QRectF(
            px(_LEFT),
            px(_TOP),
            max(40.0, self.width() - px(_LEFT) - px(_RIGHT)),
            max(40.0, self.height() - px(_TOP) - px(_BOTTOM)),
        )
        # Cells no wider than twice their height: a picture, not a row of bars.
        cell_height = room.height() / max(1, self._rows)
        width = min(room.width(), 2.4 * cell_height * max(1, self._columns))
        return QRectF(room.left(), room.top(), width, room.height())

    def _cell(self, plot: QRectF, place: int) -> QRectF:
        across, upward = divmod(place, self._rows)
        width, height = plot.width() / self._columns, plot.height() / self._rows
        return QRectF(plot.left() + across * width, plot.bottom() - (upward + 1) * height, width, height)

    def place_under(self, where: QPointF) -> int:
        plot = self._plot()
        if not self._columns or not plot.contains(where):
            return -1
        across = int((where.x() - plot.left()) / plot.width() * self._columns)
        upward = int((plot.bottom() - where.y()) / plot.height() * self._rows)
        return min(across, self._columns - 1) * self._rows + min(upward, self._rows - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        if not self._columns or event.key() not in steps:
            super().keyPressEvent(event)
            return
        across, upward = divmod(max(0, self._at), self._rows)
        if self._at >= 0:
            by = steps[Qt.Key(event.key())]
            across = max(0, min(self._columns - 1, across + by[0]))
            upward = max(0, min(self._rows - 1, upward + by[1]))
        self.look_at(across * self._rows + upward)

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        report, cells = self._report, self._columns * self._rows
        if report is None or not cells or len(report.arrays["seeds"]) != cells or not report.arrays["seeds"].any():
            self.paint_invitation(painter, tr("experiments.empty.sweep"), tr("experiments.empty.sweep.line"))
        else:
            self._paint(painter, report)
        self.paint_focus(painter)
        painter.end()

    def _paint(self, painter: QPainter, report: ExperimentReported) -> None:
        plot, means = self._plot(), report.arrays["score"][:, 0]
        known = means[np.isfinite(means)]
        # A few cells that never learn must not make all the others look alike.
        low, high = float(np.quantile(known, 0.1)), float(known.max())
        share = np.clip((np.nan_to_num(means, nan=low) - low) / max(high - low, 1e-12), 0.0, 1.0)
        rgb = colors_at("cividis", share)
        ink_black = black_ink(rgb)
        face = self._face(plot)
        for place in range(len(means)):
            box = self._cell(plot, place).adjusted(1, 1, -1, -1)
            finite = bool(math.isfinite(means[place]))
            painter.fillRect(box, QColor(*(int(part) for part in rgb[place])) if finite else color("raised"))
            ink = QColor("#000000" if ink_black[place] else "#FFFFFF") if finite else color("dim")
            painter.setPen(ink)
            if box.width() >= _LEAST_NUMBER and box.height() >= 16:
                painter.setFont(font(face, semibold=True))
                text = number(float(means[place]), self._decimals(known)) if finite else "–"
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            if place in report.perhaps_best:
                self._mark(painter, box, ink, best=place == report.perhaps_best[0])
        self._axes(painter, plot)
        self._legend(painter, plot, low, high)
        if 0 <= self._at < len(means):
            box = self._cell(plot, self._at)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("accent"), 2.5))
            painter.drawRect(box)
            words = score_words(report, self._at)
            paint_readout(painter, QRectF(self.rect()).adjusted(0, 0, -8, -theme().px(_BOTTOM)), box.right(),
                          self.name_of(self._at), [(words, color("text"))] if words else [])  # fmt: skip

    def _face(self, plot: QRectF) -> float:
        width = plot.width() / self._columns
        return theme().px(min(TEXT + 2.0, max(CAPTION - 1.0, width / 4.6)))

    @staticmethod
    def _decimals(known: Floats) -> int:
        reach = float(known.max() - known.min())
        return 2 if reach < 2 else 1 if reach < 2_000 else 0

    @staticmethod
    def _mark(painter: QPainter, box: QRectF, ink: QColor, *, best: bool) -> None:
        """Ring the best cell; a dot in the corner of those that luck does not rule out."""
        painter.save()
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(box.right() - 8, box.top() + 8), 3, 3)
        if best:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("page"), 5))
            painter.drawRect(box.adjusted(2, 2, -2, -2))
            painter.setPen(QPen(color("good"), 3))
            painter.drawRect(box.adjusted(1.5, 1.5, -1.5, -1.5))
        painter.restore()

    def _axes(self, painter: QPainter, plot: QRectF) -> None:
        px = theme().px
        painter.setFont(font(px(CAPTION)))
        painter.setPen(color("text"))
        width, height = plot.width() / self._columns, plot.height() / self._rows
        for n, value in enumerate(self._varied[0].values):
            box = QRectF(plot.left() + n * width, plot.bottom() + 4, width, px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._short(painter, value, width))
        for n, value in enumerate(self._varied[1].values):
            box = QRectF(px(20), plot.bottom() - (n + 1) * height, plot.left() - px(20) - 8, height)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, self._short(painter, value, box.width()))
        painter.setPen(color("dim"))
        below = QRectF(plot.left(), plot.bottom() + px(20), plot.width(), px(18))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._titles[0])
        painter.save()
        painter.translate(px(9), plot.center().y())
        painter.rotate(-90)
        side = QRectF(-plot.height() / 2, -px(9), plot.height(), px(18))
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, self._titles[1])
        painter.restore()

    @staticmethod
    def _short(painter: QPainter, value: object, room: float) -> str:
        metrics = QFontMetricsF(painter.font())
        return metrics.elidedText(shown_value(value), Qt.TextElideMode.ElideRight, max(12.0, room))

    def _legend(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        px = theme().px
        line = QRectF(plot.left(), plot.bottom() + px(40), self.width() - plot.left() - 8, px(18))
        painter.setFont(font(px(CAPTION - 0.5)))
        painter.setPen(color("dim"))
        line.setLeft(line.left() + self._words(painter, line, f"≤ {number(low, 1)}") + 8)
        for n in range(_SHADES):
            shade = colors_at("cividis", np.array(n / (_SHADES - 1)))
            stripe = QRectF(line.left() + 2 * n, line.center().y() - 5, 2.4, 10)
            painter.fillRect(stripe, QColor(*(int(part) for part in shade)))
        line.setLeft(line.left() + 2 * _SHADES + 8)
        line.setLeft(line.left() + self._words(painter, line, number(high, 1)) + 20)
        self._words(painter, line, tr("experiments.cells.legend"))

    @staticmethod
    def _words(painter: QPainter, room: QRectF, text: str) -> float:
        """Write at the left of a room and return how much of it that took."""
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        return QFontMetricsF(painter.font()).horizontalAdvance(text)
