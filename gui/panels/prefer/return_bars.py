"""What each agent of the three steps earns: bars from nothing to the left and to the right, with both figures."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.theme import CAPTION, color, font, theme
from gui.widgets.painted_button import rounded

_ROW, _NAME, _FIGURE = 24, 0.34, 74


class Earned(NamedTuple):
    """What one agent earns.

    Attributes:
        name: Who, in the language in use.
        sampled: Mean true return with drawn actions, NaN where nobody knows.
        greedy: The same with the likeliest action each time.
    """

    name: str
    sampled: float = math.nan
    greedy: float = math.nan


class ReturnBars(QWidget):
    """A bar for the return with drawn actions, and two columns of figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Earned, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self._name)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(300, theme().px((len(self.rows) + 1) * _ROW))

    def show_returns(self, rows: tuple[Earned, ...]) -> None:
        """Show what each of them earns."""
        if repr(rows) == repr(self.rows):
            # Not by ==: what nobody knows is not equal to itself.
            return
        self.rows = rows
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        told = [f"{row.name}: {_figure(row.sampled)}, {_figure(row.greedy)}" for row in self.rows]
        self.setAccessibleName("; ".join(told))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        name, figure, row = self.width() * _NAME, px(_FIGURE), px(_ROW)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        ends = [value for each in self.rows if math.isfinite(value := each.sampled)]
        low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
        span = (high - low) or 1.0
        bars = QRectF(name + 6, 0, self.width() - name - 2 * figure - 12, self.height())
        zero = bars.x() + bars.width() * (0.0 - low) / span
        painter.setFont(font(px(CAPTION - 0.5)))
        painter.setPen(color("dim"))
        for column, key in ((2, "steps.drawn"), (1, "steps.likeliest")):
            painter.drawText(QRectF(self.width() - column * figure, 0, figure, row), right, tr(key))
        for place, each in enumerate(self.rows, 1):
            top = place * row
            painter.setFont(font(px(CAPTION + 0.5)))
            painter.setPen(color("text"))
            shown = painter.fontMetrics().elidedText(each.name, Qt.TextElideMode.ElideRight, int(name))
            painter.drawText(QRectF(0, top, name, row), left, shown)
            if math.isfinite(each.sampled):
                length = abs(each.sampled) / span * bars.width()
                start = zero - (length if each.sampled < 0 else 0.0)
                ink = color("bad" if each.sampled < 0 else "accent")
                rounded(painter, QRectF(start, top + 6, max(1.0, length), row - 12), 2, ink)
            painter.setFont(font(px(CAPTION + 0.5), mono=True))
            painter.setPen(color("text"))
            for column, value in ((2, each.sampled), (1, each.greedy)):
                painter.drawText(QRectF(self.width() - column * figure, top, figure, row), right, _figure(value))
        painter.fillRect(QRectF(zero, row, 1, self.height() - row), color("line"))
        painter.end()


def _figure(value: float) -> str:
    return number(value, 2) if math.isfinite(value) else "–"
